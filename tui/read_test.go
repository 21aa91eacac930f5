package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// loaded tells the messages of a room, from one number to another.
func (s *screen) loaded(room string, from, to uint64) {
	var list []chat.Message
	for seq := from; seq <= to; seq++ {
		list = append(list, inRoom(room, seq, ada, fmt.Sprint("message ", seq)))
	}
	s.send(chat.Reloaded{Room: room, Messages: list, More: from > 1})
}

// What is not loaded is not read, whatever the server says there is.
func TestReadOnlyWhatCame(t *testing.T) {
	s := openTeam(100, 30)
	rooms := acme()
	rooms[0].LastSeq = 500
	s.send(chat.Connection{State: chat.Connecting})
	s.send(chat.Identified{You: you, Team: chat.Team{Name: "acme"}, Rooms: rooms})
	if len(s.client.read) != 0 {
		t.Errorf("read %v, and message 7 has not come", s.client.read)
	}
	s.loaded(chat.GeneralRoom, 401, 499)
	if r := s.member(chat.GeneralRoom); s.client.read[chat.GeneralRoom] != 499 || s.unread.Of(r) != 1 {
		t.Errorf("499 is on the screen, and read is %v", s.client.read)
	}
	s.loaded(chat.GeneralRoom, 401, 500)
	if s.client.read[chat.GeneralRoom] != 500 {
		t.Errorf("500 is on the screen, and read is %v", s.client.read)
	}
}

func TestReadNothingThatFailedToLoad(t *testing.T) {
	s := openTeam(100, 30)
	s.client.older = func(uint64, int) (chat.History, error) { return chat.History{}, errors.New("timeout") }
	drainAll(s, s.keys(t, "{alt+1}"))
	s.send(chat.Reloaded{Room: "r2", More: true})
	drainAll(s, s.keys(t, "{pgup}"))
	if len(s.client.read) != 0 {
		t.Errorf("read %v, and nothing of that room was shown", s.client.read)
	}
	s.loaded("r2", 1, 20)
	if s.client.read["r2"] != 20 {
		t.Errorf("read %v, and all of it is shown", s.client.read)
	}
}

// Who reads further up and goes to the bottom has read what they see there, not what is
// still to be loaded.
func TestReadNothingWhileComingBack(t *testing.T) {
	s := openTeam(100, 30)
	s.client.older = func(uint64, int) (chat.History, error) { return chat.History{}, errors.New("timeout") }
	s.shown().Around(chat.History{Messages: conversation()[:3]}, true)
	s.send(chat.Arrived{Messages: []chat.Message{inRoom(chat.GeneralRoom, 7, ada, "the newest")}})
	s.keys(t, "{alt+end}")
	if len(s.client.read) != 0 {
		t.Errorf("read %v from further up", s.client.read)
	}
}

// Some of a room's mentions are read with what is seen, the others stay.
func TestMentionsOfWhatIsNotSeenStay(t *testing.T) {
	s := openTeam(100, 30)
	rooms := acme()
	rooms[0].LastSeq, rooms[0].Mentions = 9, 2
	s.send(chat.RoomsChanged{Rooms: rooms})
	named := inRoom(chat.GeneralRoom, 7, ada, "@you look")
	named.Mentions = []string{you.ID}
	s.send(chat.Arrived{Messages: []chat.Message{named}})
	if r := s.member(chat.GeneralRoom); r.Read != 7 || r.Mentions != 1 {
		t.Errorf("read %d, %d mentions", r.Read, r.Mentions)
	}
}

