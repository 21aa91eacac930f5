package client

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// A client that is killed leaves a folder like one that is still open does: what
// Enqueue accepted is found by the next one, and posted once though both send.
func TestKilledClientsDraftsAreDeliveredOnce(t *testing.T) {
	f := newFake("general")
	f.mute = true
	cfg := config(t, f.start(t))
	killed, was := run(t, cfg)
	was.waitState(t, chat.Online)
	for i := range 5 {
		if err := killed.Enqueue(draft("general", fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	_, s := run(t, cfg) // Close of the first comes after the test
	f.set(func() { f.mute = false })
	f.cutAll()
	for _, s := range []*screen{s, was} {
		s.waitLast(t, "general", 5)
		s.waitEmpty(t)
	}
	c, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if k, err := c.cache.load(t.Context()); err != nil || len(k.drafts) != 0 {
		t.Errorf("the outbox still has %v, %v", k.drafts, err)
	}
}

// The author's own message settles its draft even if the ack never comes.
func TestOwnMessageSettlesDraft(t *testing.T) {
	f := newFake("general")
	f.mute = true
	cfg := config(t, f.start(t))
	c, s := run(t, cfg)
	if err := c.Enqueue(draft("general", "x")); err != nil {
		t.Fatal(err)
	}
	s.waitLast(t, "general", 1)
	s.waitEmpty(t)
	c.Close()
	c, s = open(t, cfg)
	s.waitLast(t, "general", 1)
	if k, err := c.cache.load(t.Context()); err != nil || len(k.drafts) != 0 {
		t.Errorf("the outbox still has %v, %v", k.drafts, err)
	}
}

func TestTwoClientsOnOneFolder(t *testing.T) {
	f := newFake("general", "busy")
	cfg := config(t, f.start(t))
	a, as := run(t, cfg)
	b, bs := run(t, cfg)
	for i := range 20 {
		if err := errors.Join(a.Enqueue(draft("general", fmt.Sprint("a", i))), b.Enqueue(draft("busy", fmt.Sprint("b", i)))); err != nil {
			t.Fatal(err)
		}
		f.say("general", 3)
		if i%5 == 0 {
			f.cutAll()
		}
	}
	for _, s := range []*screen{as, bs} {
		s.waitLast(t, "general", 80)
		s.waitLast(t, "busy", 20)
		s.waitEmpty(t)
	}
	as.mu.Lock()
	if len(as.order) != 20 {
		t.Errorf("a was shown %d drafts", len(as.order))
	}
	as.mu.Unlock()
	a.Close()
	b.Close()
	cached(t, cfg, f)
}

func TestOutboxIsBounded(t *testing.T) {
	o := newOutbox(newFeed(), nil, nil)
	d := chat.Draft{Body: chat.Body{JSON: make([]byte, 1<<20)}}
	n := 0
	for ; n < 200; n++ {
		d.ID = fmt.Sprint(n)
		if err := o.admit(d); errors.Is(err, ErrOutboxFull) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		o.enqueue(d)
	}
	if n < 60 || n > 64 {
		t.Errorf("%d drafts of a megabyte were taken", n)
	}
}

// The outbox gives out the oldest first, whatever else happens to drafts, and
// never more than may be on the wire.
func TestOutboxOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := newOutbox(newFeed(), nil, func() float64 { return 0 })
		var waiting, sending, failed []string
		remove := func(list []string, i int) []string { return append(list[:i:i], list[i+1:]...) }
		next := 0
		t.Repeat(map[string]func(*rapid.T){
			"enqueue": func(*rapid.T) {
				id := fmt.Sprintf("%04d", next)
				next++
				o.enqueue(chat.Draft{ID: id})
				waiting = append(waiting, id)
			},
			"next": func(t *rapid.T) {
				d, ok, _ := o.next(time.Now())
				if want := len(waiting) > 0 && len(sending) < pipeline; ok != want {
					t.Fatalf("next: %v, want %v", ok, want)
				}
				if !ok {
					return
				}
				first := 0
				for i, id := range waiting {
					if id < waiting[first] {
						first = i
					}
				}
				if d.ID != waiting[first] {
					t.Fatalf("next gave %s, want %s", d.ID, waiting[first])
				}
				waiting = remove(waiting, first)
				sending = append(sending, d.ID)
			},
			"answer": func(t *rapid.T) {
				if len(sending) == 0 {
					t.Skip()
				}
				i := rapid.IntRange(0, len(sending)-1).Draw(t, "which")
				id := sending[i]
				sending = remove(sending, i)
				if rapid.Bool().Draw(t, "ok") {
					o.settle(id)
				} else {
					o.fail(id, &chat.Error{})
					failed = append(failed, id)
				}
			},
			"retry": func(t *rapid.T) {
				if len(failed) == 0 {
					t.Skip()
				}
				o.retry(failed[0])
				waiting, failed = append(waiting, failed[0]), failed[1:]
			},
			"rewind": func(*rapid.T) {
				o.rewind()
				waiting, sending = append(waiting, sending...), nil
			},
			"drop": func(t *rapid.T) {
				if len(waiting) == 0 {
					t.Skip()
				}
				o.drop(waiting[0])
				waiting = waiting[1:]
			},
			"": func(t *rapid.T) {
				if o.sending != len(sending) || len(o.entries) != len(waiting)+len(sending)+len(failed) || len(o.byID) != len(o.entries) {
					t.Fatalf("%d entries, %d sending", len(o.entries), o.sending)
				}
			},
		})
	})
}
