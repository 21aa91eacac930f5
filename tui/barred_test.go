package tui

import (
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// A sentence that nothing can be written in a room is gone when something can again: of who was
// taken out and let in, of an archived room that was opened, and whatever line it came of.
func TestSentencesEndWithWhatTheySayOfARoom(t *testing.T) {
	archived := acme()
	archived[0].Archived = true
	for name, c := range map[string]struct {
		rooms      []chat.Membership
		line, says string
	}{
		"out":            {acme()[1:], "so it is", "you are in #general no longer"},
		"out, a command": {acme()[1:], "/me sighs", "you are in #general no longer"},
		"archived":       {archived, "so it is", "is archived, and can only be read"},
	} {
		s := openTeam(100, 30)
		s.keys(t, c.line)
		s.send(chat.RoomsChanged{Rooms: c.rooms})
		s.keys(t, "{enter}")
		if !strings.Contains(s.composer.Sentence(), c.says) || s.composer.Text() != c.line {
			t.Fatalf("%s: %q is said of %q", name, s.composer.Sentence(), s.composer.Text())
		}
		s.send(chat.RoomsChanged{Rooms: c.rooms}) // as before
		if !strings.Contains(s.composer.Sentence(), c.says) {
			t.Errorf("%s: it is said no longer, and true", name)
		}
		s.send(chat.RoomsChanged{Rooms: acme()})
		if got := s.composer.Sentence(); got != "" || s.composer.Text() != c.line || strings.Contains(s.text(), "no longer") {
			t.Errorf("%s: still says %q\n%s", name, got, s.text())
		}
	}
}

// Only what was said of that is gone.
func TestOtherSentencesStay(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "hm")
	s.send(chat.RoomsChanged{Rooms: acme()[1:]})
	s.keys(t, "{enter}")
	s.composer.Say("something else")
	s.send(chat.RoomsChanged{Rooms: acme()})
	if got := s.composer.Sentence(); got != "something else" || len(s.barred) > 0 {
		t.Errorf("it says %q, %d are remembered", got, len(s.barred))
	}
}

// That nothing is unread is said until something is, and until the room is left; what stays while
// one writes is there again.
func TestNothingIsUnreadUntilSomethingIs(t *testing.T) {
	read := acme()
	for i := range read {
		read[i].Read, read[i].Mentions = read[i].LastSeq, 0
	}
	for name, does := range map[string]func(s *screen){
		"left":  func(s *screen) { s.keys(t, "{alt+1}{alt+2}") },
		"heard": func(s *screen) { s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 21, ada, "hi")}}) },
	} {
		s := openTeam(100, 30)
		s.send(chat.RoomsChanged{Rooms: read})
		if s.keys(t, "{alt+a}"); s.composer.Sentence() != nothingUnread {
			t.Fatalf("%s: it says %q", name, s.composer.Sentence())
		}
		if does(s); s.composer.Sentence() != "" {
			t.Errorf("%s: it still says %q", name, s.composer.Sentence())
		}
	}
	s := openTeam(100, 30)
	s.keys(t, "half")
	s.composer.SayOn("this is about what is written")
	if s.keys(t, "{alt+1}{alt+2}"); s.composer.Sentence() == "" {
		t.Error("what stays is gone")
	}
}