// Nothing is read beneath what covers it, or where there is no row for it.
func TestNothingIsReadBeneath(t *testing.T) {
	for name, cover := range map[string]func(s *screen){
		"a list":                func(s *screen) { s.keys(t, "{ctrl+k}") },
		"the help":              func(s *screen) { s.keys(t, "{f1}") },
		"a message of its own":  func(s *screen) { s.keys(t, "{esc}ggo") },
		"a thread":              func(s *screen) { s.keys(t, "{esc}t") },
		"another window":        func(s *screen) { s.send(tea.BlurMsg{}) },
		"a screen without room": func(s *screen) { s.send(tea.WindowSizeMsg{Width: 100, Height: 1}) },
		"no screen yet":         func(s *screen) { s.send(tea.WindowSizeMsg{}) },
	} {
		s := openTeam(100, 30)
		cover(s)
		s.send(chat.Arrived{Messages: []chat.Message{inRoom(chat.GeneralRoom, 7, ada, "look")}})
		if len(s.client.read) != 0 || s.unread.Of(s.member(chat.GeneralRoom)) != 1 {
			t.Errorf("%s: read %v", name, s.client.read)
		}
	}
	s := openTeam(100, 30)
	s.send(chat.Arrived{Messages: []chat.Message{inRoom(chat.GeneralRoom, 7, ada, "look")}})
	if s.client.read[chat.GeneralRoom] != 7 {
		t.Error("not read though nothing lies above it")
	}
	s.send(tea.BlurMsg{})
	named := inRoom(chat.GeneralRoom, 8, ada, "@you look")
	named.Mentions = []string{you.ID}
	s.send(chat.Arrived{Messages: []chat.Message{named}})
	s.keys(t, "{alt+c}")
	s.send(tea.FocusMsg{})
	if s.client.read[chat.GeneralRoom] != 7 || s.focus != catching || s.room != chat.GeneralRoom {
		t.Errorf("on a walk: read %v", s.client.read)
	}
}

// waiting is a draft that was written in a room while there was no connection.
func (s *screen) waiting(room, text string) chat.Message {
	m := inRoom(room, 23, you, text)
	s.send(chat.DraftChanged{Draft: chat.Draft{ID: m.ID, Room: room, Body: m.Body, At: s.clock}, State: chat.DraftWaiting})
	return m
}

// What was written before others' messages were read, and was sent later, reads nothing.
func TestWhatWaitedToBeSentReadsNothing(t *testing.T) {
	s := openTeam(100, 30)
	mine := s.waiting("r2", "written offline")
	named := inRoom("r2", 22, ada, "@you and this?")
	named.Mentions = []string{you.ID}
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 21, ada, "this?"), named, mine}})
	want := func(when string, n, mentions int) {
		t.Helper()
		if r := s.member("r2"); s.unread.Of(r) != n || r.Mentions != mentions {
			t.Errorf("%s: %d unread, %d mentions", when, s.unread.Of(r), r.Mentions)
		}
	}
	want("after it came", 6, 1)
	rooms := acme()
	rooms[1].LastSeq, rooms[1].Read = 23, 23 // the server takes it for read
	s.send(chat.RoomsChanged{Rooms: rooms})
	s.send(chat.MarkerSet{Marker: chat.Marker{Room: "r2", Read: 23}})
	want("after the server said so", 6, 1)
	s.keys(t, "{alt+1}")
	want("after it was looked at", 0, 0)

	s = openTeam(100, 30)
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 21, you, "from my telephone")}})
	want("after one spoke elsewhere", 0, 0)
	mine = s.waiting("r2", "and from here")
	s.send(chat.Arrived{Messages: []chat.Message{mine}})
	want("after one's own alone", 0, 0)
	by := inRoom("r2", 24, you, "the build failed")
	by.Auto = true
	s.send(chat.Arrived{Messages: []chat.Message{by}})
	want("after a program said something", 1, 0)
	s.send(chat.MarkerSet{Marker: chat.Marker{Room: "r2", Read: 24}})
	want("after the server's marker went past it", 0, 0)

	s = openTeam(100, 30)
	s.send(chat.MarkerSet{Marker: chat.Marker{Room: "r2", Read: 22}}) // told while the messages are on their way
	by.Seq, by.ID = 22, "m22"
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("r2", 21, you, "what failed?"), by}})
	want("after a marker that came before its messages", 0, 0)

	s = openTeam(100, 30)
	mine = s.waiting(chat.GeneralRoom, "written offline") // and looked at when it comes
	s.send(chat.Arrived{Messages: []chat.Message{inRoom(chat.GeneralRoom, 22, ada, "this?"), mine}})
	if r := s.member(chat.GeneralRoom); s.unread.Of(r) != 0 || s.client.read[r.ID] > 23 {
		t.Errorf("%d unread on the screen", s.unread.Of(r))
	}
}

