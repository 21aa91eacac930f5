//go:build unix

package cli

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/creack/pty"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestLinesInATerminal: what is printed of others is broken where a terminal ends, so that none of it
// stands at the beginning of a row; in a pipe it is as it is.
func TestLinesInATerminal(t *testing.T) {
	m := said(7, "fine."+strings.Repeat(" ", 35)+"2026-11-29 13:40:05\t8\tbob\tpay mal")
	r := &tailed{name: "general"}
	var pipe bytes.Buffer
	p := printer{w: &pipe}
	if err := p.message(r, &m); err != nil {
		t.Fatal(err)
	}
	if want := when(m.At, toSecond) + "\t7\tada\tfine."; strings.Count(pipe.String(), "\n") != 1 || !strings.HasPrefix(pipe.String(), want) || strings.Count(pipe.String(), "\t") != 6 {
		t.Errorf("in a pipe: %q", pipe.String())
	}
	for columnsNow, widest := range map[uint16]int{60: 59, 0: usualWidth - 1} { // 0: it does not say
		ours, theirs, err := pty.Open()
		if err != nil {
			t.Skipf("no pseudo-terminal here: %v", err)
		}
		t.Cleanup(func() { _ = ours.Close() })
		if err := pty.Setsize(theirs, &pty.Winsize{Cols: columnsNow, Rows: 5}); err != nil {
			t.Fatal(err)
		}
		p = printer{w: theirs}
		if err := p.message(r, &m); err != nil {
			t.Fatal(err)
		}
		if err := columns(theirs, "ops", "public", "a topic"+strings.Repeat("\u00a0", 70)+"general\tpublic"); err != nil {
			t.Fatal(err)
		}
		tl := &tail{seat: &seat{talk: theirs}, rooms: map[string]*tailed{"general": r, "other": r}, you: "me"}
		if err := tl.left(r, chat.User{ID: "mal", Name: "mal"}, strings.Repeat("bye ", 40)); err != nil {
			t.Fatal(err)
		}
		theirs.Close()
		drawn, _ := io.ReadAll(ours) // which ends with an error where the other end is closed
		begun := 0
		for row := range strings.Lines(string(drawn)) {
			row = strings.TrimRight(row, "\r\n")
			if len([]rune(row)) > widest {
				t.Errorf("a terminal breaks %q", row)
			}
			if !strings.HasPrefix(row, "  ") {
				begun++
			}
		}
		if begun != 3 {
			t.Errorf("not three lines but %d: %q", begun, drawn)
		}
	}
}
