package cli

import (
	"bufio"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/pipe"
)

// TestRequestsAreBounded: who says the head of a request slowly, or says too much in
// it, is let go.
func TestRequestsAreBounded(t *testing.T) {
	for name, tc := range map[string]struct {
		head   string
		status int           // 0: none
		after  time.Duration // and then it is closed
	}{
		"as it should be": {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", http.StatusNoContent, 0},
		"unfinished":      {"GET / HTTP/1.1\r\nHost: h\r\nX: y", 0, headerTime},
		// The rest of its head is thrown away for half a second, so that the peer sees the answer.
		"large":  {"GET / HTTP/1.1\r\nHost: h\r\nX: " + strings.Repeat("y", maxHeader+8<<10) + "\r\n\r\n", http.StatusRequestHeaderFieldsTooLarge, 500 * time.Millisecond},
		"silent": {"", 0, headerTime},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := newHTTP(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.WriteHeader(http.StatusNoContent)
				}), slog.New(slog.DiscardHandler))
				listener := pipe.New()
				var serving sync.WaitGroup
				serving.Go(func() { _ = server.Serve(listener) })
				client, err := listener.Dial(t.Context(), "", "")
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				var asking sync.WaitGroup
				asking.Go(func() { _, _ = io.WriteString(client, tc.head) })
				answer := bufio.NewReader(client)
				status := 0
				if response, err := http.ReadResponse(answer, nil); err == nil {
					status = response.StatusCode
					_ = response.Body.Close()
				}
				_, _ = io.Copy(io.Discard, answer)
				if took := time.Since(began); status != tc.status || took != tc.after {
					t.Errorf("answered %d and closed after %v, want %d after %v", status, took, tc.status, tc.after)
				}
				_ = client.Close()
				asking.Wait()
				_ = server.Close()
				serving.Wait()
			})
		})
	}
}
