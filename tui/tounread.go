package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/unread"
)

// What was not read is gone to with one key. What that is, tui/unread knows; what of it is on a screen
// is known here.

// seesThread tells whether the end of a thread is on a screen.
func (m *Model) seesThread(f unread.Thread) bool {
	t := m.threads[m.room]
	return f.Room == m.room && t != nil && t.id == f.ID && m.looksAtThread()
}

// onlyOneThread tells whether all that is unread in the room that is shown was said in its
// thread, and is seen there.
func (m *Model) onlyOneThread(r *chat.Membership) bool {
	t := m.threads[r.ID]
	return t != nil && m.catch == nil && !m.unread.Holds(r.ID) && m.looksAtThread() && m.timeline(r.ID).AllIn(t.id, r.Read, r.LastSeq)
}

// nothingUnread is said by the key that goes to what is unread, and is true until something is.
const nothingUnread = "nothing is unread"

// seeksUnread takes the key that goes to what is unread.
func (m *Model) seeksUnread(msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	if !matches(msg, m.keys.Rooms.Unread) {
		return nil, false
	}
	return m.toUnread(), true
}

// toUnread goes to what is unread next: answers in the room that is shown, then other rooms, those
// first in which something is for the user. Where there is nothing but answers, it leads into their
// thread.
func (m *Model) toUnread() tea.Cmd {
	r := m.member(m.room)
	if r != nil && m.in() != nil && !m.split() && m.unread.Wants(r) {
		m.closeThread() // which has the place of what else is new here
		return nil
	}
	if r != nil {
		if f, ok := m.unread.WantsAnswers(r); ok && !m.seesThread(f) && (m.unread.Calling(r) > 0 || !m.calledElsewhere()) {
			return m.showAt(spot{room: f.Room, thread: f.ID, seq: m.unread.Answers(f).From})
		}
	}
	if m.nextUnread() {
		return m.intoThread()
	}
	if !m.nextUnreadTeam() {
		m.composer.Say(nothingUnread)
	}
	return nil
}

// calledElsewhere tells whether something is for the user in another room of the team.
func (m *Model) calledElsewhere() bool {
	return slices.ContainsFunc(m.rooms, func(r chat.Membership) bool { return r.ID != m.room && m.unread.Calling(&r) > 0 })
}

// intoThread goes into the thread where all that is new in the room that was gone to is.
func (m *Model) intoThread() tea.Cmd {
	r := m.member(m.room)
	if !m.unread.Wants(r) {
		f, ok := m.unread.WantsAnswers(r)
		if !ok {
			return nil
		}
		return m.showAt(spot{room: r.ID, thread: f.ID, seq: m.unread.Answers(f).From})
	}
	if t := m.timeline(r.ID); t.AllIn("", r.Read, r.LastSeq) {
		if list := t.NewThreads(r.Read); len(list) > 0 {
			return m.showAt(spot{room: r.ID, thread: list[0].ID, seq: list[0].Seq})
		}
	}
	return nil
}
