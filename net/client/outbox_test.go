package client

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// keeps puts a draft into an outbox as if the disk had it.
func keeps(o *outbox, d chat.Draft) {
	_ = o.enqueue(d)
	o.saved(o.unsaved(), inDatabase)
}

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
	if err := killed.Kept(t.Context()); err != nil {
		t.Fatal(err)
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
	if len(as.order) < 20 || len(as.order) > 40 { // some of b's, once each
		t.Errorf("a was shown %d drafts", len(as.order))
	}
	as.mu.Unlock()
	a.Close()
	b.Close()
	cached(t, cfg, f)
}

// What a process that died left behind is sent at the next welcome of one that
// lives, before what was written after it.
func TestDraftsOfADeadProcessAreAdopted(t *testing.T) {
	f := newFake("general")
	cfg := config(t, f.start(t))
	c, s := online(t, cfg)
	dead := testCache(t, cfg.Dir)
	for _, id := range []string{"first", "refused"} {
		if err := dead.keepDraft(chat.Draft{ID: id, Room: "general", Body: chat.TextBody(id)}); err != nil {
			t.Fatal(err)
		}
	}
	dead.markDraft("refused", &chat.Error{Code: chat.CodeNotAllowed})
	if err := dead.close(); err != nil {
		t.Fatal(err)
	}
	f.set(func() { f.refuse = func(string) string { return "token_expired" } })
	f.cutAll()
	s.waitState(t, chat.Refused)
	own := draft("general", "second")
	own.ID = "second"
	if err := c.Enqueue(own); err != nil {
		t.Fatal(err)
	}
	if n := c.Waiting(); n != 1 {
		t.Errorf("%d wait", n)
	}
	f.set(func() { f.refuse = nil })
	c.Reconnect()
	s.waitLast(t, "general", 2)
	s.waitEmpty(t)
	if n := c.Waiting(); n != 0 {
		t.Errorf("in the end %d wait", n)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.rooms["general"]; m[0].ID != "first" || m[1].ID != "second" {
		t.Errorf("posted %s, %s", m[0].ID, m[1].ID)
	}
}

// A draft that was stored without our hearing of it, and whose message is in
// older history by now, is told with the seq at which the screen can tell so.
func TestSettledBelowWhatIsShown(t *testing.T) {
	f := newFake("general")
	cfg := config(t, f.start(t))
	c, s := online(t, cfg)
	stored := make(chan struct{}, 1)
	f.set(func() {
		f.mute, f.forget = true, true
		f.hide = func(chat.Message) bool { return true }
		f.cut = func(point string) bool {
			if point == "stored" {
				stored <- struct{}{}
			}
			return false
		}
	})
	d := draft("general", "x")
	d.ID = "d"
	if err := c.Enqueue(d); err != nil {
		t.Fatal(err)
	}
	<-stored
	f.say("general", 2*chat.MaxHistory) // which nobody is told either
	f.set(func() { f.mute, f.hide, f.cut = false, nil, nil })
	f.cutAll()
	s.waitEmpty(t)
	s.waitLast(t, "general", 2*chat.MaxHistory+1)
	s.mu.Lock()
	defer s.mu.Unlock()
	var sent, shown bool
	for _, u := range s.all {
		switch u := u.(type) {
		case chat.DraftChanged:
			if u.State == chat.DraftSent {
				sent = true
				if u.Seq != 1 {
					t.Errorf("sent as %d", u.Seq)
				}
			} else if u.Seq != 0 {
				t.Errorf("state %d with seq %d", u.State, u.Seq)
			}
		case chat.Arrived:
			for _, m := range u.Messages {
				shown = shown || m.ID == "d"
			}
		case chat.Reloaded:
			for _, m := range u.Messages {
				shown = shown || m.ID == "d"
			}
		}
	}
	if !sent || shown {
		t.Errorf("sent %v, shown %v", sent, shown)
	}
}

func TestOutboxIsBounded(t *testing.T) {
	o := newOutbox(newFeed(), nil, nil)
	d := chat.Draft{Body: chat.Body{JSON: make([]byte, 1<<20)}}
	n := 0
	for ; n < 200; n++ {
		d.ID = fmt.Sprint(n)
		if err := o.enqueue(d); errors.Is(err, ErrOutboxFull) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if n < 60 || n > 64 {
		t.Errorf("%d drafts of a megabyte were taken", n)
	}
}

func TestNoMoreThanThePipelineIsOnTheWire(t *testing.T) {
	o := newOutbox(newFeed(), nil, nil)
	for i := range pipeline + 1 {
		keeps(o, chat.Draft{ID: fmt.Sprint(i)})
	}
	for i := range pipeline {
		if _, ok, _ := o.next(time.Now()); !ok {
			t.Fatalf("draft %d was held back", i)
		}
	}
	if d, ok, wait := o.next(time.Now()); ok || wait != 0 {
		t.Errorf("over the pipeline: %v, %v", d.ID, wait)
	}
	o.settle("0", 1)
	if _, ok, _ := o.next(time.Now()); !ok {
		t.Error("after an ack the next one was held back")
	}
}

// Drafts that are dropped while they are on the wire make room there.
func TestDroppedDraftsLeaveTheWire(t *testing.T) {
	o := newOutbox(newFeed(), nil, nil)
	for i := range pipeline {
		keeps(o, chat.Draft{ID: fmt.Sprint(i)})
		if d, ok, _ := o.next(time.Now()); !ok || !o.drop(d.ID) {
			t.Fatalf("draft %d was held back", i)
		}
	}
	keeps(o, chat.Draft{ID: "after"})
	if _, ok, _ := o.next(time.Now()); !ok {
		t.Error("after those that were dropped nothing is sent")
	}
}

// Of a draft that was dropped nothing is told any more.
func TestDroppedDraftsAreNotTold(t *testing.T) {
	f := newFeed()
	o := newOutbox(f, nil, nil)
	keeps(o, chat.Draft{ID: "a"})
	keeps(o, chat.Draft{ID: "b"})
	o.drop("a")
	if u, _ := f.take(); u.(chat.DraftChanged).Draft.ID != "b" {
		t.Errorf("told %+v", u)
	}
}

// Another connection waits for nothing that was said on the one before.
func TestRewoundDraftsGoAtOnce(t *testing.T) {
	o := newOutbox(newFeed(), nil, func() float64 { return 1 })
	keeps(o, chat.Draft{ID: "a"})
	now := time.Now()
	o.next(now)
	o.postpone("a", now)
	if _, ok, wait := o.next(now); ok || wait == 0 {
		t.Fatal("there is no pause")
	}
	o.rewind()
	if _, ok, wait := o.next(now); !ok {
		t.Errorf("it waits %v more", wait)
	}
}

// A draft that was put off goes alone: those behind it wait until it went.
func TestPutOffDraftGoesAlone(t *testing.T) {
	o := newOutbox(newFeed(), nil, func() float64 { return 1 })
	for _, id := range []string{"a", "b"} {
		keeps(o, chat.Draft{ID: id})
	}
	now := time.Now()
	o.next(now)
	o.postpone("a", now)
	if d, ok, wait := o.next(now); ok || wait != firstWait {
		t.Fatalf("during the pause: %q, %v", d.ID, wait)
	}
	now = now.Add(firstWait)
	if d, ok, _ := o.next(now); !ok || d.ID != "a" {
		t.Fatalf("after the pause: %q, %v", d.ID, ok)
	}
	if d, ok, _ := o.next(now); ok {
		t.Fatalf("%q went with it", d.ID)
	}
	o.settle("a", 1)
	if d, ok, _ := o.next(now); !ok || d.ID != "b" {
		t.Fatalf("after it: %q, %v", d.ID, ok)
	}
}

// An acknowledged draft is gone for good even if its message was never seen.
func TestAckAloneSettlesDraft(t *testing.T) {
	f := newFake("general")
	f.hide = func(chat.Message) bool { return true }
	cfg := config(t, f.start(t))
	c, s := run(t, cfg)
	if err := c.Enqueue(draft("general", "x")); err != nil {
		t.Fatal(err)
	}
	s.wait(t, "the ack", func() bool { return len(s.sent) == 1 })
	c.Close()
	k, err := testCache(t, cfg.Dir).load(t.Context())
	if err != nil || len(k.drafts) != 0 {
		t.Errorf("the outbox still has %v, %v", k.drafts, err)
	}
}
