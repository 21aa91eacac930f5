package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	joinURL  = "http://127.0.0.1:4626/join/7Q4XR-0M2NB-QZ8FA-9TKDW"
	joinLine = "hobnob join " + joinURL
)

// inviting makes join lines, or fails.
func (s *screen) inviting(err error) {
	s.newInvite = func(_ context.Context, another bool) (chat.Invite, error) {
		url := joinURL
		if another {
			url += "2"
		}
		return chat.Invite{URL: url, Role: chat.RoleMember, Expires: chat.ToMillis(monday.AddDate(0, 0, 7))}, err
	}
}

// asked is what comes of /invite.
func (s *screen) asked(t *testing.T) invited { t.Helper(); return s.askedBy(t, "/invite") }

func (s *screen) askedBy(t *testing.T, line string) invited {
	t.Helper()
	batch, ok := s.keys(t, line+"{enter}")().(tea.BatchMsg)
	if !ok {
		t.Fatal("it asks for nothing")
	}
	if inner, ok := batch[0]().(tea.BatchMsg); ok { // Update's batch of invite's
		batch = inner
	}
	got, ok := batch[0]().(invited)
	if !ok {
		t.Fatal("it asks for no join line")
	}
	return got
}

// TestJoinLineIsCopied: it goes to the clipboard, and onto a screen where nothing
// else would be selected with it.
func TestJoinLineIsCopied(t *testing.T) {
	s := open(40, 12)
	s.inviting(nil)
	got := s.asked(t)
	copied := s.send(got)
	if msg := copied(); msg != tea.SetClipboard(joinLine)() {
		t.Errorf("copied is %v", msg)
	}
	if text := s.text(); !strings.Contains(text, "\nhobnob join http://127.0.0.1:4626/join/7\nQ4XR-0M2NB-QZ8FA-9TKDW\n") || !strings.Contains(text, "esc closes") {
		t.Errorf("%s", text)
	}
	if s.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse does not select")
	}
	s.keys(t, "{esc}")
	s.send(tea.WindowSizeMsg{Width: 80, Height: 12})
	if text := s.text(); !strings.Contains(text, "until Monday 30 November") || !strings.Contains(text, joinLine) || s.View().MouseMode == tea.MouseModeNone {
		t.Errorf("afterwards:\n%s", text)
	}
}

// TestJoinLineAgain: whether a line is a new one is said, and how it is closed.
func TestJoinLineAgain(t *testing.T) {
	s := open(160, 30)
	s.inviting(nil)
	for _, want := range []string{"this new join line lets one person in, until Monday 30 November", "this join line is the one from before, which nobody has used; it lets one person in, until"} {
		s.send(s.asked(t))
		s.keys(t, "{esc}")
		if text := s.text(); !strings.Contains(text, want) || !strings.Contains(text, "hobnob invite revoke") {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

// TestJoinLineForASecondPerson: the sheet says that a line is the one from before, and lets one person
// in, and how there is another. A host has the one on the screen again.
func TestJoinLineForASecondPerson(t *testing.T) {
	for _, hosting := range []bool{false, true} {
		s := open(100, 30)
		s.hosting = hosting
		s.inviting(nil)
		const before, second = "the one from before, which nobody has used; lets one person in, until", "for a second person: /invite new"
		show := func(line string, old bool, url string) {
			t.Helper()
			s.send(s.askedBy(t, line))
			text := strings.ReplaceAll(s.text(), "\n", " ")
			if !s.selecting() || !strings.Contains(text, "hobnob join "+url+" ") || strings.Contains(text, before) != old || strings.Contains(text, second) != old {
				t.Errorf("hosting: %v, %s shows\n%s", hosting, line, s.text())
			}
			s.keys(t, "{esc}")
		}
		show("/invite", false, joinURL)
		show("/invite", true, joinURL)
		show("/invite new", false, joinURL+"2")
		if text := s.text(); !strings.Contains(text, joinURL+"2") {
			t.Errorf("hosting: %v, it is not in the room:\n%s", hosting, text)
		}
		show("/invite", hosting, joinURL)
	}
}

// TestJoinLineWaits: who does something else is not interrupted, and told.
func TestJoinLineWaits(t *testing.T) {
	s := open(80, 24)
	s.inviting(nil)
	got := s.asked(t)
	s.keys(t, "typing on")
	s.send(got)
	if text := s.text(); !strings.Contains(text, "typing on") || !strings.Contains(text, "the join line is copied") || !strings.Contains(text, joinLine) {
		t.Errorf("%s", text)
	}
}

// TestNoJoinLine: why there is none is said.
func TestNoJoinLine(t *testing.T) {
	s := open(80, 24)
	s.keys(t, "/invite{enter}")
	if text := s.text(); !strings.Contains(text, "hobnob invite create") {
		t.Errorf("%s", text)
	}
	s = open(80, 24)
	s.inviting(errors.New("only an owner or admin invites people"))
	s.send(s.asked(t))
	if text := s.text(); !strings.Contains(text, "no join line: only an owner or admin invites people") || strings.Contains(text, "/join/") {
		t.Errorf("%s", text)
	}
}

// TestHostHasTheJoinLine: where it is on screen already it is not told once more.
func TestHostHasTheJoinLine(t *testing.T) {
	s := open(80, 24)
	s.hosting = true
	s.inviting(nil)
	s.clock = s.clock.Add(time.Minute)
	s.send(s.asked(t))
	s.keys(t, "{esc}")
	if text := s.text(); strings.Contains(text, "/join/") {
		t.Errorf("%s", text)
	}
}

// TestJoinLineTakesNoWords: who writes while it comes, or lies over the room, loses nothing.
func TestJoinLineTakesNoWords(t *testing.T) {
	for _, c := range []struct {
		keys, line string
		closed     bool
	}{
		{"/invite carol", "/invite carol", true},
		{"job done", "job done", true},
		{"quick one", "quick one", true},
		{"q", "", true},
		{" ", "", false},
		{"{down}{pgdown}", "", false},
	} {
		s := open(80, 24)
		s.inviting(nil)
		s.send(s.asked(t))
		if !s.selecting() {
			t.Fatalf("no join line:\n%s", s.text())
		}
		s.keys(t, c.keys)
		if s.composer.Text() != c.line || s.selecting() == c.closed {
			t.Errorf("%q: %q is written, and it is there: %v", c.keys, s.composer.Text(), s.selecting())
		}
	}
}
