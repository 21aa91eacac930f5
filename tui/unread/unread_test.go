package unread

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// answer is what somebody else said in a thread, "" for the room.
type answer struct {
	thread string
	calls  bool
}

// loaded is a room of which those are loaded, by their numbers.
type loaded map[uint64]answer

func (l loaded) Has(seq uint64) bool        { _, has := l[seq]; return has }
func (l loaded) Calls(seq uint64) bool      { return l[seq].calls }
func (l loaded) AnswerIn(seq uint64) string { return l[seq].thread }

func (l loaded) AnswersBetween(thread string, above, upTo uint64) (a timeline.Answered) {
	for seq, one := range l {
		if one.thread != thread || seq <= above || seq > upTo {
			continue
		}
		if a.Count++; one.calls {
			a.Calls++
		}
		if a.First == 0 || seq < a.First {
			a.First = seq
		}
		a.Last = max(a.Last, seq)
	}
	return a
}

func (l loaded) AnswersAbove(seq uint64) map[string]timeline.Answered {
	threads := make(map[string]timeline.Answered)
	for _, one := range l {
		if a := l.AnswersBetween(one.thread, seq, math.MaxUint64); one.thread != "" && a.Count > 0 {
			threads[one.thread] = a
		}
	}
	return threads
}

func nowhere(Thread) bool { return false }

