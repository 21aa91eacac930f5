package server

import (
	"fmt"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// deaf is a subscriber that only counts.
type deaf struct{ heard int }

func (d *deaf) Send(string) { d.heard++ }

// BenchmarkFanOut is telling one message to a thousand sessions, and one that only ten of
// them hear, of people who are in 500 rooms each.
func BenchmarkFanOut(b *testing.B) {
	hub := NewHub[string, *deaf](chat.Position{}, func(Lane, []chat.Event) string { return "payload" })
	rooms := make([]string, 500)
	for i := range rooms {
		rooms[i] = fmt.Sprint("room-", i)
	}
	for i := range 1000 {
		l := Listener{Lane: ChatLane, User: fmt.Sprint("u", i/2), Team: true, Rooms: rooms}
		if i < 10 {
			l.Rooms = append([]string{"few"}, rooms...)
		}
		hub.Join(&deaf{}, l)
	}
	reach := func(e *chat.Event) Reach {
		return Reach{Room: e.Room, Team: e.Kind == chat.UserBanned, Users: []string{"u7"}}
	}
	for name, e := range map[string]chat.Event{
		"all":  {Kind: chat.MessageCreated, Room: "room-77"},
		"few":  {Kind: chat.MessageCreated, Room: "few"},
		"pin":  {Kind: chat.MessagePinned, Room: "room-77"},
		"team": {Kind: chat.UserBanned},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			batch := []chat.Event{e}
			for b.Loop() {
				hub.Broadcast(batch, reach)
			}
		})
	}
	b.Run("join", func(b *testing.B) {
		d := &deaf{}
		b.ReportAllocs()
		for b.Loop() {
			hub.Join(d, Listener{Lane: ChatLane, User: "x", Team: true, Rooms: rooms})
		}
	})
}

// BenchmarkMentions is finding whom a text names in a team of 10,000.
func BenchmarkMentions(b *testing.B) {
	s := &Service{}
	t := &s.team
	t.rooms = map[string]*room{chat.GeneralRoom: {Room: chat.Room{ID: chat.GeneralRoom, Kind: chat.RoomPublic}}}
	t.people, t.called = map[string]*chat.Standing{}, callNames{}
	for i := range 10_000 {
		u := chat.User{ID: fmt.Sprint(i), Name: fmt.Sprintf("Name%d Of Person", i), Role: chat.RoleMember}
		t.people[u.ID] = &chat.Standing{User: u}
		t.called.add(u.Name, u.ID)
	}
	who := chat.Standing{User: chat.User{ID: "1", Role: chat.RoleMember}}
	for name, text := range map[string]string{
		"none": "no one is named here, in an ordinary line of chat", "one": "can you look at that, @name77 of person? thanks", "address": "mail to somebody@example.com",
	} {
		body := chat.TextBody(text)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if found, err := s.mentions(who, chat.GeneralRoom, body, "", nil); err != nil || (len(found) == 1) != (name == "one") {
					b.Fatal(found, err)
				}
			}
		})
	}
}
