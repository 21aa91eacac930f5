package tui

import (
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// What is unread in a room is what stands above its marker, but for messages that are known to be
// deleted: there is nothing in them to be read. The numbers of those are remembered for each room,
// also where nothing of it is loaded.

// maxErased is how many messages of a room are remembered to be deleted, the newest of them:
// markers are seldom further behind, and who deletes more wants nobody to be led there.
const maxErased = 4096

// unread is how much of a room was not read.
func (m *Model) unread(r *chat.Membership) int {
	if r.LastSeq <= r.Read {
		return 0
	}
	n := int(r.LastSeq - r.Read)
	if gone := m.erasedIn[r.ID]; len(gone) > 0 {
		from, _ := slices.BinarySearch(gone, r.Read+1)
		to, _ := slices.BinarySearch(gone, r.LastSeq+1)
		n -= to - from
	}
	return max(n, 0)
}

// isErased remembers that a message is deleted.
func (m *Model) isErased(room string, seq uint64) {
	list := m.erasedIn[room]
	at, known := slices.BinarySearch(list, seq)
	if known {
		return
	}
	if m.erasedIn == nil {
		m.erasedIn = make(map[string][]uint64)
	}
	list = slices.Insert(list, at, seq)
	m.erasedIn[room] = list[max(0, len(list)-maxErased):]
}

// areErased remembers those of some messages that are deleted, which may be all that was unread.
func (m *Model) areErased(messages []chat.Message) {
	for i := range messages {
		if messages[i].Deleted != 0 {
			m.isErased(roomOf(messages[i].Room), messages[i].Seq)
			m.readErased(roomOf(messages[i].Room))
		}
	}
}

// readErased marks a room as read where all above its marker is deleted, so that no other device
// says that something is unread there. A walk may undo what it has read: that is waited for.
func (m *Model) readErased(room string) {
	r := m.member(room)
	if r == nil || r.LastSeq <= r.Read || m.unread(r) > 0 || m.holds(room) || m.catch != nil {
		return
	}
	r.Read, r.Mentions = r.LastSeq, 0
	m.client.MarkRead(room, r.Read)
}

// readAllErased is readErased of all rooms in which something is known to be deleted.
func (m *Model) readAllErased() {
	for room := range m.erasedIn {
		m.readErased(room)
	}
}

// calling is how many messages of a room that were not read are for the user: those that name
// them, and of a direct room all of which they want to be told. Answers in threads that the
// marker has passed and that were on no screen are among them.
func (m *Model) calling(r *chat.Membership) int {
	n, all := r.Mentions, allForYou(r)
	if all {
		n = max(m.unread(r), n)
	}
	for _, u := range m.unseen[r.ID] {
		switch {
		case u.from > r.Read: // those are counted above
		case all:
			n += u.count
		default:
			n += u.calls
		}
	}
	return n
}

// allForYou tells whether all that is said in a room is for the user: in direct ones, where they
// want to be told of it.
func allForYou(r *chat.Membership) bool {
	return r.Kind == chat.RoomDirect && r.Notify == chat.NotifyAll
}
