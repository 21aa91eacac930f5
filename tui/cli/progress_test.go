//go:build unix

package cli

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
)

// TestProgress is shown on a terminal, on one line that is gone in the end, whatever
// the file is called; and nowhere else.
func TestProgress(t *testing.T) {
	t.Setenv("TERM", "xterm")
	ours, theirs, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	defer ours.Close()
	if err := pty.Setsize(theirs, &pty.Winsize{Cols: 40, Rows: 5}); err != nil {
		t.Fatal(err)
	}
	p := newProgress(theirs, "a name\x1b[2J that is much longer than the terminal is wide.bin", 2_000_000)
	p.at(0)
	p.at(1_000_000) // too soon after
	p.at(2_000_000)
	p.end()
	p.at(5)
	theirs.Close()
	drawn, _ := io.ReadAll(ours) // which ends with an error where the other end is closed
	lines := strings.Split(string(drawn), "\r\x1b[K")
	if len(lines) != 4 || !strings.HasSuffix(lines[1], "0%  0 bytes of 2.0 MB") || !strings.HasSuffix(lines[2], "100%  2.0 MB of 2.0 MB") || lines[3] != "" {
		t.Errorf("drawn: %q", lines)
	}
	for _, l := range lines {
		if ansi.StringWidth(l) >= 40 || strings.Contains(l, "\x1b") {
			t.Errorf("a line: %q", l)
		}
	}
	var pipe bytes.Buffer
	p = newProgress(&pipe, "x", 10)
	p.at(5)
	p.end()
	file, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	p = newProgress(file, "x", 10)
	p.at(5)
	p.end()
	if info, err := file.Stat(); pipe.Len() > 0 || err != nil || info.Size() > 0 {
		t.Errorf("a pipe got %q, a file %d bytes", pipe.String(), info.Size())
	}
}