// What a marker passes is what the user follows, what names them, and of who is alone with them all.
func TestPass(t *testing.T) {
	room := loaded{1: {}, 2: {}, 3: {"1", false}, 4: {"2", false}, 5: {"2", true}, 6: {}}
	for name, c := range map[string]struct {
		kind    chat.RoomKind
		follows []Thread
		seen    string
		want    map[string]Answers
	}{
		"what names them":         {chat.RoomPublic, nil, "", map[string]Answers{"2": {4, 2, 1}}},
		"what they follow":        {chat.RoomPublic, []Thread{{"r", "1"}}, "", map[string]Answers{"1": {3, 1, 0}, "2": {4, 2, 1}}},
		"but what is seen":        {chat.RoomPublic, []Thread{{"r", "1"}}, "1", map[string]Answers{"2": {4, 2, 1}}},
		"of somebody alone":       {chat.RoomDirect, nil, "2", map[string]Answers{"1": {3, 1, 0}}},
		"of another room nothing": {chat.RoomPublic, []Thread{{"s", "1"}}, "2", nil},
	} {
		var b Book
		r := &chat.Membership{Room: chat.Room{ID: "r", Kind: c.kind}, Read: 2}
		r.LastSeq = 6
		r.Notify = chat.NotifyAll
		for _, f := range c.follows {
			b.Follow(f, 3)
		}
		b.Pass(r, room, func(f Thread) bool { return f.ID == c.seen })
		if d := cmp.Diff(c.want, b.Unseen()["r"]); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// An answer that the server told of and that is not loaded is one, until it is gone.
func TestPassWhatIsNotLoaded(t *testing.T) {
	var b Book
	r := &chat.Membership{Room: chat.Room{ID: "r", LastSeq: 9}}
	b.Follow(Thread{"r", "1"}, 7)
	b.Pass(r, loaded{8: {}, 9: {}}, nowhere)
	if got := b.Answers(Thread{"r", "1"}); got != (Answers{7, 1, 0}) {
		t.Fatalf("%v", got)
	}
	r.Read = 9
	b.Erased(r, loaded{8: {}, 9: {}}, chat.MessageErased{MessageChanged: chat.MessageChanged{Room: "r", Seq: 7, Thread: "1"}}, "you")
	if len(b.Unseen()) > 0 {
		t.Errorf("it is gone, and %v are left", b.Unseen())
	}
}

// Anybody may begin threads: of so many in a room answers are remembered, and of those that are known
// all; who follows more than is remembered begins anew.
func TestBounds(t *testing.T) {
	var b Book
	for i := range maxUnseenIn + 10 {
		b.note(Thread{"r2", fmt.Sprint(i)}, Answers{From: 1, Count: 1})
		b.note(Thread{"r3", fmt.Sprint(i % 10)}, Answers{From: 1, Count: i})
	}
	if n, u := len(b.Unseen()["r2"]), b.Answers(Thread{"r3", "9"}); n != maxUnseenIn || u.Count != maxUnseenIn+9 {
		t.Errorf("%d threads are remembered, and of one that is known %d", n, u.Count)
	}
	for i := range 10 {
		b.Unfollow(Thread{"r3", fmt.Sprint(i)})
	}
	if _, known := b.Unseen()["r3"]; known || len(b.Unseen()) != 1 {
		t.Errorf("what was forgotten is there: %v", b.Unseen()["r3"])
	}
	for i := range maxFollowed + 1 {
		b.Follow(Thread{"r2", fmt.Sprint(i)}, 1)
	}
	if len(b.follows) != 1 {
		t.Errorf("%d are followed", len(b.follows))
	}
	for i := range maxDeleted + 10 {
		b.Deleted("r2", uint64(i+1))
	}
	if list := b.deleted["r2"]; len(list) != maxDeleted || list[0] != 11 || !slices.IsSorted(list) {
		t.Errorf("%d are deleted, the first is %d", len(list), list[0])
	}
}

// What is kept unread stays so when the rooms are told anew, and counts what came since; of rooms that
// the user is in no longer nothing is known.
func TestHold(t *testing.T) {
	var b Book
	r := chat.Membership{Room: chat.Room{ID: "r", LastSeq: 20}, Read: 10, Mentions: 2}
	b.Hold(&r)
	b.Deleted("r", 12)
	b.note(Thread{"r", "1"}, Answers{5, 1, 1})
	had := b.HeldMentions(func(string) *chat.Membership { return &r })
	rooms := []chat.Membership{{Room: chat.Room{ID: "s"}, Read: 4}, {Room: chat.Room{ID: "r", LastSeq: 22}, Read: 20, Mentions: 1}}
	b.HoldAgain(rooms, had)
	if got := rooms[1]; got.Read != 10 || got.Mentions != 3 || b.Of(&got) != 11 || rooms[0].Read != 4 {
		t.Errorf("%+v, %d unread", got, b.Of(&got))
	}
	b.Trimmed(&rooms[1], loaded{}, 21)
	if got := rooms[1]; got.Read != 21 || got.Mentions != 1 {
		t.Errorf("trimmed: %+v", got)
	}
	b.Keep(map[string]bool{"s": true})
	if b.Holds("r") || len(b.Unseen()) > 0 || b.WithDeleted() != nil {
		t.Errorf("of a room that is gone: %+v", b)
	}
}

// What becomes of two answers that were not seen, of which the second names the user.
func TestWhatBecomesOfAnswers(t *testing.T) {
	one := Thread{"r", "1"}
	erased := func(seq uint64, mentioned ...string) chat.MessageErased {
		return chat.MessageErased{MessageChanged: chat.MessageChanged{Room: "r", Seq: seq, Thread: "1", Mentioned: mentioned}}
	}
	for name, c := range map[string]struct {
		do   func(b *Book, r *chat.Membership, room loaded)
		want Answers
	}{
		"nothing":              {func(*Book, *chat.Membership, loaded) {}, Answers{3, 2, 1}},
		"the first is deleted": {func(b *Book, r *chat.Membership, room loaded) { b.Erased(r, room, erased(3), "you") }, Answers{5, 1, 1}},
		"the second is":        {func(b *Book, r *chat.Membership, room loaded) { b.Erased(r, room, erased(5), "you") }, Answers{3, 1, 0}},
		"and is not loaded":    {func(b *Book, r *chat.Membership, _ loaded) { b.Erased(r, loaded{}, erased(5, "you"), "you") }, Answers{3, 1, 0}},
		"both are": {func(b *Book, r *chat.Membership, room loaded) {
			b.Erased(r, room, erased(5), "you")
			delete(room, 5)
			b.Erased(r, room, erased(3), "you")
		}, Answers{}},
		"it names them no longer": {func(b *Book, r *chat.Membership, room loaded) { room[5] = answer{"1", false}; b.Revised(r, room, 5) }, Answers{3, 2, 0}},
		"one more is said": {func(b *Book, r *chat.Membership, room loaded) {
			room[8], r.LastSeq = answer{"1", true}, 8
			b.Trimmed(r, room, 4)
		}, Answers{5, 1, 1}},
		"unread from the second": {func(b *Book, r *chat.Membership, room loaded) { b.MadeUnread(r, room, 5) }, Answers{3, 1, 0}},
		"and read again": {func(b *Book, r *chat.Membership, room loaded) {
			b.MadeUnread(r, room, 5)
			r.Read = 4
			b.Pass(r, room, nowhere)
		}, Answers{3, 2, 1}},
		"unread from the first, and read again": {func(b *Book, r *chat.Membership, room loaded) {
			b.MadeUnread(r, room, 3)
			r.Read = 2
			b.Pass(r, room, nowhere)
		}, Answers{3, 2, 1}},
		"seen":     {func(b *Book, _ *chat.Membership, _ loaded) { b.Seen(one) }, Answers{}},
		"and not":  {func(b *Book, _ *chat.Membership, _ loaded) { b.Unsee(one, b.Seen(one), 5) }, Answers{3, 2, 1}},
		"answered": {func(b *Book, _ *chat.Membership, _ loaded) { b.Answered(one, true) }, Answers{}},
		"by a bot": {func(b *Book, _ *chat.Membership, _ loaded) { b.Answered(one, false) }, Answers{3, 2, 1}},
	} {
		var b Book
		room := loaded{1: {}, 3: {"1", false}, 5: {"1", true}, 6: {}}
		r := &chat.Membership{Room: chat.Room{ID: "r", LastSeq: 6}, Read: 2}
		b.Follow(one, 5)
		b.Pass(r, room, nowhere)
		r.Read = 6
		c.do(&b, r, room)
		if got := b.Answers(one); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// What was deleted before it was passed is not passed, though the server told of it.
func TestPassWhatIsGone(t *testing.T) {
	var b Book
	b.Follow(Thread{"r", "1"}, 3)
	b.Pass(&chat.Membership{Room: chat.Room{ID: "r", LastSeq: 4}}, loaded{3: {}, 4: {}}, nowhere)
	if len(b.Unseen()) > 0 {
		t.Errorf("%v", b.Unseen())
	}
}

// Whatever becomes of messages, in whatever order: answers that were not seen are there, at most as many
// name the user, and nobody is led to a message that is known to be gone.
func FuzzBook(f *testing.F) {
	f.Add([]byte{0x10, 0x31, 0x52, 0x13, 0x04, 0x25, 0x46, 0x67, 0x11, 0x90})
	f.Add([]byte{0, 0, 0, 1, 0, 0, 2, 0, 1, 3, 1, 4, 2, 5, 6, 7, 1, 2})
	f.Fuzz(func(t *testing.T, steps []byte) {
		var b Book
		room := loaded{}
		r := &chat.Membership{Room: chat.Room{ID: "r"}}
		for _, s := range steps[:min(len(steps), 200)] {
			what, n := s&7, uint64(s>>3)
			thread := Thread{"r", fmt.Sprint(n % 4)}
			switch seq := n % (r.LastSeq + 1); what {
			case 0, 1: // somebody says something
				r.LastSeq++
				room[r.LastSeq] = answer{[]string{"", "0", "1", "2"}[n%4], n > 20}
			case 2:
				b.Pass(r, room, nowhere)
				r.Read = r.LastSeq
			case 3:
				b.Erased(r, room, chat.MessageErased{MessageChanged: chat.MessageChanged{Room: "r", Seq: seq, Thread: room[seq].thread}}, "you")
				b.Deleted("r", seq)
				delete(room, seq)
			case 4:
				b.Seen(thread)
			case 5:
				b.Trimmed(r, room, seq)
				for gone := range room {
					if gone <= seq {
						delete(room, gone)
					}
				}
			case 6:
				if seq > 0 {
					b.MadeUnread(r, room, seq)
					r.Read = min(r.Read, seq-1)
					b.Hold(r)
				}
			case 7:
				one := room[seq]
				if one.calls = !one.calls; room.Has(seq) {
					room[seq] = one
					b.Revised(r, room, seq)
				}
				b.Follow(thread, 0)
			}
			for id, u := range b.Unseen()["r"] {
				if u.Count < 1 || u.Calls < 0 || u.Calls > u.Count || !room.Has(u.From) || room[u.From].thread != id {
					t.Fatalf("step %d, thread %q: %+v", what, id, u)
				}
			}
			if n := b.Of(r); n < 0 || n > int(r.LastSeq) || b.Calling(r) < 0 {
				t.Fatalf("%d unread, %d for the user", n, b.Calling(r))
			}
		}
	})
}
