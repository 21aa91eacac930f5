package client

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// named is a draft with its text as its ID.
func named(text string) chat.Draft {
	d := draft("general", text)
	d.ID = text
	return d
}

// enqueues has drafts taken that are on disk then.
func enqueues(t *testing.T, c *Client, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if err := c.Enqueue(named(id)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Kept(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// hears says whether drafts are answered, and told as messages, when they are stored.
func (f *fake) hears(on bool) {
	f.set(func() {
		f.mute, f.hide = !on, nil
		if !on {
			f.hide = func(chat.Message) bool { return true }
		}
	})
}

// postedIDs are the IDs of all that a server has, in order.
func (f *fake) postedIDs() (ids []string) {
	f.set(func() {
		for _, m := range f.log {
			ids = append(ids, m.ID)
		}
	})
	return ids
}

// offline is a client of a server that it cannot reach until let is called.
func offline(t *testing.T, f *fake) (c *Client, s *screen, cfg Config, let func()) {
	t.Helper()
	f.set(func() { f.refuse = func(string) string { return "token_expired" } })
	cfg = config(t, f.start(t))
	c, s = run(t, cfg)
	s.waitState(t, chat.Refused)
	return c, s, cfg, func() {
		f.set(func() { f.refuse = nil })
		c.Reconnect()
	}
}

// What is taken back while there is no connection is not sent when there is one, nor by the
// process that comes after a kill; what was written with it is.
func TestTakenBackIsNeverSent(t *testing.T) {
	f := newFake("general")
	c, s, cfg, let := offline(t, f)
	enqueues(t, c, "a", "b", "c")
	if err := c.TakeBack(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	left := afterKill(t, c)
	if got := idsOf(left); got != "[a b c]" || left[1].refusal == nil || left[0].refusal != nil || left[2].refusal != nil {
		t.Fatalf("after a kill there are %s, %+v", got, left)
	}
	s.wait(t, "that it is not sent", func() bool {
		d := s.drafts["b"]
		return d.State == chat.DraftFailed && d.Err.Error() == errTakenBack.Error()
	})
	if err := c.TakeBack(t.Context(), "b"); err != nil {
		t.Errorf("once more: %v", err)
	}
	let()
	s.waitLast(t, "general", 2)
	if got := fmt.Sprint(f.postedIDs()); got != "[a c]" {
		t.Errorf("posted: %s", got)
	}
	if err := errors.Join(c.Drop("b"), c.Close()); err != nil {
		t.Fatal(err)
	}
	if k, err := testCache(t, cfg.Dir).load(t.Context()); err != nil || len(k.drafts) != 0 {
		t.Errorf("in the end the outbox has %s, %v", idsOf(k.drafts), err)
	}
}

// What was written offline by a process that ended can be taken back by the next one.
func TestTakenBackAfterAStart(t *testing.T) {
	f := newFake("general")
	c, _, cfg, _ := offline(t, f)
	enqueues(t, c, "a")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, s := open(t, cfg)
	if err := c.TakeBack(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	f.set(func() { f.refuse = nil })
	start(t, c)
	s.waitState(t, chat.Online)
	enqueues(t, c, "b")
	s.waitLast(t, "general", 1)
	if got := fmt.Sprint(f.postedIDs()); got != "[b]" {
		t.Errorf("posted: %s", got)
	}
}

// What a connection was given cannot be taken back: not while no answer came, not when the
// connection is gone, and not by the next process.
func TestWhatMayBeThereIsNotTakenBack(t *testing.T) {
	f := newFake("general")
	f.hears(false)
	cfg := config(t, f.start(t))
	c, s := online(t, cfg)
	enqueues(t, c, "a")
	s.wait(t, "that it is sent", func() bool { return s.drafts["a"].State == chat.DraftSending })
	stays := func(when string) {
		t.Helper()
		if err := c.TakeBack(t.Context(), "a"); !errors.Is(err, ErrLeft) {
			t.Errorf("%s: %v", when, err)
		}
	}
	stays("on the wire")
	f.set(func() { f.refuse = func(string) string { return "token_expired" } })
	f.hears(true)
	f.cutAll()
	s.waitState(t, chat.Refused)
	stays("after the connection")
	enqueues(t, c, "b")
	if err := errors.Join(c.TakeBack(t.Context(), "b"), c.Drop("b")); err != nil {
		t.Errorf("what was written after it: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	f.set(func() { f.refuse = nil })
	c, s = open(t, cfg)
	stays("after a start")
	start(t, c)
	s.waitLast(t, "general", 1)
	s.waitEmpty(t)
	if err := c.TakeBack(t.Context(), "a"); !errors.Is(err, ErrUnknownDraft) {
		t.Errorf("in the end: %v", err)
	}
}

// A draft that went through a connection while it was waiting, as when a server stores nothing,
// is not at home any more.
func TestWhatWaitsForAServerIsNotTakenBack(t *testing.T) {
	c, s, _, let := offline(t, putsOff())
	enqueues(t, c, "a")
	let()
	s.wait(t, "that it is put off", func() bool { return slices.Contains(s.states["a"], chat.DraftSending) })
	enqueues(t, c, "b")
	for _, id := range []string{"a", "b"} {
		if err := c.TakeBack(t.Context(), id); !errors.Is(err, ErrLeft) {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// Another window sends what this one wrote offline: here it cannot be taken back then.
func TestSentByAnotherWindow(t *testing.T) {
	f := newFake("general")
	c, s, cfg, let := offline(t, f)
	enqueues(t, c, "a")
	f.set(func() { f.refuse = nil })
	f.hears(false)
	_, other := online(t, cfg)
	other.wait(t, "that it is sent", func() bool { return other.drafts["a"].State == chat.DraftSending })
	if err := c.TakeBack(t.Context(), "a"); !errors.Is(err, ErrLeft) {
		t.Errorf("%v", err)
	}
	f.hears(true)
	f.cutAll()
	let()
	for _, s := range []*screen{s, other} {
		s.waitEmpty(t)
		s.waitLast(t, "general", 1)
	}
}

// What one window took back another one that knew of it does not send. It says what it knows,
// also where it was asked to take it back itself.
func TestTakenBackInAnotherWindow(t *testing.T) {
	for _, drop := range []bool{false, true} {
		t.Run(fmt.Sprint("dropped ", drop), func(t *testing.T) {
			f := newFake("general")
			c, _, cfg, _ := offline(t, f)
			enqueues(t, c, "a", "b", "c")
			other, s := open(t, cfg)
			s.wait(t, "what is there", func() bool { return len(s.drafts) == 3 })
			for _, id := range []string{"a", "b"} {
				err := c.TakeBack(t.Context(), id)
				if drop {
					err = errors.Join(err, c.Drop(id))
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			if err := other.TakeBack(t.Context(), "b"); err == nil || err.Error() != errElsewhere.Error() {
				t.Errorf("%v", err)
			}
			f.set(func() { f.refuse = nil })
			start(t, other)
			s.waitLast(t, "general", 1)
			s.mu.Lock()
			defer s.mu.Unlock()
			if got := fmt.Sprint(f.postedIDs()); got != "[c]" || s.drafts["a"].State != chat.DraftFailed || s.drafts["b"].State != chat.DraftFailed {
				t.Errorf("posted %s; %+v", got, s.drafts)
			}
		})
	}
}

// On a full disk what waits in memory is taken back there.
func TestTakenBackOnAFullDisk(t *testing.T) {
	f := newFake("general")
	c, s, _, let := offline(t, f)
	fillDisk(t, c)
	for _, id := range []string{"a", "b"} {
		if err := c.Enqueue(long(id)); err != nil {
			t.Fatal(err)
		}
	}
	noticed(t, s, onFull)
	if err := c.TakeBack(t.Context(), "a"); err != nil {
		t.Error(err)
	}
	let()
	s.waitLast(t, "general", 1)
	if got := fmt.Sprint(f.postedIDs()); got != "[b]" {
		t.Errorf("posted %s", got)
	}
}

// While another program holds the database nothing on it is taken back, which is said, and
// goes when there is a connection. What is in the spare file the next process may have sent.
func TestTakingBackWhileAnotherProgramHoldsTheDatabase(t *testing.T) {
	f := newFake("general")
	c, s, _, let := offline(t, f)
	enqueues(t, c, "a")
	other, err := handle(c.cache.path, "WAL", "NORMAL", "immediate", busyWait)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.TakeBack(t.Context(), "a"); err == nil || !strings.Contains(err.Error(), "another program holds") {
		t.Errorf("on disk: %v", err)
	}
	enqueues(t, c, "b")
	if err := c.TakeBack(t.Context(), "b"); !errors.Is(err, ErrLeft) {
		t.Errorf("in the spare file: %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	let()
	s.waitLast(t, "general", 2)
}

// A disk that does not answer holds nobody up: what was to be taken back is sent, and the disk
// is told so if it says in the end that it was.
func TestTakingBackOnADiskThatHangs(t *testing.T) {
	o := newOutbox(newFeed(), nil, nil)
	for _, id := range []string{"a", "b"} {
		keeps(o, chat.Draft{ID: id})
	}
	if done, _, err := o.takeable("a", true); done || err != nil {
		t.Fatal(done, err)
	}
	if d, ok, _ := o.next(time.Now()); ok {
		t.Errorf("%s went before it", d.ID)
	}
	if _, _, err := o.takeable("a", true); !errors.Is(err, errTaking) {
		t.Errorf("twice at once: %v", err)
	}
	o.letGo("a")
	if d, _, _ := o.next(time.Now()); d.ID != "a" {
		t.Errorf("%q went", d.ID)
	}
	if err := o.taken("a", rowTaken, rowTaken, nil); !errors.Is(err, errHangs) {
		t.Errorf("%v", err)
	}
	if u := o.unsaved(); len(u.rows) != 1 || u.rows[0].draft.ID != "a" || u.rows[0].refusal != nil {
		t.Errorf("the disk is to be told %+v", u)
	}
}
