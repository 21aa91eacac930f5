package tui

import (
	"github.com/hobnob-chat/hobnob/net/chat"
)

// areErased remembers those of some messages that are deleted, which may be all that was unread.
func (m *Model) areErased(messages []chat.Message) {
	for i := range messages {
		if messages[i].Deleted != 0 {
			m.unread.Deleted(roomOf(messages[i].Room), messages[i].Seq)
			m.readErased(roomOf(messages[i].Room))
		}
	}
}

// readErased marks a room as read where all above its marker is deleted, so that no other device
// says that something is unread there. A walk may undo what it has read: that is waited for.
func (m *Model) readErased(room string) {
	r := m.member(room)
	if r == nil || !m.unread.AllDeleted(r) || m.unread.Holds(room) || m.catch != nil {
		return
	}
	r.Read, r.Mentions = r.LastSeq, 0
	m.client.MarkRead(room, r.Read)
}

// readAllErased is readErased of all rooms in which something is known to be deleted.
func (m *Model) readAllErased() {
	for _, room := range m.unread.WithDeleted() {
		m.readErased(room)
	}
}

// trimmed takes that messages of a room are gone for good.
func (m *Model) trimmed(u chat.HistoryTrimmed) {
	if r := m.member(u.Room); r != nil {
		m.unread.Trimmed(r, m.timeline(r.ID), u.Seq)
	}
}
