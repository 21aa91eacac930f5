package tui

import "github.com/hobnob-chat/hobnob/net/chat"

// The line above what is new in the room that is shown: it is drawn when the room is
// gone to, or where something came while nobody looked, and stays until the room is
// left.

// looks tells whether the end of the room is on a screen somebody looks at. Which message
// is the last there, the timeline knows: it may be that the newest is not loaded.
func (m *Model) looks() bool {
	return m.focused && !m.hidden && m.areas.Timeline.Height > 0 && m.catch == nil && m.roomSeen() && m.timeline(m.room).AtBottom() && m.whole == nil && len(m.overlays) == 0 && !m.unread.Holds(m.room)
}

// enterRoom draws the line in the room that is shown now.
func (m *Model) enterRoom() {
	m.unread.Release(m.room)
	if r := m.member(m.room); r != nil && m.unread.Of(r) > 0 {
		m.timeline(m.room).SetNew(r.Read)
	}
}

// leaveRoom takes the line away from the room that was shown.
func (m *Model) leaveRoom() { m.timeline(m.room).ClearNew() }

// missed draws it where something was said while there was no connection: it is to be
// called before the rooms that came of it are taken.
func (m *Model) missed(rooms []chat.Membership) {
	for _, now := range rooms {
		if now.ID != m.room {
			continue
		}
		was, t := m.member(now.ID), m.timeline(m.room)
		switch {
		case m.been:
		case m.unread.Of(&now) > 0: // what the cache knew of other devices may be old
			t.SetNew(now.Read)
		default:
			t.ClearNew()
		}
		if m.been && was != nil && m.unread.Of(was) == 0 && now.LastSeq > was.LastSeq && now.Read < now.LastSeq {
			t.SetNew(max(was.Read, now.Read))
		}
	}
}

// newHere draws it above the first message that nobody sees come.
func (m *Model) newHere(r *chat.Membership, msg *chat.Message) {
	switch {
	case msg.From.ID != m.you.ID, msg.Auto:
	case m.writtenUnread(r, msg):
		if !m.unread.Holds(r.ID) {
			m.unread.Hold(r)
		}
	default:
		m.unread.Release(r.ID) // who answers has read
	}
	if r.ID == m.room && m.unread.Of(r) == 0 && msg.From.ID != m.you.ID && !m.looks() {
		m.timeline(m.room).SetNew(msg.Seq - 1)
	}
}

// writtenUnread tells whether a message is one of one's own that was written here before
// all above it was read, and waited to be sent: nobody has read because of it.
func (m *Model) writtenUnread(r *chat.Membership, msg *chat.Message) bool {
	return msg.From.ID == m.you.ID && m.unread.Of(r) > 0 && !(r.ID == m.room && m.looks()) && m.timeline(r.ID).HasDraft(msg.ID)
}
