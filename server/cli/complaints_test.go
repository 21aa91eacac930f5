package cli

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

// TestHostHearsThatNobodyCanConnect: of all that net/http complains about, that is
// told at the level a host has by default.
func TestHostHearsThatNobodyCanConnect(t *testing.T) {
	var told bytes.Buffer
	l := slog.NewLogLogger(complaints{slog.NewTextHandler(&told, nil)}, slog.LevelDebug)
	l.Print("http: TLS handshake error from 192.0.2.1:1: EOF")
	if told.Len() > 0 {
		t.Errorf("a stranger's fault is told: %s", &told)
	}
	l.Print("http: Accept error: accept tcp 127.0.0.1:4626: accept4: too many open files; retrying in 5ms")
	if got := told.String(); !strings.Contains(got, "level=WARN") || !strings.Contains(got, "ulimit") {
		t.Errorf("told: %q", got)
	}
}
