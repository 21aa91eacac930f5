//go:build unix

package main

import (
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"
)

// TestDoctorAsksTheTerminal: what the terminal answers is in the findings, one that
// says nothing is waited for no longer than a moment, and each is as it was afterwards,
// also when the doctor is told to go.
func TestDoctorAsksTheTerminal(t *testing.T) {
	const kitty = "\x1bP>|kitty(0.40.0)\x1b\\\x1b[?0u\x1b[?1004;2$y\x1b[?2004;2$y\x1b[?2026;2$y\x1b[?2027;2$y" +
		"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\\x1b_Gi=31;OK\x1b\\\x1b[1;3R\x1b[1;3R\x1b[1;3R\x1b[1;3R\x1b[?62;52;c"
	for name, c := range map[string]struct {
		env  string
		then func(s *silent)
		code int
		says []string
		not  []string
	}{
		"answers": {"TERM=xterm-kitty", func(s *silent) { s.press(kitty) }, 0, []string{
			"terminal: kitty(0.40.0), TERM=xterm-kitty", "keyboard: all keys are told apart", "drawing: frames are drawn whole", "pictures: boxes stand for them: NO_COLOR allows no colour",
			"emoji: they are as wide as hobnob counts them, as they are joined", "clipboard: what is copied goes to it",
		}, nil},
		"silent": {"TERM=xterm", func(*silent) {}, 0, []string{"terminal: it answered nothing within 1.5s", "fix: run hobnob doctor again"}, nil},
		"linux":  {"TERM=linux", func(s *silent) { s.press("\x1b[1;9R\x1b[1;3R\x1b[1;3R\x1b[1;3R\x1b[?6c") }, 0, []string{"TERM=linux", "emoji: the terminal draws"}, []string{"\x1bP", "\x1b_", "\x1b]"}},
		"dumb":   {"TERM=dumb", func(*silent) {}, 0, []string{"terminal: TERM=dumb takes text alone, and was not asked"}, []string{"\x1b"}},
		"ctrl+c": {"TERM=xterm", func(s *silent) { s.press("\x03") }, 130, []string{"hobnob: interrupted"}, []string{"locale"}},
		"term":   {"TERM=xterm", func(s *silent) { _ = s.cmd.Process.Signal(syscall.SIGTERM) }, 130, []string{"hobnob: interrupted"}, []string{"locale"}},
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			s := beginWith(t, []string{"TMUX=", "STY=", "NO_COLOR=1", c.env}, home, filepath.Join(home, "no-bus"), "doctor")
			before := untouched(t) // s may have touched its own by now
			if c.env != "TERM=dumb" {
				s.prints("\x1b[c") // the last question
			}
			c.then(s)
			s.prints(c.says[len(c.says)-1])
			after, err := term.GetState(s.keys.Fd())
			if err != nil || !reflect.DeepEqual(before, after) {
				t.Errorf("the terminal is not as it was: %v, %v: %v", before, after, err)
			}
			screen := s.screen()
			printed, code := s.end()
			if code != c.code {
				t.Errorf("ended with %d: %q", code, printed)
			}
			for _, want := range c.says {
				if !strings.Contains(printed, want) {
					t.Errorf("%q is not said: %q", want, printed)
				}
			}
			for _, not := range c.not {
				if strings.Contains(printed, not) {
					t.Errorf("%q is there: %q", not, printed)
				}
			}
			if strings.Contains(screen, "👨") && !strings.Contains(screen, "in another way") {
				t.Errorf("a question is left on the screen:\n%s", screen)
			}
		})
	}
}

// untouched is how a terminal is that no program has changed.
func untouched(t *testing.T) *term.State {
	t.Helper()
	ours, theirs, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = ours.Close(), theirs.Close() }()
	state, err := term.GetState(ours.Fd())
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// prints waits until something was printed.
func (s *silent) prints(text string) {
	s.t.Helper()
	s.waitPrinted(strconv.Quote(text), func(printed string) bool { return strings.Contains(printed, text) })
}

// waitPrinted waits until something is true of all that was printed.
func (s *silent) waitPrinted(what string, is func(printed string) bool) {
	s.t.Helper()
	for deadline := time.After(20 * time.Second); !is(s.text()); {
		select {
		case <-s.changed:
		case <-deadline:
			s.t.Fatalf("%s is not printed: %q", what, s.text())
		}
	}
}
