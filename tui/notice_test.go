package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func TestRefusalIsSaidInFull(t *testing.T) {
	s := open(60, 16, chat.Connection{State: chat.Refused, Reason: "the token has expired; hobnob login asks for a new one"})
	if text := s.text(); !strings.Contains(text, "hobnob login") || !strings.Contains(text, "✗ refused") {
		t.Errorf("%s", text)
	}
	s.keys(t, "/reconnect{enter}")
	if s.client.reconnects != 1 {
		t.Errorf("%d reconnects", s.client.reconnects)
	}
}

// However often somebody is refused, and for what, they are told once how to come
// back; and when they are back, no more.
func TestRefusalIsSaidOnce(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		s := open(size[0], size[1])
		for i, reason := range []string{"it has ended", "it has ended", "nobody knows you", "the last reason"} {
			s.send(chat.Arrived{Messages: []chat.Message{said(uint64(i+1), ada, 0, "between")}})
			s.send(chat.Connection{State: chat.Connecting})
			s.send(chat.Connection{State: chat.Refused, Reason: reason})
		}
		s.send(tea.WindowSizeMsg{Width: 100, Height: 60})
		if text := s.text(); strings.Count(text, "the server refused you") != 1 || !strings.Contains(text, "you: the last reason\n") {
			t.Errorf("%v: not once:\n%s", size, text)
		}
		s.send(chat.Connection{State: chat.Online})
		if text := s.text(); strings.Contains(text, "refused") || strings.Contains(text, "join LINK") || !strings.Contains(text, "between") {
			t.Errorf("%v: signed in, and still told:\n%s", size, text)
		}
		s.send(chat.Connection{State: chat.Refused})
		if !strings.Contains(s.text(), "the server refused you\n") {
			t.Errorf("%v: another refusal is not told:\n%s", size, s.text())
		}
	}
}

// A refusal that may pass by itself says so, and is not said anew at each attempt.
func TestRefusalThatIsTriedAgain(t *testing.T) {
	s := open(100, 30)
	for i := range 3 {
		s.send(chat.Connection{State: chat.Connecting})
		s.send(chat.Connection{State: chat.Refused, Reason: "not for this server", RetryAt: s.clock.Add(time.Duration(i) * time.Minute)})
		s.send(chat.Noticed{Text: "said below"})
	}
	text := s.text()
	if strings.Count(text, "the server refused you: not for this server\n") != 1 || strings.Index(text, "refused you") > strings.Index(text, "said below") {
		t.Errorf("said anew:\n%s", text)
	}
	if !strings.Contains(text, "it is tried again by itself") || !strings.Contains(text, "retrying in 2 min, /reconnect tries now") {
		t.Errorf("it is not told:\n%s", text)
	}
}

// Who is banned is not told to come with another token.
func TestBanned(t *testing.T) {
	s := open(100, 30)
	s.send(chat.Connection{State: chat.Refused, Reason: "you are banned from this team", RetryAt: s.clock.Add(time.Minute), Banned: true})
	if text := s.text(); !strings.Contains(text, "an admin of the team can let you in again") || strings.Contains(text, "hobnob login") {
		t.Errorf("told:\n%s", text)
	}
}

// A line of our own that takes the place of another is where that was.
func TestNoticeTakesThePlaceOfAnother(t *testing.T) {
	s := open(60, 16, chat.Noticed{Text: "join with this"}, chat.Noticed{Text: "and welcome"})
	s.send(chat.Noticed{Text: "used by ada", Instead: "join with this"})
	if text := s.text(); strings.Contains(text, "join with") || !strings.Contains(text, "used by ada\n    ·  and welcome") {
		t.Errorf("%s", text)
	}
}
