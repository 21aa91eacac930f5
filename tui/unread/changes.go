package unread

import (
	"math"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// What becomes of messages that were not seen: they are deleted, edited, trimmed, and made unread.

// Erased takes one of the answers of a room off where it is gone. r is nil where the user is not in the
// room. It is to be called before the timeline is told, which knows whose it was until then.
func (b *Book) Erased(r *chat.Membership, loaded Loaded, e chat.MessageErased, you string) {
	for thread, u := range b.unseen[e.Room] {
		if e.Seq < u.From || r != nil && r.Read >= u.From && e.Seq > r.Read {
			continue
		}
		in := e.Thread == thread || e.Seq == u.From
		if loaded.Has(e.Seq) { // else it is let go of, or was never loaded
			in = loaded.AnswerIn(e.Seq) == thread
		}
		if !in {
			continue
		}
		if loaded.Calls(e.Seq) || !loaded.Has(e.Seq) && chat.Calls(e.Mentioned, you) {
			u.Calls--
		}
		t := Thread{e.Room, thread}
		if u.Count--; e.Seq == u.From {
			u.From = b.next(t, loaded, e.Seq)
		}
		b.leave(t, u)
	}
}

// MadeUnread takes that a room is made unread from a message on: what is above the marker then counts
// there, and is no longer what it passed. It is to be called before the marker is moved.
func (b *Book) MadeUnread(r *chat.Membership, loaded Loaded, seq uint64) {
	for thread, u := range b.unseen[r.ID] {
		if u.From >= seq || u.From > r.Read {
			continue // which is noted anew when that is read
		}
		a := loaded.AnswersBetween(thread, seq-1, r.Read)
		u.Count, u.Calls = u.Count-a.Count, u.Calls-a.Calls
		b.leave(Thread{r.ID, thread}, u)
	}
}

// Revised counts anew how many of the answers that were not seen name the user, where one has
// another text. It is to be called when the timeline was told.
func (b *Book) Revised(r *chat.Membership, loaded Loaded, seq uint64) {
	for thread, u := range b.unseen[r.ID] {
		if seq < u.From || seq > r.Read || loaded.AnswerIn(seq) != thread {
			continue
		}
		if a := loaded.AnswersBetween(thread, u.From-1, r.Read); a.Count >= u.Count { // all are loaded
			u.Calls = a.Calls
			b.leave(Thread{r.ID, thread}, u)
		}
	}
}

// trimAnswers takes off what is gone of a room up to a number. It is to be called before the
// marker of the room is moved.
func (b *Book) trimAnswers(r *chat.Membership, loaded Loaded, seq uint64) {
	for thread, u := range b.unseen[r.ID] {
		if u.From > seq {
			continue
		}
		t := Thread{r.ID, thread}
		upTo := uint64(math.MaxUint64)
		if r.Read >= u.From { // what is above it was never passed
			upTo = max(seq, r.Read)
		}
		left := loaded.AnswersBetween(thread, seq, upTo)
		u.From = b.next(t, loaded, seq)
		if left.Count == 0 && u.From > 0 && !loaded.Has(u.From) { // of what is not loaded, one is known
			left.Count = 1
		}
		u.Count, u.Calls = min(left.Count, u.Count), min(left.Calls, u.Calls)
		b.leave(t, u)
	}
}
