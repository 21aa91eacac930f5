package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// anotherLine is what /invite is told where a join line is wanted for a second person. Who is called
// that is @new.
const anotherLine = "new"

// letIn lets somebody into the room that is shown, and says whether they were there already: the
// server answers the room as it is then, with one more in it or not.
func (m *Model) letIn(who string) tea.Cmd {
	if strings.TrimSpace(who) == anotherLine {
		return m.invite(true)
	}
	if who = slash.Name(who); who == "" {
		return m.invite(false)
	}
	before := 0
	if r := m.member(m.room); r != nil {
		before = r.Members
	}
	shown := chat.SanitizeLine(cut(who))
	return ask(m, "room:invite", chat.RoomRequest{Room: m.room, User: who}, func(a chat.RoomAnswer) asked {
		if a.Room.Members > before {
			return asked{text: shown + " is in this room now"}
		}
		return asked{text: shown + " was in this room already"}
	})
}

// putOut asks whether somebody is to be taken out of the room that is shown, and does it.
func (m *Model) putOut(who string) tea.Cmd {
	if !m.online("/kick") {
		return nil
	}
	who = slash.Name(who)
	room, line, shown := m.room, m.running, chat.SanitizeLine(cut(who))
	m.askFor(&question{
		says: m.sure("y takes them out", "take "+shown+" out of "+m.called()+"?", "take "+shown+" out?", "take them out?"),
		yes: func() tea.Cmd {
			m.running = line // which is there again if it is not done
			defer func() { m.running = "" }()
			return ask(m, "room:remove", chat.RoomRequest{Room: room, User: who}, says[chat.Done](shown+" is out of this room"))
		},
	})
	return nil
}

// namedRooms is how many rooms are named where many come or go at once.
const namedRooms = 3

// roomsMoved says which rooms the user came into or is out of without having asked for it here: where
// the list of rooms has no place, nothing else would tell. It is to be called before the rooms are
// taken, and what it returns after it.
func (m *Model) roomsMoved(rooms []chat.Membership) (say func()) {
	if !m.been || len(m.rooms) == 0 {
		return func() {} // these are the first that are known
	}
	var came, gone []string
	in := make(map[string]bool, len(rooms))
	for i := range rooms {
		in[rooms[i].ID] = true
		if r := &rooms[i]; m.member(r.ID) == nil && r.Kind != chat.RoomDirect && r.ID != m.room && !m.asksForRoom(r.ID) {
			came = append(came, sign(r.Room)+m.label(r.Room))
		}
	}
	for i := range m.rooms {
		r := &m.rooms[i]
		if in[r.ID] || r.ID == m.room { // of which outOfRoom tells
			continue
		}
		if m.parting.room == r.ID {
			m.parting = wanted{}
			continue
		}
		gone = append(gone, sign(r.Room)+m.label(r.Room))
	}
	if len(came)+len(gone) == 0 {
		return func() {}
	}
	return func() {
		if len(came) > 0 {
			says := "you are in " + roomList(came) + " now"
			if jump := keymap.Name(m.keys.Rooms.Jump); jump != "" {
				says += "; " + jump + " goes there"
			}
			m.shown().Notice(says)
		}
		if len(gone) > 0 {
			m.shown().Notice("you are in " + roomList(gone) + " no longer")
		}
	}
}

// asksForRoom tells whether the user is on the way to a room, which may be this one: that is said
// otherwise.
func (m *Model) asksForRoom(id string) bool {
	return m.going != nil || m.wanted.room == id
}

// roomList are the names of rooms in a sentence.
func roomList(called []string) string {
	slices.Sort(called)
	if n := len(called); n > namedRooms {
		called = append(called[:namedRooms-1:namedRooms-1], plural(n-namedRooms+1, "other room"))
	}
	for i, name := range called {
		called[i] = chat.SanitizeLine(cut(name))
	}
	last := len(called) - 1
	if last == 0 {
		return called[0]
	}
	return strings.Join(called[:last], ", ") + " and " + called[last]
}
