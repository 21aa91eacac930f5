package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// teamOf are as many rooms, of which the first is shown; the one that is named last is
// direct.
func teamOf(n int) []chat.Membership {
	rooms := acme()[:1]
	for i := range n - 2 {
		rooms = append(rooms, chat.Membership{Room: chat.Room{ID: fmt.Sprint("n", i), Name: fmt.Sprintf("room%02d", i), Kind: chat.RoomPublic, Members: 3, LastSeq: 5}, Joined: true, Read: 5, Notify: chat.NotifyAll})
	}
	direct := acme()[4]
	direct.Mentions, direct.Read = 0, direct.LastSeq
	return append(rooms, direct)
}

// A direct message is for the user as much as one that names them: it counts so, and is
// gone to first.
func TestDirectMessagesAreForYou(t *testing.T) {
	s := openTeam(100, 30)
	rooms := teamOf(6)
	rooms[2].Read = 4
	s.send(chat.RoomsChanged{Rooms: rooms})
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("dm1", 4, bob, "a word?")}})
	if r := s.member("dm1"); r.Mentions != 0 || s.unread.Of(r) != 1 {
		t.Fatalf("%+v", r)
	}
	if !strings.Contains(s.text(), "● bob      @1 │") {
		t.Errorf("beside the timeline:\n%s", s.text())
	}
	if got := s.windowTitle(); got != "(1) hobnob — #general" {
		t.Errorf("the title is %q", got)
	}
	s.send(tea.WindowSizeMsg{Width: 40, Height: 12})
	if first, _, _ := strings.Cut(s.text(), "\n"); !strings.HasSuffix(first, "@1 elsewhere") {
		t.Errorf("the title is %q", first)
	}
	s.keys(t, "{ctrl+k}")
	if text := s.text(); strings.Index(text, "@bob") > strings.Index(text, "#room01") {
		t.Errorf("to be gone to:\n%s", text)
	}
	s.keys(t, "{esc}{alt+a}")
	if s.room != "dm1" {
		t.Errorf("the next that is unread is %s", s.room)
	}
	s.show(chat.GeneralRoom)
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("dm1", 5, bob, "and another")}})
	s.keys(t, "{alt+c}")
	if s.room != "dm1" {
		t.Errorf("the walk begins in %s", s.room)
	}
	s.keys(t, "{esc}")
	s.show(chat.GeneralRoom)
	s.send(chat.Arrived{Messages: []chat.Message{inRoom("dm1", 6, bob, "once more")}})
	s.member("dm1").Notify = chat.NotifyNone
	if s.keys(t, "{alt+a}"); s.room != "n1" {
		t.Errorf("who is muted comes first: %s", s.room)
	}
}

// What is unread in rooms that are not seen beside the timeline is said there, and a click
// goes there, as the keys do.
func TestUnreadFurtherDown(t *testing.T) {
	s := openTeam(100, 12)
	rooms := teamOf(30)
	rooms[20].Read = 3
	rooms[25].Read, rooms[25].Mentions = 4, 1
	s.send(chat.RoomsChanged{Rooms: rooms})
	if !strings.Contains(s.text(), " ↓ @1 · 3      │") {
		t.Errorf("no word of it:\n%s", s.text())
	}
	side := s.areas.Sidebar
	s.down(3, side.Y+side.Height-1)
	s.up(3, side.Y+side.Height-1)
	if s.room != "n24" {
		t.Errorf("a click goes to %s", s.room)
	}
	s.show(chat.GeneralRoom)
	if s.keys(t, "{alt+a}"); s.room != "n24" {
		t.Errorf("the key goes to %s", s.room)
	}
	if !strings.Contains(s.text(), " ↑ 2 unread") {
		t.Errorf("no word of what is above:\n%s", s.text())
	}
}

// In a narrow title the topic gives way before what is unread elsewhere, and that before
// the room's name is gone.
func TestTheTopicGivesWay(t *testing.T) {
	for width, want := range map[int]string{
		50: " #general   what all should know    1 room unread",
		40: " #general   what all sh…  1 room unread",
		30: "#general         1 room unread",
		22: "#general      1 unread",
		16: "#general",
	} {
		s := openTeam(width, 12)
		rooms := acme()
		rooms[2].Notify, rooms[4].Read, rooms[4].Mentions = chat.NotifyNone, 3, 0
		s.send(chat.RoomsChanged{Rooms: rooms})
		if first, _, _ := strings.Cut(s.text(), "\n"); first != want {
			t.Errorf("at %d: %q, want %q", width, first, want)
		}
	}
}
