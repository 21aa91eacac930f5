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
		s.number(u.Room, func(m *chat.Membership) {
			if u.Read >= m.Read {
				m.Read, m.Mentions = u.Read, u.Mentions
			}
		})
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

// heard counts a message that came, as a screen does: what one says has been read.
func (s *screen) heard(m chat.Message) {
	s.number(m.Room, func(r *chat.Membership) {
		if m.Seq <= r.LastSeq {
			return
		}
		r.LastSeq = m.Seq
		switch {
		case m.Seq <= r.Read:
		case m.From.ID == s.who.You.ID && !m.Auto:
			r.Read, r.Mentions = m.Seq, 0
		case chat.Calls(m.Mentions, s.who.You.ID):
			r.Mentions++
		}
	})
}

func (s *screen) read(room string, seq uint64) {
	s.number(room, func(m *chat.Membership) {
		m.Read = max(m.Read, min(seq, m.LastSeq))
		m.Mentions = min(m.Mentions, int(m.LastSeq-m.Read))
	})
}

// number changes the numbers of a room.
func (s *screen) number(room string, change func(m *chat.Membership)) {
	rooms := slices.Clone(s.who.Rooms)
	for i := range rooms {
		if m := &rooms[i]; m.ID == room {
			change(m)
			m.Unread = int(m.LastSeq - min(m.Read, m.LastSeq))
		}
	}
	s.who.Rooms = rooms
}
