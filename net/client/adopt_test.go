package client

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// failCommits has each transaction fail in its commit that changes a draft, as on a disk that
// becomes full right then.
func failCommits(t *testing.T, c *Client) (good func()) {
	t.Helper()
	do := func(statement string) {
		if _, err := c.cache.sure.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	do(`PRAGMA foreign_keys = ON;
		CREATE TABLE nobody (id INTEGER PRIMARY KEY);
		CREATE TABLE broken (id INTEGER REFERENCES nobody DEFERRABLE INITIALLY DEFERRED);
		CREATE TRIGGER breaks AFTER UPDATE ON outbox BEGIN INSERT INTO broken VALUES (1); END`)
	return func() { t.Helper(); do("DROP TRIGGER breaks") }
}

// What another process left at home is not sent while the disk says that it is there: it can be
// taken back there.
func TestWhatCouldNotLeaveHomeIsNotAdopted(t *testing.T) {
	cfg := config(t, "http://127.0.0.1:1")
	c, _ := open(t, cfg)
	other, _ := open(t, cfg)
	enqueues(t, other, "a")
	good := failCommits(t, c)
	if c.adopt(); c.Waiting() != 0 {
		t.Errorf("%d are to be sent that are at home on disk", c.Waiting())
	}
	good()
	if c.adopt(); c.Waiting() != 1 {
		t.Errorf("%d are to be sent once the disk takes it", c.Waiting())
	}
	if err := other.TakeBack(t.Context(), "a"); !errors.Is(err, ErrLeft) {
		t.Errorf("taking it back: %v", err)
	}
}

// takesBack has another window take one back, right on disk.
func takesBack(t *testing.T, c *Client, id string) {
	t.Helper()
	var found rowFound
	err := c.cache.ask(c.cache.urgent, func(ctx context.Context, x *txn) (err error) {
		found, err = takeRow(ctx, x, id)
		return err
	})
	if err != nil || found != rowTaken {
		t.Fatalf("found %d, %v", found, err)
	}
}

// Where the disk does not say at a connect what another window took back, what was at home on it
// is held back until it does, and what it has never had is not.
func TestSlowDiskAtAConnect(t *testing.T) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		f := newFake("general")
		b := newBubble(t, f, dir, 1)
		defer b.close()
		synctest.Wait()
		enqueues(t, b.c, "a", "b", "c")
		takesBack(t, b.c, "b")
		good := spoilSpare(t, b.c)
		hangs := holdUp(b.c.cache)
		b.c.Reconnect()
		time.Sleep(2 * askWait)
		if b.last().State != chat.Online {
			t.Errorf("it is %v", b.last().State)
		}
		if err := b.c.Enqueue(named("d")); err != nil {
			t.Error(err)
		}
		time.Sleep(hangWait)
		synctest.Wait()
		if got := fmt.Sprint(f.postedIDs()); got != "[d]" {
			t.Errorf("posted %s while the disk does not answer", got)
		}
		close(hangs)
		good()
		time.Sleep(2 * keepSeldom)
		synctest.Wait()
		b.mu.Lock()
		defer b.mu.Unlock()
		if got, why := fmt.Sprint(f.postedIDs()), b.drafts["b"].Err; got != "[d a c]" || why == nil || why.Error() != errElsewhere.Error() {
			t.Errorf("posted %s in the end; what was taken back: %v", got, why)
		}
	})
}

// A connection that ends before the disk has answered was given nothing: it can be taken back.
func TestWhatWasHeldBackIsAtHomeAgain(t *testing.T) {
	o := newOutbox(newFeed(), nil, nil)
	keeps(o, named("a"))
	o.homeless(o.opens(), true)
	keeps(o, named("b")) // which follows it
	if d, ok, _ := o.next(time.Now()); ok {
		t.Errorf("%s went", d.ID)
	}
	held := o.heldBack()
	o.rewind()
	o.release(nil, held, true)
	if done, _, err := o.takeable("a", true); done || err != nil {
		t.Error(done, err)
	}
}

// A full disk can be read: what another window took back by then is not sent, and all else is.
func TestTakenBackElsewhereOnAFullDisk(t *testing.T) {
	for name, slow := range map[string]bool{"at once": false, "held back first": true} {
		t.Run(name, func(t *testing.T) {
			c, s := open(t, config(t, "http://127.0.0.1:1"))
			enqueues(t, c, "a", "b")
			takesBack(t, c, "a")
			failCommits(t, c)
			if slow {
				c.outbox.homeless(c.outbox.opens(), true)
				s.wait(t, "that it is let go", func() bool { return len(c.outbox.heldBack()) == 0 })
			} else {
				c.adopt()
			}
			if d, _, _ := c.outbox.next(time.Now()); d.ID != "b" {
				t.Errorf("%q goes", d.ID)
			}
			s.wait(t, "what became of it", func() bool { return s.drafts["a"].State == chat.DraftFailed })
		})
	}
}
