package tui

import "github.com/hobnob-chat/hobnob/net/chat"

// hold is what is kept unread in a room on this screen though the server's marker, which
// never goes back, is beyond it.
type hold struct {
	read     uint64 // everything above it is unread
	mentions int    // in what the server's marker has passed
}

// holds tells whether a room was made unread, and not gone to since.
func (m *Model) holds(room string) bool {
	_, held := m.held[room]
	return held
}

// hold keeps a room unread from where it is read now.
func (m *Model) hold(r *chat.Membership) { m.held[r.ID] = hold{r.Read, r.Mentions} }

// holdUnread keeps rooms unread from where they were made so, when all are told anew. It
// is handed how many mentions each had.
func (m *Model) holdUnread(had map[string]int) {
	for i := range m.rooms {
		r := &m.rooms[i]
		h, held := m.held[r.ID]
		if !held || r.Read <= h.read {
			continue
		}
		r.Read = h.read
		r.Mentions = max(h.mentions+r.Mentions, had[r.ID]) // those that came since were counted
	}
}

// mentionsHeld are how many mentions the rooms have that are held unread.
func (m *Model) mentionsHeld() map[string]int {
	had := make(map[string]int, len(m.held))
	for room := range m.held {
		if r := m.member(room); r != nil {
			had[room] = r.Mentions
		}
	}
	return had
}

// writtenUnread tells whether a message is one of one's own that was written here before
// all above it was read, and waited to be sent: nobody has read because of it.
func (m *Model) writtenUnread(r *chat.Membership, msg *chat.Message) bool {
	return msg.From.ID == m.you.ID && m.unread(r) > 0 && !(r.ID == m.room && m.looks()) && m.timeline(r.ID).HasDraft(msg.ID)
}

// trimmed takes that messages of a room are gone for good: who had not read so far never
// will.
func (m *Model) trimmed(u chat.HistoryTrimmed) {
	m.unseenTrimmed(roomOf(u.Room), u.Seq)
	r := m.member(u.Room)
	if r == nil || u.Seq <= r.Read {
		return
	}
	r.Read = min(u.Seq, r.LastSeq)
	r.Mentions = min(r.Mentions, m.unread(r))
	if h, held := m.held[r.ID]; held {
		m.held[r.ID] = hold{max(h.read, r.Read), min(h.mentions, r.Mentions)}
	}
}
