package tui

import (
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// thread is a thread that is open in a room: beside that where there is room for both, and
// else in its place.
type thread struct {
	id       string // of the message that began it
	timeline *timeline.Timeline
	left     bool // the user is in the room, and not in it
	seen     bool // its newest message was on a screen somebody looks at
}

// openThread goes into the thread of a message, or where there is none begins one.
func (m *Model) openThread(what timeline.Message) tea.Cmd {
	switch {
	case m.in() != nil:
		m.composer.Say("this is its thread; " + keymap.Name(m.keys.Back) + " closes it")
		return nil
	case what.Seq == 0:
		m.composer.Say(m.notSent(what))
		return nil
	case what.Deleted && what.Replies == 0 && what.Thread == "":
		m.composer.Say("that message is deleted")
		return nil
	}
	id := what.ID
	if what.Thread != "" {
		id = what.Thread
	}
	m.enterThread(id)
	return nil
}

// enterThread goes into a thread, and opens it if another one or none is.
func (m *Model) enterThread(id string) {
	m.setFocus(writing)
	if t := m.threads[m.room]; t != nil && t.id == id {
		t.left = false
	} else {
		m.threads[m.room] = m.newThread(id)
	}
	m.use()
}

// threadID is the thread that is shown, "" for the room.
func (m *Model) threadID() string {
	if t := m.in(); t != nil {
		return t.id
	}
	return ""
}

// here is what the place that is shown is called: the room, or that it is a thread in it.
func (m *Model) here() string {
	if m.in() != nil {
		return m.roomName() + " › thread"
	}
	return m.roomName()
}

// roomName is what the room that is shown is called, with its team where no other row has that.
func (m *Model) roomName() string {
	if team := m.teamName(); team != "" && m.areas.Sidebar.Width == 0 {
		return team + " " + m.called()
	}
	return m.called()
}

// closeThread leads back to the room.
func (m *Model) closeThread() {
	if m.threads[m.room] == nil {
		return
	}
	m.setFocus(writing)
	delete(m.threads, m.room)
	m.use()
}

// each does something to all timelines that show messages of a room.
func (m *Model) each(room string, do func(*timeline.Timeline)) {
	do(m.timeline(room))
	if t := m.threads[room]; t != nil {
		do(t.timeline)
	}
}

// every does something to all timelines, in an order that is always the same: who is in several rooms gets
// their colour in the first.
func (m *Model) every(do func(*timeline.Timeline)) {
	for _, id := range slices.Sorted(maps.Keys(m.timelines)) {
		do(m.timelines[id])
	}
	for _, id := range slices.Sorted(maps.Keys(m.threads)) {
		do(m.threads[id].timeline)
	}
}

// toThread hands what came in a room to its thread, if that is open.
func (m *Model) toThread(room string, messages []chat.Message) {
	t := m.threads[room]
	if t == nil {
		return
	}
	var list []chat.Message
	for i := range messages {
		if messages[i].Thread == t.id || messages[i].ID == t.id {
			list = append(list, messages[i])
		}
	}
	m.newInThread(room, t, list)
	t.timeline.Arrived(list)
}

// reloaded replaces what is known of a room, and so of its thread.
func (m *Model) reloaded(u chat.Reloaded) {
	m.unread.Reloaded(roomOf(u.Room))
	m.areErased(u.Messages)
	room := m.timeline(u.Room)
	room.Reloaded(u.Messages, u.More)
	if t := m.threads[u.Room]; t != nil {
		if u.Room == m.room && m.focus == choosing && !t.left {
			m.setFocus(writing)
		}
		t.timeline = room.Thread(t.id)
	}
	m.dropSaved(roomOf(u.Room))
	m.letGo()
}

// drafted shows how a draft fares, in its room and in its thread.
func (m *Model) drafted(u chat.DraftChanged) {
	room := roomOf(u.Draft.Room)
	if m.isLost(room) {
		m.lostDraft(u)
		return
	}
	m.timeline(room).DraftChanged(u)
	if t := m.threads[room]; t != nil && t.id == u.Draft.Thread {
		t.timeline.DraftChanged(u)
	}
}

// olderInThread asks for the page of a thread below a seq.
func (m *Model) olderInThread(t *thread, before uint64, limit int) tea.Cmd {
	room, client, id := m.room, m.client, t.id
	return func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		var page chat.History
		err := client.Ask(ctx, "history", chat.HistoryRequest{Room: room, Thread: id, Before: before, Limit: limit}, &page)
		return older{room, id, before, page, err}
	}
}

// olderNow takes a page of history.
func (m *Model) olderNow(o older) {
	m.areErased(o.page.Messages)
	if o.thread == "" {
		m.timeline(o.room).Older(o.before, o.page, o.err)
		if t := m.threads[o.room]; t != nil {
			t.timeline.RoomGrew()
		}
		return
	}
	if t := m.threads[o.room]; t != nil && t.id == o.thread {
		t.timeline.Older(o.before, o.page, o.err)
	}
}

// shown is the timeline where the user is: of the room, or of a thread in it.
func (m *Model) shown() *timeline.Timeline {
	if t := m.in(); t != nil {
		return t.timeline
	}
	return m.timeline(m.room)
}

// timeline is the timeline of a room.
func (m *Model) timeline(room string) *timeline.Timeline {
	t := m.timelines[room]
	if t == nil {
		t = timeline.New(m.theme, m.now)
		t.Among(m.colours.Seats())
		t.SetID(room)
		t.SetYou(m.you)
		t.SetNames(m.names)
		t.SetKeys(m.timelineKeys())
		t.SetRoom(m.calledOf(room))
		m.timelines[room] = t
	}
	return t
}
