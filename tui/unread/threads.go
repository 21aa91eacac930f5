package unread

import (
	"maps"
	"math"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// A room has one marker, and its threads have none of their own: what is said in them is passed
// by it as soon as the room is read. Of an answer the room shows that there is one, and none of
// its words, so it is remembered here until its thread was looked at.

// Thread is a thread, by its room and the ID of what began it.
type Thread struct{ Room, ID string }

// Answers are those in a thread that the marker of its room has passed, and that were on no
// screen.
type Answers struct {
	From  uint64 // the number of the first of them
	Count int
	Calls int // of them, those that name the user
}

const (
	// maxUnseenIn bounds the threads of a room of which answers are remembered: anybody may begin them.
	maxUnseenIn = 500

	// maxFollowed bounds what is remembered of the threads that one follows.
	maxFollowed = 2000
)

// Answers are those of a thread that were not seen; none by their count.
func (b *Book) Answers(t Thread) Answers { return b.unseen[t.Room][t.ID] }

// Unseen are those of all threads, by room and by thread, as they are now: what is written into the
// Book later does not change them, and another goroutine may read them.
func (b *Book) Unseen() map[string]map[string]Answers {
	all := make(map[string]map[string]Answers, len(b.unseen))
	for room, in := range b.unseen {
		all[room] = maps.Clone(in)
	}
	return all
}

// forget forgets the answers in a thread.
func (b *Book) forget(t Thread) {
	if delete(b.unseen[t.Room], t.ID); len(b.unseen[t.Room]) == 0 {
		delete(b.unseen, t.Room)
	}
}

// note remembers answers of a thread that were not seen, in place of what was known of them.
func (b *Book) note(t Thread, u Answers) {
	in := b.unseen[t.Room]
	if in == nil {
		if b.unseen == nil {
			b.unseen = make(map[string]map[string]Answers)
		}
		in = make(map[string]Answers)
		b.unseen[t.Room] = in
	}
	if _, known := in[t.ID]; known || len(in) < maxUnseenIn {
		in[t.ID] = u
	}
}

// leave notes what is left of the answers in a thread, if anything is.
func (b *Book) leave(t Thread, u Answers) {
	if u.Count <= 0 || u.From == 0 {
		b.forget(t)
		return
	}
	u.Calls = min(max(u.Calls, 0), u.Count)
	b.note(t, u)
}

// Follow notes that a thread is followed, and the number of its newest answer, 0 if none
// is unread.
func (b *Book) Follow(t Thread, newest uint64) {
	if b.follows == nil || len(b.follows) >= maxFollowed {
		b.follows, b.unseen = make(map[Thread]uint64), nil
	}
	b.follows[t] = max(b.follows[t], newest)
}

// Follows tells whether a thread is followed, and which is the newest unread answer there that was
// told of, 0 for none.
func (b *Book) Follows(t Thread) (newest uint64, ok bool) {
	newest, ok = b.follows[t]
	return newest, ok
}

// Unfollow notes that a thread is followed no longer: its answers are nothing to be read.
func (b *Book) Unfollow(t Thread) {
	delete(b.follows, t)
	b.forget(t)
}

// Answered takes that the user answers in a thread, and so follows it and has read it. by: it was
// they who wrote, and no program of theirs.
func (b *Book) Answered(t Thread, by bool) {
	if b.Follow(t, 0); by {
		b.forget(t)
	}
}

// Newest takes which the newest answer of a thread is, 0 for none, where another one was deleted.
func (b *Book) Newest(t Thread, seq uint64) { b.follows[t] = seq }

// Seen takes down that the end of a thread was seen, and returns what had not been: Unsee undoes it.
func (b *Book) Seen(t Thread) Answers {
	was := b.Answers(t)
	b.forget(t)
	if _, follows := b.follows[t]; follows {
		b.follows[t] = 0
	}
	return was
}

// Unsee undoes Seen. newest is what Follows said before that.
func (b *Book) Unsee(t Thread, was Answers, newest uint64) {
	if was.Count > 0 {
		b.note(t, was)
	}
	if _, still := b.follows[t]; still {
		b.Follow(t, newest)
	}
}

// Pass notes which answers the marker of a room is about to pass unseen: those in threads that
// the user follows, and in others those that name everybody, or all where all is for the user. seen
// tells which threads are on a screen.
func (b *Book) Pass(r *chat.Membership, loaded Loaded, seen func(Thread) bool) {
	answers := loaded.AnswersAbove(r.Read)
	for t, newest := range b.follows {
		if t.Room != r.ID || newest <= r.Read || seen(t) {
			continue
		}
		a := answers[t.ID]
		if a.Count == 0 && loaded.Has(newest) { // it is gone, and others before it were none
			continue
		}
		if a.Count == 0 { // what the server told of is not loaded
			a = timeline.Answered{First: newest, Count: 1}
		}
		b.pass(r, t, a)
	}
	for thread, a := range answers {
		t := Thread{r.ID, thread}
		if _, follows := b.follows[t]; !follows && !seen(t) && (a.Calls > 0 || allForYou(r)) {
			b.pass(r, t, a)
		}
	}
}

// pass is Pass of the answers in one thread.
func (b *Book) pass(r *chat.Membership, t Thread, a timeline.Answered) {
	u := b.Answers(t)
	if u.Count == 0 || u.From > r.Read { // in a room that was made unread they are noted again
		u = Answers{From: a.First}
	}
	u.Count += a.Count
	u.Calls += a.Calls
	b.note(t, u)
}

// next is the number of the next answer after one: the newest that was told of, where none
// is loaded, and 0 where there is none.
func (b *Book) next(t Thread, loaded Loaded, seq uint64) uint64 {
	if a := loaded.AnswersBetween(t.ID, seq, math.MaxUint64); a.Count > 0 {
		return a.First
	}
	if newest := b.follows[t]; newest > seq && !loaded.Has(newest) {
		return newest
	}
	return 0
}

// First is the thread of a room with the first answer that was not seen, those first in which one
// names the user, and whether there is one.
func (b *Book) First(room string) (first Thread, ok bool) {
	before := func(x, y Answers) bool {
		if (x.Calls > 0) != (y.Calls > 0) {
			return x.Calls > 0
		}
		return x.From < y.From
	}
	for thread, u := range b.unseen[room] {
		if !ok || before(u, b.Answers(first)) {
			first, ok = Thread{room, thread}, true
		}
	}
	return first, ok
}

// In are the threads of a room with answers that were not seen, as its timeline marks them.
func (b *Book) In(room string) (threads map[string]timeline.Unseen) {
	for thread, u := range b.unseen[room] {
		if threads == nil {
			threads = make(map[string]timeline.Unseen)
		}
		threads[thread] = timeline.Unseen{From: u.From, Calls: u.Calls > 0}
	}
	return threads
}

// WithThreads tells in which rooms threads that the user follows have answers above the
// marker, or any have some below it that were not seen.
func (b *Book) WithThreads(member func(room string) *chat.Membership) (rooms map[string]bool) {
	add := func(room string) {
		if rooms == nil {
			rooms = make(map[string]bool)
		}
		rooms[room] = true
	}
	for t, seq := range b.follows {
		if r := member(t.Room); r != nil && seq > r.Read && !b.Holds(t.Room) {
			add(t.Room)
		}
	}
	for room := range b.unseen {
		add(room)
	}
	return rooms
}
