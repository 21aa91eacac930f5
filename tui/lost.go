package tui

import (
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// lost is a draft that was refused for a room which has no timeline any more, since the
// user is in it no longer.
type lost struct{ id, room, text, why string }

// isLost tells whether what was written for a room is seen nowhere.
func (m *Model) isLost(room string) bool {
	return room != m.room && m.member(room) == nil && len(m.rooms) > 0 && m.wanted.room != room && m.timelines[room] == nil
}

// lostDraft takes what became of a draft for such a room.
func (m *Model) lostDraft(u chat.DraftChanged) {
	if u.State != chat.DraftFailed {
		m.losts = slices.DeleteFunc(m.losts, func(l lost) bool { return l.id == u.Draft.ID })
		return
	}
	why := "it was refused"
	if u.Err != nil {
		why = cut(u.Err.Error())
	}
	m.lost(lost{u.Draft.ID, roomOf(u.Draft.Room), lineOf(u.Draft.Extra.Style, timeline.Text(u.Draft.Body)), why})
}

// lost says that something was not sent, and keeps what it said at hand.
func (m *Model) lost(l lost) {
	if slices.ContainsFunc(m.losts, func(o lost) bool { return o.id == l.id }) {
		return
	}
	m.losts = append(m.losts, l)
	says := "not sent to " + cut(m.calledOf(l.room)) + ": " + l.why
	if search, drop := keymap.Name(m.keys.Write.Search), keymap.Name(m.keys.Drop); search != "" && drop != "" {
		says += " · " + search + " finds it, " + drop + " drops it"
	}
	m.shown().Warn(says + "\n" + cut(l.text))
}

// refusedDraft is the newest draft that was refused: of what is shown, else of the rooms
// the user is in no longer.
func (m *Model) refusedDraft() (id string) {
	if id = m.shown().Failed(); id == "" && len(m.losts) > 0 {
		id = m.losts[len(m.losts)-1].id
	}
	return id
}

// foundAgain forgets a draft that was lost, for it is dropped or sent again.
func (m *Model) foundAgain(id string) {
	m.losts = slices.DeleteFunc(m.losts, func(l lost) bool { return l.id == id })
}
