package client

import (
	"testing"

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
