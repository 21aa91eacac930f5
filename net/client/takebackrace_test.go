package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// A connection that comes while one is being taken back: whoever is first at the disk decides,
// and the other one is told so.
func TestTakingBackMeetsAConnection(t *testing.T) {
	for _, first := range []string{"taking back", "the connection"} {
		t.Run(first, func(t *testing.T) {
			dir := folder(t)
			synctest.Test(t, func(t *testing.T) {
				f := newFake("general")
				b := newBubble(t, f, dir, 1)
				defer b.close()
				synctest.Wait()
				enqueues(t, b.c, "a", "b")
				held := holdUp(b.c.cache)
				synctest.Wait()
				took := make(chan error, 1)
				takes := func() { go func() { took <- b.c.TakeBack(context.Background(), "a") }(); synctest.Wait() }
				connects := func() { b.c.Reconnect(); synctest.Wait() }
				want, posted := error(nil), "[b]"
				if first == "taking back" {
					takes()
					connects()
				} else {
					want, posted = ErrLeft, "[a b]"
					connects()
					takes()
				}
				if n := len(f.postedIDs()); n > 0 {
					t.Errorf("%d were sent before the disk knew", n)
				}
				close(held)
				if err := <-took; !errors.Is(err, want) {
					t.Errorf("taking back: %v", err)
				}
				synctest.Wait()
				if got := fmt.Sprint(f.postedIDs()); got != posted {
					t.Errorf("posted %s, want %s", got, posted)
				}
			})
		})
	}
}

// Another window takes one back right when this one has read what is to be sent.
func TestAnotherWindowTakesBackWhatIsAboutToGo(t *testing.T) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		f := newFake("general")
		b := newBubble(t, f, dir, 1)
		defer b.close()
		synctest.Wait()
		enqueues(t, b.c, "a", "b")
		held := make(chan struct{})
		put := func(apply func(context.Context, *txn) error) {
			b.c.cache.put(b.c.cache.ops, op{soon: true, apply: apply})
			synctest.Wait()
		}
		put(func(context.Context, *txn) error { <-held; return nil })
		b.c.Reconnect()
		synctest.Wait()
		var found rowFound
		put(func(ctx context.Context, t *txn) (err error) { found, err = takeRow(ctx, t, "a"); return err })
		close(held)
		synctest.Wait()
		if got := fmt.Sprint(f.postedIDs()); got != "[b]" || found != rowTaken {
			t.Errorf("posted %s, found %d", got, found)
		}
	})
}

// Many are taken back while a connection comes: each is either taken back, or posted.
func TestTakenBackOrSent(t *testing.T) {
	f := newFake("general")
	c, s, _, let := offline(t, f)
	for round := range 5 {
		var ids []string
		for i := range 40 {
			ids = append(ids, fmt.Sprintf("%d-%02d", round, i))
		}
		enqueues(t, c, ids...)
		var wg sync.WaitGroup
		var mu sync.Mutex
		took := make(map[string]bool)
		for _, mine := range [][]string{ids[:20], ids[20:]} {
			wg.Go(func() {
				for _, id := range slices.Backward(mine) {
					err := c.TakeBack(t.Context(), id)
					mu.Lock()
					took[id] = err == nil
					mu.Unlock()
					if err == nil {
						err = c.Drop(id)
					}
					if err != nil && !errors.Is(err, ErrLeft) && !errors.Is(err, ErrUnknownDraft) {
						t.Error(err)
					}
				}
			})
		}
		let()
		wg.Wait()
		n := 0
		for _, id := range ids {
			if !took[id] {
				n++
			}
		}
		enqueues(t, c, fmt.Sprint(round, "-end"))
		s.wait(t, "the last one", func() bool {
			m := s.rooms["general"]
			return len(m) > 0 && m[len(m)-1].ID == fmt.Sprint(round, "-end")
		})
		posted := f.postedIDs()
		for _, id := range ids {
			if slices.Contains(posted, id) == took[id] {
				t.Errorf("%s: taken back %v, posted %v", id, took[id], slices.Contains(posted, id))
			}
		}
		t.Logf("%d of %d were sent", n, len(ids))
		f.set(func() { f.refuse = func(string) string { return "token_expired" } })
		f.cutAll()
		s.wait(t, "the end of the connection", func() bool { return s.state() == chat.Refused })
	}
}
