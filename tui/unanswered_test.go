package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestNoAnswerIsTold: since the last answer, while one is owed, and by this
// connection.
func TestNoAnswerIsTold(t *testing.T) {
	s := open(80, 24, chat.Connection{State: chat.Online})
	draft := func(id string, state chat.DraftState) {
		d := chat.Draft{ID: id, Room: chat.GeneralRoom, Body: chat.TextBody(id), At: monday}
		s.send(chat.DraftChanged{Draft: d, State: state})
	}
	later := func(d time.Duration, want string) {
		t.Helper()
		s.clock = s.clock.Add(d)
		s.send(tick{})
		got := strings.Contains(s.text(), "no answer")
		if got != (want != "") || !strings.Contains(s.text(), want) {
			t.Errorf("%q is not told:\n%s", want, s.text())
		}
	}
	later(time.Minute, "")
	draft("one", chat.DraftSending)
	draft("two", chat.DraftSending)
	if !s.ticking {
		t.Error("nothing wakes the screen")
	}
	later(4*time.Second, "")
	later(2*time.Second, "connected, but no answer for 6 s")
	draft("one", chat.DraftSent)
	later(time.Second, "")
	later(5*time.Second, "no answer for 6 s")
	draft("two", chat.DraftSent)
	later(time.Minute, "")
	draft("three", chat.DraftSending)
	later(10*time.Second, "no answer for 10 s")
	s.send(chat.Connection{State: chat.Waiting, RetryAt: s.clock.Add(time.Second)})
	s.send(chat.Connection{State: chat.Online})
	later(time.Minute, "")
	draft("three", chat.DraftWaiting)
	draft("three", chat.DraftSending)
	later(5*time.Second, "no answer for 5 s")
}
