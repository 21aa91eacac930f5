package tui

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// lists has the client answer which rooms there are: those of the team, and some to join.
func (s *screen) lists(more bool, names ...string) *screen {
	s.client.answer = func(request string, out any) error {
		a, ok := out.(*chat.RoomList)
		if !ok || request != "room:list" {
			return nil
		}
		asked := s.client.asked[len(s.client.asked)-1]
		a.Rooms, a.More = acme(), more && !strings.Contains(asked, "query")
		for _, name := range names {
			r := chat.Room{ID: "x-" + name, Name: name, Kind: chat.RoomPublic, Members: 3, Topic: "about " + name}
			r.Archived = strings.HasPrefix(name, "dead")
			if called := "query\":\"" + name[:2]; !more || strings.Contains(asked, called) {
				a.Rooms = append(a.Rooms, chat.Membership{Room: r})
			}
		}
		return nil
	}
	return s
}

// runOn does what a command asks for, until nothing more comes of it.
func (s *screen) runOn(cmd tea.Cmd) {
	for _, msg := range messages(cmd) {
		if a, is := msg.(asked); is {
			s.runOn(s.send(a))
		}
	}
}

// TestJoinCompletesRoomsToJoin: those one is not in first, whether they are known already or
// asked for with the key; none that is archived or private, and own ones where nothing can
// be asked.
func TestJoinCompletesRoomsToJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct{ keys, want string }{
			{"/join de{tab}", "/join dentists"},
			{"/join #de{tab}", "/join #dentists"},
			{"/j de{tab}", "/j dentists"},
			{"/join de{tab}{tab}", "/join depot"},
			{"/join de{tab}{tab}{tab}", "/join my-desk"},
			{"/join de{tab}{tab}{tab}{tab}", "/join deploys"},
			{"/join de{shift+tab}", "/join deploys"},
			{"/join {tab}", "/join dentists"},
			{"/join pl{tab}", "/join plans"},
			{"/join dead{tab}", "/join dead"},
			{"/go de{tab}", "/go deploys"},
			{"//join de{tab}", "//join de"},
			{"/join a de{tab}", "/join a de"},
		} {
			for _, way := range []string{"before", "with the key", "offline"} {
				s := openTeam(100, 30).lists(false, "dentists", "depot", "dead-room", "my-desk")
				want := c.want
				keys := splitKeys(c.keys)
				for i, k := range keys {
					if way == "offline" && i == 0 {
						s.send(chat.Connection{State: chat.Offline, Reason: "no network"})
					}
					cmd := s.keys(t, k)
					if way == "before" || way == "with the key" && strings.HasPrefix(k, "{") {
						s.runOn(cmd)
					}
				}
				if way == "offline" && strings.HasPrefix(c.keys, "/j") {
					want = ""
				}
				if got := s.composer.Text(); got != want && want != "" {
					t.Errorf("%s, known %s: %q is written, want %q", c.keys, way, got, want)
				}
				if n := len(s.client.asked); way != "with the key" && n > 1 {
					t.Errorf("%s, known %s: asked %q", c.keys, way, s.client.asked)
				}
			}
		}
	})
}

// What comes when something else is written is not offered, and where the server does not say
// it, own rooms are.
func TestRoomsToJoinComeLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 30).lists(false, "dentists")
		cmd := s.keys(t, "/join de{tab}")
		s.keys(t, "n")
		s.runOn(cmd)
		if got := s.composer.Text(); got != "/join den" || s.composer.Offering() {
			t.Errorf("%q is written", got)
		}
		s = openTeam(100, 30)
		s.client.answer = func(string, any) error { return errors.New("not now") }
		cmd = s.keys(t, "/join de{tab}")
		s.runOn(cmd)
		if got := s.composer.Text(); got != "/join deploys" {
			t.Errorf("%q is written", got)
		}
	})
}

// What is known is asked for again after a while, and not before; in a large team by what is
// written.
func TestRoomsToJoinAreAskedSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type1 := func(s *screen, keys string) {
			for _, k := range splitKeys(keys) {
				cmd := s.keys(t, k)
				s.runOn(cmd)
			}
		}
		s := openTeam(100, 30).lists(false, "dentists")
		type1(s, "/join de{tab}{ctrl+u}/join x{tab}{ctrl+u}/join {tab}{ctrl+u}")
		if n := len(s.client.asked); n != 1 {
			t.Errorf("asked %q", s.client.asked)
		}
		s.clock = s.clock.Add(directoryTime + time.Second)
		if type1(s, "/join de{tab}"); len(s.client.asked) != 2 || s.composer.Text() != "/join dentists" {
			t.Errorf("asked %q, %q is written", s.client.asked, s.composer.Text())
		}
		s = openTeam(100, 30).lists(true, "dentists", "zoo")
		type1(s, "/join de{tab}")
		if want := []string{`room:list {}`, `room:list {"query":"de"}`}; !slices.Equal(s.client.asked, want) || s.composer.Text() != "/join dentists" {
			t.Errorf("asked %q, %q is written", s.client.asked, s.composer.Text())
		}
		if type1(s, "{ctrl+u}/join zo{tab}"); s.composer.Text() != "/join zoo" {
			t.Errorf("asked %q, %q is written", s.client.asked, s.composer.Text())
		}
		for _, text := range []string{"hello{tab}", "/join", "/msg bob{tab}", "a /join de"} {
			s := openTeam(100, 30).lists(false, "dentists")
			if type1(s, text); len(s.client.asked) > 0 {
				t.Errorf("%s: asked %q", text, s.client.asked)
			}
		}
	})
}

// A room that is archived says so, and the line is there again.
func TestJoinOfAnArchivedRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const why = "#old is archived: those who are in it can read it, and nobody joins it any more"
		s := openTeam(100, 30).leadsTo("", &chat.Error{Code: chat.CodeArchived, Message: why})
		drainAll(s, s.keys(t, "/join old{enter}"))
		if s.composer.Text() != "/join old" || !strings.Contains(s.composer.Sentence(), why) {
			t.Errorf("%q is written, it says %q", s.composer.Text(), s.composer.Sentence())
		}
	})
}
