package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/notify"
)

// Messages of several rooms that come together go each to its own.
func TestMessagesGoToTheirRooms(t *testing.T) {
	s := openTeam(100, 30)
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 21, ada, "of deploys"), inRoom(chat.GeneralRoom, 7, ada, "of general"), inRoom("r2", 22, ada, "of deploys, too")}})
	if text := s.text(); !strings.Contains(text, "of general") || strings.Contains(text, "of deploys") {
		t.Errorf("in general:\n%s", text)
	}
	s.keys(t, "{alt+1}")
	if text := s.text(); strings.Contains(text, "of general") || strings.Count(text, "of deploys") != 2 {
		t.Errorf("in deploys:\n%s", text)
	}
}

// What a connection that is gone owed is owed by no other; one that goes on asks nothing
// anew; and limits that are not told again hold on.
func TestWhatAConnectionLeaves(t *testing.T) {
	s := openTeam(100, 30)
	s.send(chat.DraftChanged{Draft: chat.Draft{ID: "d", Room: chat.GeneralRoom, Body: chat.TextBody("x")}, State: chat.DraftSending})
	s.send(chat.Connection{State: chat.Waiting})
	if !s.unanswered.since.IsZero() || len(s.unanswered.drafts) != 0 {
		t.Errorf("it is still owed: %+v", s.unanswered)
	}
	members := func(cmd tea.Cmd) (n int) {
		s.client.asked = nil
		messages(cmd)
		for _, a := range s.client.asked {
			if strings.HasPrefix(a, "members ") {
				n++
			}
		}
		return n
	}
	if n := members(s.send(chat.Connection{State: chat.Online})); n != 1 {
		t.Errorf("who is there is asked %d times", n)
	}
	if n := members(s.send(chat.Connection{State: chat.Online})); n != 0 {
		t.Errorf("it is asked %d times more", n)
	}
	s.send(chat.Identified{You: you, Limits: chat.Limits{Body: 100}})
	s.send(chat.Identified{You: you})
	if s.limits.Body != 100 {
		t.Errorf("the limits are %+v", s.limits)
	}
	s.send(chat.DraftChanged{Draft: chat.Draft{ID: "w", Room: chat.GeneralRoom, Body: chat.TextBody("x")}, State: chat.DraftWaiting})
	s.send(chat.Connection{State: chat.Waiting})
	mine := said(7, you, time.Hour, "x")
	mine.ID = "w"
	s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{mine}})
	if strings.Contains(s.text(), "waiting") {
		t.Errorf("it was sent, and:\n%s", s.text())
	}
}

// A text that fits as it is may have what would end the notification.
func TestShortAlertsAreSanitised(t *testing.T) {
	s := openTeam(100, 30)
	s.alerts = notify.Means{OSC9: true}
	s.send(tea.BlurMsg{})
	m := inRoom("dm1", 4, bob, "a\x07\x1b]0;owned\x1b\\\u202eb")
	m.Mentions = []string{you.ID}
	for _, msg := range messages(s.send(chat.Arrived{Messages: []chat.Message{m}})) {
		if raw, ok := msg.(tea.RawMsg); ok {
			text, _ := raw.Msg.(string)
			inner := strings.TrimSuffix(strings.TrimPrefix(text, "\x1b]9;"), "\x07")
			if strings.ContainsAny(inner, "\x07\x1b\u202e") || !strings.Contains(inner, "owned") {
				t.Errorf("told %q", text)
			}
			return
		}
	}
	t.Error("nothing is told")
}

