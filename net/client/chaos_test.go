package client

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

var chaosRuns = 200

// TestChaos cuts connections at random points while people talk, restarts the
// client in between without letting it finish, and then looks at what was shown
// and posted: each message once and in order, each draft once and in order.
func TestChaos(t *testing.T) {
	runs := chaosRuns
	if testing.Short() {
		runs = 20
	}
	f := func(t *testing.T, seed uint64) {
		defer func() {
			if t.Failed() {
				t.Logf("seed %d", seed)
			}
		}()
		chaos(t, seed)
	}
	for shard := range 4 {
		t.Run(fmt.Sprint(shard), func(t *testing.T) {
			t.Parallel()
			for i := range runs / 4 {
				t.Run("", func(t *testing.T) { f(t, uint64(shard*1000+i)) })
			}
		})
	}
}

func chaos(t *testing.T, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	var mu sync.Mutex // the fake asks from many goroutines
	roll := func(n int) int { mu.Lock(); defer mu.Unlock(); return rng.IntN(n) }
	f := newFake("general", "busy")
	f.say("busy", roll(300))
	f.ackFirst = roll(2) == 0
	url := f.start(t)
	often := 8 + roll(40)
	f.set(func() { f.cut = func(string) bool { return roll(often) == 0 } })
	cfg := config(t, url)
	var drafts []string
	for life := range 2 {
		c, s := run(t, cfg)
		for range 3 + roll(5) {
			switch roll(6) {
			case 0:
				f.say("general", 1+roll(5))
			case 1:
				f.say("busy", 1+roll(30))
			case 2:
				f.set(func() { f.forget = !f.forget })
			case 3:
				f.set(func() { f.hide = func(chat.Message) bool { return roll(20) == 0 } })
			default:
				for range 1 + roll(5) {
					d := draft([]string{"general", "busy"}[roll(2)], "mine")
					d.ID = fmt.Sprintf("d%d", len(drafts))
					drafts = append(drafts, d.ID)
					if err := c.Enqueue(d); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		if life == 0 && roll(2) == 0 {
			c.Close() // else the next client finds this one still alive
			continue
		}
		if life == 1 {
			f.set(func() { f.cut, f.hide = nil, nil })
			f.cutAll()
			f.say("general", 1) // shows what was hidden of a room
			f.say("busy", 1)
			s.wait(t, "everything", func() bool {
				f.mu.Lock()
				defer f.mu.Unlock()
				mine := len(f.posted) - f.others
				return mine == len(drafts) && len(s.drafts) == 0 &&
					s.last("general") == f.last("general") && s.last("busy") == f.last("busy")
			})
			for c.cache.ask(c.cache.ops, func(context.Context, *txn) error { return nil }) != nil {
				continue // until all is saved: a Close saves for a moment alone
			}
		}
		c.Close()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var posted []string
	for _, m := range f.log {
		if m.From == you {
			posted = append(posted, m.ID)
		}
	}
	if !slices.Equal(posted, drafts) {
		t.Errorf("posted %v\nwant %v", posted, drafts)
	}
	cached(t, cfg, f)
}

// cached checks what a client that never connects finds.
func cached(t *testing.T, cfg Config, f *fake) {
	t.Helper()
	c, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	s := newScreen()
	go func() { <-c.loaded; c.Close() }()
	s.consume(c)
	if s.err != nil {
		t.Error(s.err)
	}
	for room, messages := range s.rooms {
		if s.last(room) != f.last(room) || len(messages) == 0 {
			t.Errorf("%s is cached up to %d of %d in %s", room, s.last(room), f.last(room), filepath.Base(cfg.Dir))
		}
	}
	if len(s.drafts) > 0 {
		t.Errorf("drafts are left: %v", s.drafts)
	}
}
