package tui

import (
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// openIn begins in the room that was shown last. Whether the user is still in it is known
// when the rooms are; until then it has the name it had.
func (m *Model) openIn(r chat.Room) {
	if r.ID == "" {
		return
	}
	m.opened, m.room = r, r.ID
}

// Shown is the room that is shown, with what is needed to name it; none if that is not
// known. It is Config.Room the next time.
func (m *Model) Shown() chat.Room {
	r := m.opened
	if in := m.member(m.room); in != nil {
		r = in.Room
	}
	if r.ID != m.room {
		return chat.Room{}
	}
	return chat.Room{ID: r.ID, Name: r.Name, Kind: r.Kind, People: r.People}
}

// keepRoom tells the keeper which room is shown, if that is another one.
func (m *Model) keepRoom() {
	if m.keeper == nil || m.showing == m.room {
		return
	}
	if r := m.Shown(); r.ID != "" {
		m.showing = m.room
		m.keeper.Show(r)
	}
}

// writtenThreads are the threads of the room that is shown in which something is being
// written that is not on the screen.
func (m *Model) writtenThreads() (threads map[string]bool) {
	other, _ := m.other()
	for s := range m.kept {
		room, thread := roomAt(s.at)
		if room != m.room || thread == "" || s.at == m.place() || s.at == other {
			continue
		}
		if threads == nil {
			threads = make(map[string]bool)
		}
		threads[thread] = true
	}
	return threads
}

// writtenUnseen tells whether something is being written in the room that is shown, or in a
// thread of it, and is not on the screen.
func (m *Model) writtenUnseen() bool {
	other, _ := m.other()
	for s := range m.kept {
		if room, _ := roomAt(s.at); room == m.room && s.at != m.place() && s.at != other {
			return true
		}
	}
	return false
}

// draftRooms are the rooms in which something is being written, also in a thread there.
func (m *Model) draftRooms() map[string]bool {
	rooms := make(map[string]bool, len(m.kept))
	for s := range m.kept {
		room, _, _ := strings.Cut(s.at, "\x00")
		rooms[room] = true
	}
	return rooms
}
