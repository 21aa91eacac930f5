package tui

import (
	"slices"
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
		{"{esc}", "#lab is not waited for any longer", ""},
		{"/create Deploys releases and rollbacks{enter}", "make a room called #deploys-releases-and-rollbacks? y makes it", ""},
		{"{esc}", "", ""},
		{"/private the lab{enter}", "make a room called #the-lab? y makes it", ""},
		{"y", "", `room:create {"name":"the lab","kind":"private"}`},
		{"{esc}", "#the-lab is not waited for any longer", ""},
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

// TestRoomActsOfTheRoomThatIsShown: they are about no other, and what a server calls it can be
// read and does no more.
func TestRoomActsOfTheRoomThatIsShown(t *testing.T) {
	s := openTeam(100, 30)
	s.client.answer = func(_ string, out any) error {
		if a, ok := out.(*chat.RoomAnswer); ok {
			a.Room.ID, a.Room.Name = "r2", "re\x1b[2J\u202elea\nses"+strings.Repeat("x", 1000)
		}
		return nil
	}
	s.show("r2")
	s.client.asked = nil
	for _, line := range []string{"/archive{enter}y", "/unarchive{enter}", "/rename releases{enter}"} {
		drainAll(s, s.keys(t, line))
	}
	want := `room:set {"room":"r2","archived":true}
room:set {"room":"r2","archived":false}
room:rename {"room":"r2","name":"releases"}`
	if got := strings.Join(s.client.asked, "\n"); got != want {
		t.Errorf("asked %s", got)
	}
	if raw := s.View().Content; !strings.Contains(s.text(), "this room is called #re␛[2J") || strings.Contains(raw, "\x1b[2J") || strings.Contains(raw, "\u202e") {
		t.Errorf("%q", s.text())
	}
}

// TestArchivingOffline: who cannot do it is not asked whether to.
func TestArchivingOffline(t *testing.T) {
	s := openTeam(100, 30)
	s.send(chat.Connection{State: chat.Waiting})
	drainAll(s, s.keys(t, "/archive{enter}"))
	if text := s.text(); !strings.Contains(text, "/archive needs a connection") || strings.Contains(text, "archive #general?") || s.composer.Text() != "/archive" {
		t.Errorf("it says\n%s", text)
	}
}

// TestNoNameForARoom: what no room can be called is asked for all the same, and refused by the
// server; it is not offered as a name.
func TestNoNameForARoom(t *testing.T) {
	s := openTeam(100, 30)
	drainAll(s, s.keys(t, "/create ! ? !{enter}"))
	if got := strings.Join(s.client.asked, "\n"); got != `room:create {"name":"! ? !"}` || strings.Contains(s.text(), "make a room called") {
		t.Errorf("asked %s:\n%s", got, s.text())
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

// TestMessageToSeveral goes to the room between them, and says there what stands behind the
// last name.
func TestMessageToSeveral(t *testing.T) {
	s := openTeam(100, 30)
	s.client.answer = func(request string, out any) error {
		if a, ok := out.(*chat.RoomAnswer); ok && request == "dm" {
			a.Room.ID = "group"
		}
		return nil
	}
	drainAll(s, s.keys(t, "/msg @bob,cyn hi, both{enter}"))
	if got := strings.Join(s.client.asked, "\n"); got != `dm {"room":"","users":["bob","cyn"]}` {
		t.Errorf("asked %s", got)
	}
	if got := strings.Join(s.sentTo(), "\n"); got != "group: hi, both" {
		t.Errorf("sent %s", got)
	}
	s.keys(t, "{esc}") // the room is told to nobody here
	s.client.asked = nil
	if drainAll(s, s.keys(t, "/msg @bob hi, you{enter}")); strings.Join(s.client.asked, "\n") != `dm {"room":"","user":"bob"}` {
		t.Errorf("for one it asked %q", s.client.asked)
	}
	s.keys(t, "{esc}")
	s.client.asked = nil
	for _, line := range []string{"/msg ,", "/msg @", `/msg ""`} {
		drainAll(s, s.keys(t, "{ctrl+u}"+line+"{enter}"))
		if len(s.client.asked) > 0 || !strings.Contains(s.text(), "/msg wants somebody") || s.composer.Text() != line {
			t.Errorf("%s asks %q:\n%s", line, s.client.asked, s.text())
		}
	}
}

// TestMessagesToTheSameKeepTheirOrder: however their names were written, and in which order.
func TestMessagesToTheSameKeepTheirOrder(t *testing.T) {
	s := openTeam(100, 30)
	s.client.answer = func(_ string, out any) error {
		out.(*chat.RoomAnswer).Room.ID = "dm1"
		return nil
	}
	answer := s.keys(t, "/msg bob,cyn first{enter}")
	s.keys(t, "/msg CYN,@Bob second{enter}/msg cyn third{enter}")
	s.drainOn(answer)
	if got := strings.Join(s.sentTo(), "|"); got != "dm1: first|dm1: second|dm1: third" {
		t.Errorf("sent are %q", got)
	}
}

// TestMessageWithoutAConnection: a direct room that is there takes what is said to somebody, as when
// one goes there; one that is not cannot be made.
func TestMessageWithoutAConnection(t *testing.T) {
	s := openTeam(100, 30)
	group := chat.Membership{Room: chat.Room{ID: "group", Kind: chat.RoomDirect, People: []chat.User{you, {ID: "u7", Name: "cyn"}, bob}, Members: 3}, Joined: true}
	s.send(chat.RoomsChanged{Rooms: append(slices.Clone(s.rooms), group)})
	alone := s.directRoom([]string{"bob"})
	s.send(chat.Connection{State: chat.Waiting, Reason: "connection refused"})
	for _, line := range []string{"/msg bob hi", "/msg @Bob,cyn hi, both", "/msg bob"} {
		drainAll(s, s.keys(t, line+"{enter}"))
	}
	if got := strings.Join(s.sentTo(), "|"); got != alone+": hi|group: hi, both" || len(s.client.asked) > 0 || s.room != alone {
		t.Errorf("sent are %q, asked %q, and shown is %s", got, s.client.asked, s.room)
	}
	drainAll(s, s.keys(t, "/msg cyn hi{enter}"))
	if len(s.sentTo()) != 2 || !strings.Contains(s.text(), "/msg"+noConnection) {
		t.Errorf("sent are %q:\n%s", s.sentTo(), s.text())
	}
	s.send(chat.RoomsChanged{Rooms: append(slices.Clone(s.rooms), chat.Membership{Room: chat.Room{ID: "namesake", Kind: chat.RoomDirect, People: []chat.User{you, {ID: "u8", Name: "Bob"}}, Members: 2}, Joined: true})})
	drainAll(s, s.keys(t, "{ctrl+u}/msg bob who{enter}"))
	if len(s.sentTo()) != 2 || !strings.Contains(s.text(), "/msg"+noConnection) {
		t.Errorf("of two who are called so one is written to: %q", s.sentTo())
	}
}

// TestMessageToSomebodyTooLong: it is not asked where it would be said, and stays.
func TestMessageToSomebodyTooLong(t *testing.T) {
	s := openTeam(100, 30)
	s.limits.Body = 20
	drainAll(s, s.keys(t, "/msg bob,cyn what is longer than that{enter}"))
	if len(s.client.asked) > 0 || !strings.Contains(s.text(), "too long: ") || s.composer.Text() != "/msg bob,cyn what is longer than that" {
		t.Errorf("asked %q:\n%s", s.client.asked, s.text())
	}
}

// TestRenamedPrivateRoomsStayPrivate: what is asked and said of one has its sign.
func TestRenamedPrivateRoomsStayPrivate(t *testing.T) {
	s := openTeam(100, 30)
	s.show("r4")
	s.client.answer = func(_ string, out any) error {
		if a, is := out.(*chat.RoomAnswer); is {
			a.Room.Name = "secret-plans"
		}
		return nil
	}
	if s.keys(t, "/rename Secret Plans{enter}"); !strings.Contains(s.text(), "call this room *secret-plans?") {
		t.Errorf("%s", s.text())
	}
	if drainAll(s, s.keys(t, "y")); !strings.Contains(s.text(), "this room is called *secret-plans now") {
		t.Errorf("%s", s.text())
	}
}

// TestTakenNames: where there is a room of the name, or none that is so called, the way is said.
func TestTakenNames(t *testing.T) {
	for line, want := range map[string]string{
		"/create ops{enter}":          "looks just like it · /join ops comes in",
		"/create deploys{enter}":      "looks just like it · you are in it: /go deploys",
		"/go deplyos{enter}":          "you are in no room called deplyos; did you mean #deploys? /list shows those you may join",
		"/go nowhere{enter}":          "you are in no room called nowhere; /list shows those you may join",
		"/rename The Releases{enter}": "call this room #the-releases? y renames it",
		"/archive{enter}":             "nobody writes in it then",
	} {
		s := openTeam(100, 30)
		s.client.answer = func(request string, _ any) error {
			if request != "room:create" {
				t.Errorf("%s asks for %s", line, request)
			}
			return &chat.Error{Code: chat.CodeNameTaken, Message: "there is a room of that name"}
		}
		drainAll(s, s.keys(t, line))
		if !strings.Contains(s.composer.Sentence()+s.text(), want) {
			t.Errorf("%s does not say %q:\n%s", line, want, s.text())
		}
	}
}
