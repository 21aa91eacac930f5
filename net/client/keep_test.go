package client

import (
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// A draft is sent when the disk has it, or when it is known that it cannot; and none goes
// before those that were written earlier.
func TestDraftsGoWhenTheyAreKept(t *testing.T) {
	o := newOutbox(newFeed(), nil, nil)
	next := func(want string) {
		t.Helper()
		if d, ok, _ := o.next(time.Now()); d.ID != want || ok != (want != "") {
			t.Errorf("%q goes, want %q", d.ID, want)
		}
	}
	for _, id := range []string{"a", "b", "c"} {
		_ = o.enqueue(chat.Draft{ID: id})
	}
	first := o.unsaved()
	first.rows = first.rows[:1]
	next("")
	o.saved(first, inSpare)
	next("a")
	next("")
	if sure, lent := o.certainty(); sure == nil || lent {
		t.Error("all is certain")
	}
	o.lend()
	next("b")
	o.settle("b", 1)
	if u := o.unsaved(); len(u.rows) != 2 || len(u.gone) != 1 { // it may be on its way to the disk
		t.Errorf("unsaved: %+v", u)
	}
	o.saved(o.unsaved(), inDatabase)
	next("c")
	if sure, lent := o.certainty(); sure != nil || lent {
		t.Error("not all is certain")
	}
	o.fail("c", &chat.Error{})
	o.retry("c")
	if u := o.unsaved(); len(u.rows) != 1 || !u.rows[0].stored || u.rows[0].refusal != nil || len(u.gone) != 0 {
		t.Errorf("unsaved: %+v", u)
	}
}

// What another process left goes before what is not on disk yet.
func TestAdoptedDraftsGoFirst(t *testing.T) {
	o := newOutbox(newFeed(), nil, nil)
	_ = o.enqueue(chat.Draft{ID: "own"})
	o.reads()
	o.adopt([]outboxRow{{draft: chat.Draft{ID: "left"}}}, nil)
	o.saved(o.unsaved(), inDatabase)
	for _, want := range []string{"left", "own"} {
		if d, ok, _ := o.next(time.Now()); !ok || d.ID != want {
			t.Errorf("%q goes, want %q", d.ID, want)
		}
	}
}

// What a program had dropped when it was killed is not told, not sent and off the disk; all else
// is there.
func TestDroppedBeforeAKill(t *testing.T) {
	cfg := config(t, "http://127.0.0.1:1")
	c, _ := open(t, cfg)
	for _, id := range []string{"x", "y"} {
		d := draft("general", id)
		d.ID = id
		if err := c.Enqueue(d); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	cfg.Dropped = []string{"x", "not there"}
	c, s := open(t, cfg)
	s.wait(t, "what waits", func() bool { return len(s.drafts) > 0 })
	if c.adopt(); c.Waiting() != 1 {
		t.Errorf("%d wait", c.Waiting())
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	s.wait(t, "the end", func() bool { return s.ended })
	if len(s.states["x"]) > 0 || len(s.states["y"]) == 0 {
		t.Errorf("told %+v", s.states)
	}
	if k, err := testCache(t, cfg.Dir).load(t.Context()); err != nil || idsOf(k.drafts) != "[y]" {
		t.Errorf("on disk %s, %v", idsOf(k.drafts), err)
	}
}
