package unread

import (
	"maps"
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// There is nothing to be read in a message that is deleted. The numbers of those are remembered for
// each room, also where nothing of it is loaded.

// maxDeleted is how many messages of a room are remembered to be deleted, the newest of them:
// markers are seldom further behind, and who deletes more wants nobody to be led there.
const maxDeleted = 4096

// Of is how many messages of a room were not read: those above its marker that are not known to be
// deleted.
func (b *Book) Of(r *chat.Membership) int {
	if r.LastSeq <= r.Read {
		return 0
	}
	n := int(r.LastSeq - r.Read)
	if gone := b.deleted[r.ID]; len(gone) > 0 {
		from, _ := slices.BinarySearch(gone, r.Read+1)
		to, _ := slices.BinarySearch(gone, r.LastSeq+1)
		n -= to - from
	}
	return max(n, 0)
}

// Deleted remembers that a message is deleted.
func (b *Book) Deleted(room string, seq uint64) {
	list := b.deleted[room]
	at, known := slices.BinarySearch(list, seq)
	if known {
		return
	}
	if b.deleted == nil {
		b.deleted = make(map[string][]uint64)
	}
	list = slices.Insert(list, at, seq)
	b.deleted[room] = list[max(0, len(list)-maxDeleted):]
}

// Reloaded forgets what is deleted in a room: its numbers may be those of another history.
func (b *Book) Reloaded(room string) { delete(b.deleted, room) }

// WithDeleted are the rooms in which something is known to be deleted.
func (b *Book) WithDeleted() []string { return slices.Collect(maps.Keys(b.deleted)) }

// AllDeleted tells whether there is something above the marker of a room, and all of it is deleted.
func (b *Book) AllDeleted(r *chat.Membership) bool { return r.LastSeq > r.Read && b.Of(r) == 0 }
