package tui

import (
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestRoomActs: a room is made by the name that was seen, called otherwise, archived and
// opened again; the two that are not lightly taken back ask first.
func TestRoomActs(t *testing.T) {
	s := openTeam(100, 30)
	s.client.answer = func(_ string, out any) error {
		if a, ok := out.(*chat.RoomAnswer); ok {
			a.Room.ID, a.Room.Name = "x", "releases"
		}
		return nil
	}
	run := func(keys string) {
		t.Helper()
		drainAll(s, s.keys(t, keys))
	}
	for _, c := range []struct{ keys, says, asks string }{
		{"/create lab{enter}", "", `room:create {"name":"lab"}`},
		{"/create Deploys releases and rollbacks{enter}", "make a room called #deploys-releases-and-rollbacks? y does", ""},
		{"{esc}", "", ""},
		{"/private the lab{enter}", "make a room called #the-lab? y does", ""},
		{"y", "", `room:create {"name":"the lab","kind":"private"}`},
		{"/rename Releases{enter}", "this room is called #releases now", `room:rename {"room":"general","name":"Releases"}`},
		{"/archive{enter}", "archive #general? nobody writes in it then", ""},
		{"{esc}", "", ""},
		{"/archive{enter}y", "this room is archived", `room:set {"room":"general","archived":true}`},
		{"/unarchive{enter}", "this room is written in again", `room:set {"room":"general","archived":false}`},
	} {
		s.client.asked = nil
		run(c.keys)
		if got := strings.Join(s.client.asked, "\n"); got != c.asks {
			t.Errorf("%s asks %s, not %s", c.keys, got, c.asks)
		}
		if !strings.Contains(s.text(), c.says) {
			t.Errorf("%s does not say %q:\n%s", c.keys, c.says, s.text())
		}
	}
}

// TestRoomActsBetweenPeople: what is said between people has no name, and no end.
func TestRoomActsBetweenPeople(t *testing.T) {
	s := openTeam(100, 30)
	for _, r := range s.rooms {
		if r.Kind == chat.RoomDirect {
			s.show(r.ID)
		}
	}
	s.client.asked = nil
	for _, line := range []string{"/rename x", "/archive", "/unarchive"} {
		drainAll(s, s.keys(t, "{ctrl+u}"+line+"{enter}"))
		if len(s.client.asked) > 0 || !strings.Contains(s.text(), "what is said between people has no ") {
			t.Errorf("%s asks %q:\n%s", line, s.client.asked, s.text())
		}
	}
}

// TestMessageToSeveral goes to the room between them.
func TestMessageToSeveral(t *testing.T) {
	s := openTeam(100, 30)
	drainAll(s, s.keys(t, "/msg @bob,cyn hi, both{enter}"))
	if got := strings.Join(s.client.asked, "\n"); got != `dm {"room":"","users":["bob","cyn"]}` {
		t.Errorf("asked %s", got)
	}
}