// Who answers where they left a room unread has read it; all mentions go with it.
func TestWhoAnswersHasRead(t *testing.T) {
	s := openTeam(100, 30)
	named := inRoom(chat.GeneralRoom, 7, ada, "@you look")
	named.Mentions = []string{you.ID}
	s.send(chat.Arrived{Messages: []chat.Message{named}})
	s.keys(t, "{esc}u")
	if r := s.member(chat.GeneralRoom); s.unread.Of(r) != 1 || r.Mentions != 1 {
		t.Fatalf("%+v", r)
	}
	s.send(chat.Arrived{Messages: []chat.Message{inRoom(chat.GeneralRoom, 8, you, "done")}})
	if r := s.member(chat.GeneralRoom); s.unread.Of(r) != 0 || r.Mentions != 0 || s.unread.Holds(r.ID) {
		t.Errorf("%d unread, %d mentions", s.unread.Of(r), r.Mentions)
	}
}

// A room that was made unread keeps its mentions, whatever is told of rooms.
func TestHeldMentionsStay(t *testing.T) {
	s := openTeam(100, 30)
	named := func(seq uint64) chat.Message {
		m := inRoom(chat.GeneralRoom, seq, ada, "@you look")
		m.Mentions = []string{you.ID}
		return m
	}
	s.send(chat.Arrived{Messages: []chat.Message{named(7)}})
	s.keys(t, "{esc}u{alt+1}")
	rooms := acme()
	rooms[0].LastSeq, rooms[0].Read = 7, 7
	want := func(n int) {
		t.Helper()
		if r := s.member(chat.GeneralRoom); r.Mentions != n || r.Read != 6 {
			t.Errorf("%d mentions, want %d; read %d", r.Mentions, n, r.Read)
		}
	}
	s.send(chat.RoomsChanged{Rooms: rooms})
	want(1)
	s.send(chat.Arrived{Messages: []chat.Message{named(8)}})
	want(2)
	rooms[0].LastSeq, rooms[0].Mentions = 8, 1
	s.send(chat.RoomsChanged{Rooms: rooms})
	want(2)
	s.send(chat.MarkerSet{Marker: chat.Marker{Room: chat.GeneralRoom, Read: 8}})
	want(2)
	rooms[0].Read, rooms[0].Mentions = 8, 0 // read on another device
	s.send(chat.RoomsChanged{Rooms: rooms})
	want(2)
	rooms[0].Read = 7
	rooms[0].LastSeq, rooms[0].Mentions = 9, 2 // another, while there was no connection
	s.send(chat.Identified{You: you, Team: chat.Team{Name: "acme"}, Rooms: rooms})
	want(3)
	s.send(chat.HistoryTrimmed{RoomTrimmedTold: chat.RoomTrimmedTold{Room: chat.GeneralRoom, Seq: 8}})
	if r := s.member(chat.GeneralRoom); r.Mentions != 1 {
		t.Errorf("%d mentions in one message", r.Mentions)
	}
	rooms[0].Read, rooms[0].Mentions = 8, 1
	s.send(chat.RoomsChanged{Rooms: rooms})
	if r := s.member(chat.GeneralRoom); r.Read != 8 || s.unread.Of(r) != 1 || r.Mentions != 1 {
		t.Errorf("of a room whose messages are gone, read is %d, %d mentions", r.Read, r.Mentions)
	}
}

// What was made unread stays so while one's programs go on to say something there.
func TestProgramsLeaveUnread(t *testing.T) {
	s := openTeam(100, 30)
	s.send(chat.Arrived{Messages: []chat.Message{inRoom(chat.GeneralRoom, 7, ada, "one"), inRoom(chat.GeneralRoom, 8, ada, "two")}})
	s.keys(t, "{esc}ku{alt+2}") // unread from the one before
	r := s.member(chat.GeneralRoom)
	before := r.Read
	by := inRoom(chat.GeneralRoom, 9, you, "@you it is built")
	by.Auto, by.Mentions = true, []string{you.ID}
	s.send(chat.Arrived{Messages: []chat.Message{by}})
	s.send(chat.MarkerSet{Marker: chat.Marker{Room: chat.GeneralRoom, Read: 9}})
	if before != 6 || r.Read != 6 || r.LastSeq != 9 {
		t.Errorf("read up to %d and then %d", before, r.Read)
	}
}

