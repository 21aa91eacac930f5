package unread

import "github.com/hobnob-chat/hobnob/net/chat"

// hold is what is kept unread in a room though the server's marker, which never goes back, is
// beyond it.
type hold struct {
	read     uint64 // everything above it is unread
	mentions int    // in what the server's marker has passed
}

// Hold keeps a room unread from where its marker stands now, whatever the server says of it, until
// Release.
func (b *Book) Hold(r *chat.Membership) {
	if b.held == nil {
		b.held = make(map[string]hold)
	}
	b.held[r.ID] = hold{r.Read, r.Mentions}
}

// Holds tells whether a room is kept unread.
func (b *Book) Holds(room string) bool {
	_, held := b.held[room]
	return held
}

// Release ends Hold: the room was gone to, or answered in.
func (b *Book) Release(room string) { delete(b.held, room) }

// HeldMentions are how many mentions each room has that is kept unread, of those that are known.
func (b *Book) HeldMentions(member func(room string) *chat.Membership) map[string]int {
	had := make(map[string]int, len(b.held))
	for room := range b.held {
		if r := member(room); r != nil {
			had[room] = r.Mentions
		}
	}
	return had
}

// HoldAgain keeps rooms unread from where they were made so, when all are told anew. had is what
// HeldMentions said before.
func (b *Book) HoldAgain(rooms []chat.Membership, had map[string]int) {
	for i := range rooms {
		r := &rooms[i]
		h, held := b.held[r.ID]
		if !held || r.Read <= h.read {
			continue
		}
		r.Read = h.read
		r.Mentions = max(h.mentions+r.Mentions, had[r.ID]) // those that came since were counted
	}
}

// Trimmed takes that the messages of a room up to a number are gone for good: who had not read so far
// never will. It moves the marker of the room.
func (b *Book) Trimmed(r *chat.Membership, t Loaded, seq uint64) {
	b.trimAnswers(r, t, seq)
	if seq <= r.Read {
		return
	}
	r.Read = min(seq, r.LastSeq)
	r.Mentions = min(r.Mentions, b.Of(r))
	if h, held := b.held[r.ID]; held {
		b.held[r.ID] = hold{max(h.read, r.Read), min(h.mentions, r.Mentions)}
	}
}
