package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// comesIn has one more team come, with rooms.
func (w *window) comesIn(tb testing.TB, id int, name string) {
	tb.Helper()
	w.clients = append(w.clients, &fake{})
	w.send(w.Comes(Config{Client: w.clients[len(w.clients)-1], Server: "http://127.0.0.1:4627", Team: name, Now: w.teams[0].now}))
	w.told(id, chat.Identified{You: you, Team: chat.Team{Name: name}, Rooms: acme()})
	w.told(id, chat.Connection{State: chat.Online})
}

// TestATeamComes into a window of one or more: it is named, and said, and can be gone to,
// and who writes is not disturbed.
func TestATeamComes(t *testing.T) {
	for _, before := range [][]string{{"acme"}, {"acme", "beta"}} {
		w := openWindow(100, 30, before...)
		if alone := w.teams[0].window == nil; alone != (len(before) == 1) || alone && strings.Contains(w.text(t), "● acme") {
			t.Errorf("before: %v\n%s", before, w.text(t))
		}
		w.keys(t, "half a sen")
		w.comesIn(t, len(before), "gamma")
		if !strings.Contains(w.text(t), "gamma is here now · alt+. goes to the next team") {
			t.Errorf("%v: it is not said:\n%s", before, w.text(t))
		}
		w.keys(t, "tence")
		text := w.text(t)
		for _, want := range []string{"half a sentence", "● gamma", "● acme"} {
			if !strings.Contains(text, want) {
				t.Errorf("%v: %q is not there:\n%s", before, want, text)
			}
		}
		w.keys(t, "{ctrl+u}/team gamma{enter}hello{enter}")
		if n := len(w.clients[len(before)].drafts); w.shown != len(before) || n != 1 {
			t.Errorf("%v: team %d is shown, and has %d messages", before, w.shown, n)
		}
		w.keys(t, "{alt+.}")
		if w.shown != 0 {
			t.Errorf("%v: team %d is next", before, w.shown)
		}
	}
}

// TestATeamGoes: what is for the others reaches them, what is for it goes nowhere, and the
// last one stays.
func TestATeamGoes(t *testing.T) {
	for gone, shown := range map[int]int{0: 0, 1: 1, 2: 0} {
		w := openWindow(100, 30, "acme", "beta", "gamma")
		for range shown {
			w.keys(t, "{alt+.}")
		}
		w.send(w.Parts(gone))
		if len(w.teams) != 2 || !strings.Contains(w.text(t), "is gone: you signed out of it") {
			t.Fatalf("%d teams\n%s", len(w.teams), w.text(t))
		}
		for id := range 3 {
			n := len(w.clients[id].drafts)
			w.told(id, chat.Arrived{Messages: []chat.Message{inRoom("r2", 21, ada, "for one")}})
			if len(w.clients[id].drafts) != n {
				t.Errorf("team %d wrote", id)
			}
			if i := w.index(id); (i < 0) != (id == gone) || i >= 0 && w.teams[i].unread.Of(w.teams[i].member("r2")) != 1 {
				t.Errorf("without %d: team %d is number %d", gone, id, i)
			}
		}
		if w.Shown(gone).ID != "" {
			t.Errorf("team %d shows a room", gone)
		}
		w.keys(t, "{alt+.}{alt+.}")
		left := w.teams[1].id
		w.send(w.Parts(w.teams[0].id))
		w.send(w.Parts(left))
		if len(w.teams) != 1 || w.teams[0].id != left || w.teams[0].window != nil || w.shown != 0 {
			t.Errorf("%d teams are left, the first is %d", len(w.teams), w.teams[0].id)
		}
		if w.keys(t, "hello{enter}"); len(w.clients[left].drafts) != 1 {
			t.Errorf("the last one does not write:\n%s", w.text(t))
		}
	}
}

// TestTeamsAreSought when the terminal has the focus again, and at /team.
func TestTeamsAreSought(t *testing.T) {
	n := 0
	w := &window{Window: NewWindow(Config{Client: &fake{}, Seek: func() { n++ }})}
	w.send(tea.WindowSizeMsg{Width: 80, Height: 20})
	w.send(tea.BlurMsg{})
	if n != 0 {
		t.Error("it looks by itself")
	}
	if w.send(tea.FocusMsg{}); n != 1 {
		t.Errorf("%d times at the focus", n)
	}
	if w.keys(t, "/team{enter}"); n != 2 {
		t.Errorf("%d times at /team", n)
	}
}

// TestASecondTeamTakesBack what /team said of one, and does what it was to do: its line is gone.
func TestASecondTeamTakesBack(t *testing.T) {
	for _, c := range []struct {
		keys, line string
		shown      int
		lists      bool
	}{
		{"/team{enter}", "", 0, true},
		{"/team gamma{enter}", "", 1, false},
		{"/team delta{enter}", "/team delta", 0, false},
		{"/team{enter}half a sen", "half a sen", 0, false},
		{"/team{enter}{f1}", "", 0, false},
	} {
		w := openWindow(100, 30, "acme")
		if w.keys(t, c.keys); strings.HasSuffix(c.keys, "{enter}") && !strings.Contains(w.text(t), "this chat has one team") {
			t.Fatalf("%s: it is not said:\n%s", c.keys, w.text(t))
		}
		w.comesIn(t, 1, "gamma")
		text := w.text(t)
		if strings.Contains(text, "one team") {
			t.Errorf("%s: it is still said:\n%s", c.keys, text)
		}
		if lists := w.teams[w.shown].choosesOnTop() && strings.Contains(text, "your teams"); lists != c.lists || w.shown != c.shown || w.teams[0].composer.Text() != c.line {
			t.Errorf("%s: listed: %v, team %d is shown, %q is written:\n%s", c.keys, lists, w.shown, w.teams[0].composer.Text(), text)
		}
	}
	w := openWindow(100, 30, "acme")
	w.keys(t, "/team{enter}")
	w.comesIn(t, 1, "gamma")
	if w.keys(t, "{down}{enter}"); w.shown != 1 {
		t.Errorf("what is chosen there leads nowhere:\n%s", w.text(t))
	}
}
