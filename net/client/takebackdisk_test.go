package client

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// What the disk is told of a draft beside its being taken back is not what it has in the end.
func TestTakenBackWhileTheDiskIsToldOfIt(t *testing.T) {
	for name, first := range map[string]bool{"before it is known": true, "after": false} {
		t.Run(name, func(t *testing.T) {
			o := newOutbox(newFeed(), nil, nil)
			keeps(o, named("a"))
			o.byID["a"].changed++
			told := o.unsaved() // that it is to be sent, in the same transaction as takeRow
			done, there, err := o.takeable("a", true)
			if done || err != nil {
				t.Fatal(done, err)
			}
			if u := o.unsaved(); !u.none() {
				t.Errorf("behind takeRow the disk would be told %+v", u)
			}
			if first {
				o.saved(told, inDatabase)
			}
			if err := o.taken("a", there, rowTaken, nil); err != nil {
				t.Fatal(err)
			}
			if !first {
				o.saved(told, inDatabase)
			}
			if u := o.unsaved(); len(u.rows) != 1 || u.rows[0].refusal == nil {
				t.Errorf("the disk is to be told %+v", u)
			}
		})
	}
}

// What is in memory only nobody else has taken back, whatever happens while the disk is asked.
func TestTakenBackOutOfMemory(t *testing.T) {
	for name, meanwhile := range map[string]func(*outbox){
		"nothing":        func(*outbox) {},
		"it is kept":     func(o *outbox) { o.saved(o.unsaved(), inDatabase) },
		"a connection":   func(o *outbox) { o.opens() },
		"both":           func(o *outbox) { o.opens(); o.saved(o.unsaved(), inDatabase) },
		"it is lent out": func(o *outbox) { o.lend() },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOutbox(newFeed(), nil, nil)
			if err := o.enqueue(named("a")); err != nil {
				t.Fatal(err)
			}
			o.lend()
			done, there, err := o.takeable("a", true)
			if done || err != nil {
				t.Fatal(done, err)
			}
			meanwhile(o)
			if err := o.taken("a", there, rowGone, nil); err != nil {
				t.Error(err)
			}
			e := o.byID["a"]
			if u := o.unsaved(); e.state != chat.DraftFailed || e.refusal != errTakenBack || len(u.rows) != 1 || u.rows[0].refusal == nil {
				t.Errorf("it is %d, %v; the disk is to be told %+v", e.state, e.refusal, u)
			}
		})
	}
}

// What was taken back and is retried without a connection was given to none: it can be taken back
// once more, at once and when the disk knows of it, and after a start.
func TestTakenBackAndRetriedIsAtHome(t *testing.T) {
	f := newFake("general")
	c, _, cfg, _ := offline(t, f)
	enqueues(t, c, "a", "b")
	takes := func(c *Client) {
		t.Helper()
		if err := c.TakeBack(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if left := afterKill(t, c); idsOf(left) != "[a b]" || left[0].refusal == nil {
			t.Fatalf("after a kill there are %s, %+v", idsOf(left), left)
		}
	}
	retries := func(c *Client) {
		t.Helper()
		if err := c.Retry("a"); err != nil {
			t.Fatal(err)
		}
	}
	takes(c)
	retries(c)
	takes(c)
	retries(c)
	if err := c.keepNow(askWait); err != nil {
		t.Fatal(err)
	}
	takes(c)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, s := open(t, cfg)
	retries(c)
	takes(c)
	retries(c)
	f.set(func() { f.refuse = nil })
	start(t, c)
	s.waitLast(t, "general", 2)
	if got := fmt.Sprint(f.postedIDs()); got != "[a b]" {
		t.Errorf("posted %s", got)
	}
}

// One that was retried is sent, though the disk does not know that yet when a connection comes.
func TestRetriedRightBeforeAConnection(t *testing.T) {
	o := newOutbox(newFeed(), nil, nil)
	keeps(o, named("a"))
	o.fail("a", errTakenBack)
	o.saved(o.unsaved(), inDatabase)
	o.retry("a")
	o.adopt([]outboxRow{{draft: named("a"), refusal: errTakenBack}}, o.opens())
	if d, _, _ := o.next(time.Now()); d.ID != "a" {
		t.Errorf("%q goes", d.ID)
	}
}

// What two windows retry and one of them sends the other one does not take home.
func TestRetriedInTwoWindows(t *testing.T) {
	c, _ := open(t, config(t, "http://127.0.0.1:1"))
	enqueues(t, c, "a")
	if err := c.TakeBack(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if err := c.keepNow(askWait); err != nil {
		t.Fatal(err)
	}
	if _, err := c.cache.sure.ExecContext(t.Context(), "UPDATE outbox SET state = 0"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.Retry("a"), c.keepNow(askWait)); err != nil {
		t.Fatal(err)
	}
	if err := c.TakeBack(t.Context(), "a"); !errors.Is(err, ErrLeft) {
		t.Errorf("%v", err)
	}
}
