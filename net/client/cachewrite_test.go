package client

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// streamed is a cache in a bubble that counts its transactions.
type streamed struct {
	*cache
	t       *testing.T
	commits map[*txn]bool
	next    uint64
}

func stream(t *testing.T, do func(s *streamed)) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		s := &streamed{cache: testCache(t, dir), t: t, commits: make(map[*txn]bool)}
		if err := s.ask(s.ops, func(ctx context.Context, x *txn) error { return x.begin(ctx, "e", false) }); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second) // of the bubble: it is quiet
		do(s)
	})
}

// say puts the next message.
func (s *streamed) say() {
	s.next++
	p := page{epoch: "e", room: "r", messages: messages("r", "e", s.next, s.next)}
	s.put(s.ops, op{covers: true, apply: func(ctx context.Context, x *txn) error {
		s.commits[x] = true
		return errors.Join(x.save(ctx, p), x.advance(ctx, p.messages[0].Position))
	}})
}

// has is the newest message that another process would find, which is never behind the
// position.
func (s *streamed) has() uint64 {
	s.t.Helper()
	r, err := readSpan(s.t.Context(), s.read, "r")
	p, err2 := readPosition(s.t.Context(), s.read)
	if err = errors.Join(err, err2); err != nil || p.Offset != r.hi {
		s.t.Errorf("the messages go to %d and the position to %v (%v)", r.hi, p, err)
	}
	return r.hi
}

// A second of 200 messages is no more than 21 commits, and nothing is kept back for
// longer than lingering takes.
func TestStreamIsCommittedTogether(t *testing.T) {
	stream(t, func(s *streamed) {
		for i := range uint64(200) {
			s.say()
			synctest.Wait()
			if n := s.has(); i == 0 && n != 1 || n+11 < s.next {
				t.Fatalf("of %d messages %d are there", s.next, n)
			}
			time.Sleep(5 * time.Millisecond)
		}
		time.Sleep(linger)
		synctest.Wait()
		if n := s.has(); n != 200 {
			t.Errorf("%d messages are there", n)
		}
		if n := len(s.commits); n > 21 || n < 15 {
			t.Errorf("%d commits", n)
		}
		if n := s.behind.Load(); n != 0 {
			t.Errorf("%d are not done", n)
		}
	})
}

// What somebody waits for does not wait for a stream, and comes behind what was before it.
func TestNobodyWaitsForAStream(t *testing.T) {
	for name, do := range map[string]struct {
		do    func(s *streamed) error
		first bool // it goes before the stream
	}{
		"a draft": {func(s *streamed) error { return s.keepDraft(chat.Draft{ID: "d", Body: chat.TextBody("x")}) }, true},
		"a drop":  {func(s *streamed) error { return s.dropDraft("d") }, true},
		"the outbox of others": {func(s *streamed) error {
			return s.ask(s.ops, func(context.Context, *txn) error { return nil })
		}, false},
		"a read": {func(s *streamed) error { s.saved(s.t.Context()); return nil }, false},
		"what settles a draft": {func(s *streamed) error {
			s.settleDraft("d")
			synctest.Wait()
			return nil
		}, false},
		"a close": {func(s *streamed) error {
			err := s.close()
			s.read, _ = handle(s.path, "WAL", "NORMAL", "deferred", busyWait)
			s.t.Cleanup(func() { s.read.Close() })
			return err
		}, false},
		"many": {func(s *streamed) error {
			for s.next < uint64(cap(s.ops))+1 {
				s.say()
			}
			synctest.Wait()
			return nil
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			stream(t, func(s *streamed) {
				s.say() // is committed at once
				synctest.Wait()
				s.say()
				s.say()
				synctest.Wait()
				if n := s.has(); n != 1 {
					t.Fatalf("%d messages are there before", n)
				}
				began := time.Now()
				if err := do.do(s); err != nil || time.Since(began) != 0 {
					t.Errorf("it took %v: %v", time.Since(began), err)
				}
				if n := s.has(); do.first != (n == 1) || n != 1 && n != s.next {
					t.Errorf("%d of %d messages are there", n, s.next)
				}
			})
		})
	}
}

// What is urgent waits for one of many that are done together, and all of them are done.
func TestUrgentCutsABatch(t *testing.T) {
	c := testCache(t, folder(t))
	var order []string
	step := func(name string, then func()) op {
		return op{apply: func(context.Context, *txn) error {
			order = append(order, name)
			then()
			return nil
		}}
	}
	urgent := func() { c.urgent <- step("urgent", func() {}) }
	last := op{done: make(chan error, 1), apply: func(context.Context, *txn) error { return nil }}
	gate := holdUp(c)
	for _, o := range []op{step("a", func() {}), step("b", urgent), step("c", func() {}), last} {
		c.ops <- o
	}
	close(gate)
	if err := <-last.done; err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(order, " "); got != "a b urgent c" {
		t.Errorf("done: %s", got)
	}
}

// History that is read has what was told, deletions too, though the stream goes on.
func TestReadHasWhatWasTold(t *testing.T) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		f := newFake("general")
		b := newBubble(t, f, dir, 0)
		defer b.close()
		time.Sleep(time.Second) // of the bubble: it is online
		f.say("general", 1)
		synctest.Wait()
		for seq := uint64(2); seq <= 5; seq++ { // no time passes
			f.say("general", 1)
			synctest.Wait()
			h, err := b.c.Older(t.Context(), "general", 0, 10)
			if err != nil || len(h.Messages) != int(seq) {
				t.Fatalf("after message %d: %d were read, %v", seq, len(h.Messages), err)
			}
			f.set(func() { f.become(ToldDeleted, "general", seq, chat.MessageChanged{}, "") })
			synctest.Wait()
			h, err = b.c.Older(t.Context(), "general", 0, 10)
			if err != nil || h.Messages[seq-1].Deleted == 0 {
				t.Fatalf("message %d was read as it was: %v", seq, err)
			}
		}
	})
}
