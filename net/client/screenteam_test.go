package client

import (
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// applyTeam applies what became of messages and rooms, as a screen would.
func (s *screen) applyTeam(u chat.Update) {
	switch u := u.(type) {
	case chat.MessageRevised:
		s.became(u.MessageChanged, func(m *chat.Message) { m.Revise(u) })
	case chat.MessageErased:
		s.became(u.MessageChanged, func(m *chat.Message) { m.Erase(u) })
	case chat.MessageReaction:
		s.became(u.MessageChanged, func(m *chat.Message) { m.React(u) })
	case chat.MessagePin:
		s.became(u.MessageChanged, func(m *chat.Message) { m.Pin(u) })
	case chat.HistoryTrimmed:
		s.read(u.Room, u.Seq)
		s.rooms[u.Room] = slices.DeleteFunc(slices.Clone(s.rooms[u.Room]), func(m chat.Message) bool { return m.Seq <= u.Seq })
		s.emptied[u.Room] = s.emptied[u.Room] || len(s.rooms[u.Room]) == 0
	case chat.RoomsChanged:
		s.who.Rooms = u.Rooms
		s.letGo()
	case chat.MarkerSet:
		s.read(u.Room, u.Read)
	}
}

func (s *screen) became(c chat.MessageChanged, change func(m *chat.Message)) {
	for i := range s.rooms[c.Room] {
		if m := &s.rooms[c.Room][i]; m.Seq == c.Seq {
			change(m)
		}
	}
}

// letGo drops what is shown of rooms that the user is not in.
func (s *screen) letGo() {
	for room := range s.rooms {
		if !slices.ContainsFunc(s.who.Rooms, func(m chat.Membership) bool { return m.ID == room }) {
			delete(s.rooms, room)
			delete(s.emptied, room)
		}
	}
}

// spoke: who says something has read what was there.
func (s *screen) spoke(m chat.Message) {
	if m.From.ID == s.who.You.ID && !m.Auto {
		s.read(m.Room, m.Seq)
	}
}

func (s *screen) read(room string, seq uint64) {
	rooms := slices.Clone(s.who.Rooms)
	for i := range rooms {
		if rooms[i].ID == room {
			rooms[i].Read = max(rooms[i].Read, seq)
		}
	}
	s.who.Rooms = rooms
}