// The line above what is new stands where reading ended, on this device or another, and not
// above what oneself said.
func TestWhereTheNewLineStands(t *testing.T) {
	line := func(s *screen) uint64 {
		if seq, ok := s.timeline(s.room).New(); ok {
			return seq
		}
		return 0
	}
	again := func(s *screen, last, read uint64) {
		rooms := acme()
		rooms[0].LastSeq, rooms[0].Read = last, read
		s.send(chat.Connection{State: chat.Waiting})
		s.send(chat.Identified{You: you, Team: chat.Team{Name: "acme"}, Rooms: rooms})
		s.loaded(chat.GeneralRoom, 1, last)
	}
	s := openTeam(100, 30)
	again(s, 9, 4) // this one is ahead of the server
	if got := line(s); got != 7 {
		t.Errorf("the line stands above %d, read are 6", got)
	}
	s = openTeam(100, 30)
	again(s, 9, 8) // another is ahead of this one
	if got := line(s); got != 9 {
		t.Errorf("the line stands above %d, read are 8", got)
	}
	s = openTeam(100, 30)
	s.send(tea.BlurMsg{})
	s.send(chat.Arrived{Messages: []chat.Message{inRoom(chat.GeneralRoom, 7, ada, "look")}})
	again(s, 9, 6) // something was unread before
	if got := line(s); got != 7 {
		t.Errorf("the line stands above %d, 7 was the first that was new", got)
	}
	s = openTeam(100, 30)
	s.send(tea.BlurMsg{})
	s.send(chat.Arrived{Messages: []chat.Message{inRoom(chat.GeneralRoom, 7, you, "from my telephone")}})
	if got := line(s); got != 0 {
		t.Errorf("the line stands above %d, which is one's own", got)
	}
}

// A question ends with the room it was asked in, and who goes elsewhere is taken nowhere.
func TestGoingElsewhereEndsQuestions(t *testing.T) {
	s := openTeam(100, 30)
	mine := inRoom(chat.GeneralRoom, 7, you, "mine")
	s.send(chat.Arrived{Messages: []chat.Message{mine}})
	s.keys(t, "{esc}d")
	if s.question == nil {
		t.Fatal("nothing is asked")
	}
	s.show("r2")
	if s.question != nil || s.focus != writing {
		t.Errorf("it is still asked in %s", s.room)
	}
	s.wanted = wanted{room: "new"}
	s.show("r3")
	rooms := append(acme(), chat.Membership{Room: chat.Room{ID: "new", Name: "new", Kind: chat.RoomPublic}})
	if s.send(chat.RoomsChanged{Rooms: rooms}); s.room != "r3" {
		t.Errorf("it went to %s", s.room)
	}
}

// Of the room that is shown nothing goes while its user is out of it.
func TestTheRoomThatIsShownStays(t *testing.T) {
	s := openTeam(100, 30)
	s.loaded("r2", 1, 20)
	s.keys(t, "{alt+1}")
	rooms := acme()
	s.send(chat.RoomsChanged{Rooms: append(rooms[:1:1], rooms[2:]...)})
	if s.room == "r2" && !strings.Contains(s.text(), "message 20") {
		t.Errorf("it is empty:\n%s", s.text())
	}
}

// On a walk, mentions that came behind what was read stay; nothing is marked that is still
// being loaded; and a late end of a walk ends no other step.
func TestWalkKeepsCount(t *testing.T) {
	s := openTeam(100, 30)
	s.loaded("dm1", 1, 3)
	s.loaded("r2", 1, 20)
	s.keys(t, "{alt+c}")
	if s.room != "dm1" {
		t.Fatal(s.room)
	}
	s.keys(t, "{enter}")
	if s.room != "r2" {
		t.Fatal(s.room)
	}
	s.seeking = &spot{room: "r2", seq: 18}
	s.whileCatching(press(t, "enter"))
	if s.catch == nil || s.catch.marks["r2"] != 0 {
		t.Errorf("it was marked while it was being loaded: %v", s.catch)
	}
	s.seeking = nil
	named := inRoom("r2", 21, ada, "@you look")
	named.Mentions = []string{you.ID}
	stop := &s.catch.stops[len(s.catch.stops)-1]
	s.send(chat.Arrived{Messages: []chat.Message{named}})
	stop.thread, stop.upTo = "a thread", 20 // the room was looked at before that came
	s.keys(t, "{enter}")
	if r := s.member("r2"); r.Read != 20 || r.Mentions != 1 {
		t.Errorf("read %d, %d mentions", r.Read, r.Mentions)
	}
	s.keys(t, "{esc}")

	s = openTeam(100, 30)
	s.loaded("dm1", 1, 3)
	s.loaded("r2", 1, 20)
	s.keys(t, "{alt+c}{enter}{enter}")
	if s.catch == nil || !s.catch.over {
		t.Fatal("something is left")
	}
	late := caughtUp{s.catch, len(s.catch.stops)}
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 21, ada, "one more")}})
	s.keys(t, "u{enter}")
	if s.catch == nil {
		t.Fatal("the walk is over")
	}
	late.stops--
	s.catch.over = true
	if s.send(late); s.catch == nil {
		t.Error("an end of before ended it")
	}
}
