//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// TestDetachAndAttach: in tmux the chat goes on while nobody is attached, and is drawn
// whole on a terminal of another size that attaches.
func TestDetachAndAttach(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("there is no tmux here")
	}
	home := t.TempDir()
	bus := lockedKeyring(t, home)
	socket := filepath.Join(home, "tmux")
	tmux := func(args ...string) *exec.Cmd {
		return exec.CommandContext(t.Context(), "tmux", append([]string{"-f", "/dev/null", "-S", socket}, args...)...)
	}
	t.Cleanup(func() {
		panes, _ := exec.Command("tmux", "-S", socket, "list-panes", "-a", "-F", "#{pane_pid}").Output()
		_ = exec.Command("tmux", "-S", socket, "kill-server").Run()
		for pid := range strings.FieldsSeq(string(panes)) { // it still writes down what it has
			n, err := strconv.Atoi(pid)
			for begun := time.Now(); err == nil && syscall.Kill(n, 0) == nil && time.Since(begun) < time.Minute; {
				time.Sleep(20 * time.Millisecond)
			}
		}
	})
	env := []string{"TERM=xterm-256color", "TMUX=", "LC_ALL=C.UTF-8"}
	s := beginCommand(t, tmux("new-session", "hobnob"), env, home, bus)
	s.shows("acme")
	s.press("half a thought")
	s.shows("half a thought")
	s.press("\x02d") // Ctrl+B d
	if printed, code := s.end(); code != 0 || !strings.Contains(printed, "[detached") {
		t.Fatalf("ended with %d: %q", code, printed)
	}

	ours, theirs := terminalPair(t)
	if err := pty.Setsize(ours, &pty.Winsize{Cols: width, Rows: 12}); err != nil {
		t.Fatal(err)
	}
	s = beginOn(t, ours, theirs, tmux("attach"), env, home, bus)
	_ = theirs.Close()
	s.shows("half a thought")
	s.shows("acme")
	s.press(", and the rest")
	s.shows("half a thought, and the rest")
	s.press("\x03\x03")
	if printed, code := s.end(); code != 0 || len(left(printed)) > 0 {
		t.Errorf("ended with %d, left %v", code, left(printed))
	}
	if _, err := os.Stat(socket); err == nil && tmux("has-session").Run() == nil {
		t.Error("the chat goes on")
	}
}
