package metrics

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// scrape asks for the metrics as Prometheus does.
func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody)
	r.Header.Set("Accept-Encoding", "gzip")
	m.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
		t.Fatalf("%d %s\n%s", w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	return "\n" + w.Body.String()
}

// TestScrape: every name that is documented is there, with what the sources say at the
// time of the scrape.
func TestScrape(t *testing.T) {
	var ready atomic.Bool
	var heard atomic.Uint64
	m := New(Sources{
		Version: "1.2", Delivered: heard.Load, Offset: func() uint64 { return 77 }, Ready: ready.Load,
		Sizes: func() map[string]int64 { return map[string]int64{"database": 4096, "wal": 32} },
		Sessions: func() Sessions {
			return Sessions{Sessions: 3, Sockets: 2, Opened: 9, Closed: map[string]uint64{"slow reader": 1, "ping timeout": 5}}
		},
		Logger: slog.New(slog.DiscardHandler),
	})
	m.Committed(10, 8, 3*time.Millisecond, time.Millisecond, false)
	m.Committed(1, 1, 0, 40*time.Millisecond, false)
	m.Committed(0, 0, time.Hour, 2*time.Second, true)
	heard.Store(30)
	got := scrape(t, m)
	for _, line := range []string{
		`hobnob_build_info{version="1.2"} 1`, "hobnob_ready 0", "hobnob_sessions 3", "hobnob_sockets 2", "hobnob_sessions_opened_total 9",
		`hobnob_sessions_closed_total{reason="slow reader"} 1`, `hobnob_sessions_closed_total{reason="ping timeout"} 5`,
		"hobnob_deliveries_total 30", "hobnob_log_offset 77", `hobnob_disk_bytes{of="database"} 4096`, `hobnob_disk_bytes{of="wal"} 32`,
		"hobnob_events_total 11", "hobnob_messages_total 9", "hobnob_commit_failures_total 1",
		"hobnob_append_seconds_count 2", `hobnob_append_seconds_bucket{le="0.004"} 1`, "hobnob_batch_events_sum 11",
		"hobnob_commit_seconds_count 3", `hobnob_commit_seconds_bucket{le="0.001"} 1`,
	} {
		if !strings.Contains(got, "\n"+line+"\n") {
			t.Errorf("there is no line %s", line)
		}
	}
	for _, begin := range []string{"go_goroutines ", "go_memstats_heap_alloc_bytes ", "go_info{"} {
		if !strings.Contains(got, "\n"+begin) {
			t.Errorf("there is no line that begins %s", begin)
		}
	}
	ready.Store(true)
	if got := scrape(t, m); !strings.Contains(got, "\nhobnob_ready 1\n") {
		t.Error("a scrape does not ask anew")
	}
}
