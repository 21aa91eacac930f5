//go:build unix

package screen

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// TestSaysTheSame: for each command that tells the terminal something or asks it, the
// terminal is told what Bubble Tea tells it. A command that a newer Bubble Tea makes
// otherwise is found here.
func TestSaysTheSame(t *testing.T) {
	theirs, ours := runBoth(t, 1, 40, 12, false, []string{"TERM=xterm-256color"})
	for name, cmd := range map[string]tea.Cmd{
		"background": tea.RequestBackgroundColor, "foreground": tea.RequestForegroundColor, "cursor's colour": tea.RequestCursorColor,
		"cursor": tea.RequestCursorPosition, "version": tea.RequestTerminalVersion, "status": tea.RequestProgramStatusSupport,
		"clipboard": tea.ReadClipboard, "primary": tea.ReadPrimaryClipboard, "set": tea.SetClipboard("日本 copied"),
		"set primary": tea.SetPrimaryClipboard("copied"), "capability": tea.RequestCapability("RGB"), "raw": tea.Raw("\x1b]9;hello\a"),
	} {
		said := func(x runner) string {
			x.shows("0,0.")
			x.mu.Lock()
			x.said.Reset()
			x.mu.Unlock()
			x.send(cmd())
			x.waitFor(name, func() bool { return x.said.Len() > 0 })
			x.mu.Lock()
			defer x.mu.Unlock()
			return x.said.String()
		}
		began := time.Now()
		got := said(ours)
		if took := time.Since(began); took > 900*time.Millisecond {
			t.Errorf("%s: took %v: it waited for the ticker", name, took)
		}
		if want := said(theirs); got != want {
			t.Errorf("%s: says %q, Bubble Tea %q", name, got, want)
		}
	}
	for _, x := range []runner{theirs, ours} {
		x.send(tea.Quit())
		if err := <-x.done; err != nil {
			t.Error(err)
		}
	}
}