// A mention that comes after the marker went past it, as behind a gap, is no unread one.
func TestMentionBelowTheMarker(t *testing.T) {
	s := openTeam(100, 30)
	named := inRoom("r2", 21, ada, "@you look")
	named.Mentions = []string{you.ID}
	s.send(chat.MarkerSet{Marker: chat.Marker{Room: "r2", Read: 21}})
	s.send(chat.Arrived{Messages: []chat.Message{named}})
	if r := s.member("r2"); s.unread.Of(r) != 0 || r.Mentions != 0 {
		t.Errorf("%d unread, %d mentions", s.unread.Of(r), r.Mentions)
	}
}

// A marker of before does not make unread what was read since, on either device.
func TestMarkersDoNotGoBack(t *testing.T) {
	s := openTeam(100, 30)
	s.send(chat.MarkerSet{Marker: chat.Marker{Room: "r2", Read: 19}})
	s.send(chat.MarkerSet{Marker: chat.Marker{Room: "r2", Read: 18, Mentions: 4}})
	if r := s.member("r2"); r.Read != 19 || r.Mentions != 0 {
		t.Errorf("read %d, %d mentions", r.Read, r.Mentions)
	}
}

// Whoever a server tells of, and whatever rooms it takes somebody into and out of again,
// what is remembered has its bounds; what is known is not pushed out by it.
func TestStrangersTakeNoMemory(t *testing.T) {
	s := openTeam(100, 30)
	for i := range 3 * maxKnown {
		s.apply(chat.PresenceChanged{PresenceTold: chat.PresenceTold{User: fmt.Sprint("x", i), Presence: chat.Presence{State: chat.Away, Text: strings.Repeat("x", 2000)}}})
		s.apply(chat.PresenceChanged{PresenceTold: chat.PresenceTold{User: fmt.Sprint("y", i), Presence: chat.Presence{State: chat.Absent}}})
	}
	s.apply(chat.PresenceChanged{PresenceTold: chat.PresenceTold{User: strings.Repeat("z", 1<<20), Presence: chat.Presence{State: chat.Away}}})
	if n := len(s.reach); n > maxKnown || len(s.reach["x1"].Text) > 1000 {
		t.Errorf("%d are remembered, with words of %d", n, len(s.reach["x1"].Text))
	}
	s.apply(chat.PresenceChanged{PresenceTold: chat.PresenceTold{User: you.ID, Presence: chat.Presence{State: chat.DoNotDisturb}}})
	s.apply(chat.PresenceChanged{PresenceTold: chat.PresenceTold{User: bob.ID, Presence: chat.Presence{State: chat.Absent}}})
	if s.reach[you.ID].State != chat.DoNotDisturb || s.reach[bob.ID].State != chat.Absent {
		t.Errorf("of those who are known: %+v, %+v", s.reach[you.ID], s.reach[bob.ID])
	}
	s.keys(t, "{ctrl+k}plans{enter}half a word{alt+2}")
	for i := range 50 {
		rooms := acme()[:3]
		for k := range 20 {
			id := fmt.Sprint(i, "-", k)
			rooms = append(rooms, chat.Membership{Room: chat.Room{ID: id, Name: id, Kind: chat.RoomPublic}})
		}
		s.apply(chat.RoomsChanged{Rooms: rooms})
		id := fmt.Sprint(i, "-1")
		s.apply(chat.Arrived{Messages: []chat.Message{inRoom(id, 1, chat.User{ID: id, Name: strings.Repeat("n", 1<<16)}, "hi")}})
		s.apply(chat.Typing{TypingTold: chat.TypingTold{Room: id, User: ada, On: true}})
		s.unread.Hold(s.member(id))
	}
	s.apply(chat.RoomsChanged{Rooms: acme()[:3]})
	for what, n := range map[string]int{"gone": len(s.gone), "spoke": len(s.spoke), "typing": len(s.typing.rooms), "timelines": len(s.timelines)} {
		if n > maxGone+1 {
			t.Errorf("%s: %d", what, n)
		}
	}
	if _, known := s.gone["r4"]; !known {
		t.Error("nobody knows what the room is called in which something is written")
	}
	for _, called := range s.people {
		if len(called) > 1000 {
			t.Fatalf("a name of %d bytes", len(called))
		}
	}
}
