//go:build unix

package main

import (
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"github.com/charmbracelet/x/term"
)

// teamOf serves a team, and returns a home whose user is its host, and how to end it.
func teamOf(t *testing.T) (home, bus string) {
	t.Helper()
	home = t.TempDir()
	bus = filepath.Join(home, "no-bus")
	s := begin(t, home, bus, "serve", "--addr", "127.0.0.1:0", "--team", "acme")
	s.shows("hobnob join")
	t.Cleanup(func() {
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
		s.end()
	})
	return home, bus
}

// TestPlainInATerminal: a terminal that cannot be drawn on gets lines and no escapes;
// it keeps its own way to edit a line, what is pasted is one message, and it is left as
// it was by /quit, by the end of the input, and by signals.
func TestPlainInATerminal(t *testing.T) {
	home, bus := teamOf(t)
	u, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	me := "#general " + u.Username
	for name, c := range map[string]struct {
		env   string
		args  []string
		leave func(s *silent)
	}{
		"quit":    {"TERM=dumb", nil, func(s *silent) { s.press("/quit\r") }},
		"end":     {"TERM=", nil, func(s *silent) { s.press("\x04") }},
		"SIGINT":  {"LANG=C", []string{"--plain"}, func(s *silent) { s.press("half a line"); _ = s.cmd.Process.Signal(os.Interrupt) }},
		"SIGTERM": {"TERM=linux", []string{"--plain"}, func(s *silent) { _ = s.cmd.Process.Signal(syscall.SIGTERM) }},
		"SIGHUP":  {"TERM=dumb", nil, func(s *silent) { _ = s.cmd.Process.Signal(syscall.SIGHUP) }},
	} {
		t.Run(name, func(t *testing.T) {
			s := beginWith(t, []string{"TERM=xterm-256color", c.env}, home, bus, c.args...)
			s.shows("-- connected")
			before, err := term.GetState(s.keys.Fd())
			if err != nil {
				t.Fatal(err)
			}
			s.press("frist\x7f\x7f\x7f\x7fhello from " + name + "\r")
			s.shows(me + ": fhello from " + name)
			s.press("one " + name + "\rtwo\r")
			s.shows(me + ": one " + name + "\n  two")
			if after, err := term.GetState(s.keys.Fd()); err != nil || !reflect.DeepEqual(before, after) {
				t.Errorf("the terminal is not as it was: %v, %v: %v", before, after, err)
			}
			c.leave(s)
			printed, code := s.end()
			if code != 0 || strings.Contains(printed, "\x1b") {
				t.Errorf("ended with %d: %q", code, printed)
			}
			for line := range strings.SplitSeq(printed, "\n") {
				if strings.Contains(line, "#general") && !strings.HasPrefix(line, "--") && strings.Count(line, "#general") != 1 {
					t.Errorf("two in one line: %q", line)
				}
			}
		})
	}
	cmd := exec.CommandContext(t.Context(), "hobnob", "tail", "general", "--no-follow", "-n", "100")
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+filepath.Join(home, "CONFIG"), "XDG_STATE_HOME="+filepath.Join(home, "STATE"), "XDG_DATA_HOME="+filepath.Join(home, "DATA"))
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Count(string(out), "\tone ") != 5 || strings.Count(string(out), "\ttwo\n") != 5 {
		t.Errorf("%v: %s", err, out)
	}
}

// TestPlainBreaksLines: at the width of the terminal, which nothing that somebody wrote makes begin a row.
func TestPlainBreaksLines(t *testing.T) {
	home, bus := teamOf(t)
	s := begin(t, home, bus, "--plain")
	s.shows("-- connected")
	s.press("fine" + strings.Repeat(".", width-12) + " 13:40 #general ada: yes\r")
	s.shows("\n  13:40 #general ada: yes")
	s.press("/quit\r")
	if printed, code := s.end(); code != 0 {
		t.Errorf("ended with %d: %q", code, printed)
	}
}

// press types without waiting for what comes of it.
func (s *silent) press(keys string) {
	s.t.Helper()
	if _, err := s.keys.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}
