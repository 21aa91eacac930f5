package client

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// The outbox gives out the oldest first, whatever else happens to drafts, and
// never more than may be on the wire.
func TestOutboxOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := newOutbox(newFeed(), nil, func() float64 { return 0 })
		var waiting, sending, failed []string
		out := make(map[string]bool) // what may have left this machine
		took := make(map[string]bool)
		remove := func(list []string, i int) []string { return append(list[:i:i], list[i+1:]...) }
		next := 0
		t.Repeat(map[string]func(*rapid.T){
			"enqueue": func(*rapid.T) {
				id := fmt.Sprintf("%04d", next)
				next++
				keeps(o, chat.Draft{ID: id})
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
				sending, out[d.ID] = append(sending, d.ID), true
			},
			"answer": func(t *rapid.T) {
				if len(sending) == 0 {
					t.Skip()
				}
				i := rapid.IntRange(0, len(sending)-1).Draw(t, "which")
				id := sending[i]
				sending = remove(sending, i)
				if rapid.Bool().Draw(t, "ok") {
					o.settle(id, 1)
				} else {
					o.fail(id, &chat.Error{})
					failed, took[id] = append(failed, id), false
				}
			},
			"retry": func(t *rapid.T) {
				if len(failed) == 0 {
					t.Skip()
				}
				o.retry(failed[0])
				out[failed[0]] = !took[failed[0]]
				waiting, failed = append(waiting, failed[0]), failed[1:]
			},
			"rewind": func(*rapid.T) {
				o.rewind()
				waiting, sending = append(waiting, sending...), nil
			},
			"take back": func(t *rapid.T) { // those that were not given out yet
				if len(waiting) == 0 {
					t.Skip()
				}
				id := waiting[rapid.IntRange(0, len(waiting)-1).Draw(t, "which")]
				done, there, err := o.takeable(id, true)
				if out[id] != (err != nil) || done {
					t.Fatalf("take %s back, given out %v: %v, %v", id, out[id], done, err)
				}
				if err != nil {
					return
				}
				if d, ok, _ := o.next(time.Now()); ok && d.ID >= id {
					t.Fatalf("%s went past %s", d.ID, id)
				} else if ok {
					waiting = remove(waiting, slices.Index(waiting, d.ID))
					sending, out[d.ID] = append(sending, d.ID), true
				}
				found := rapid.SampledFrom([]rowFound{rowTaken, rowLeft, rowGone, rowRefused}).Draw(t, "found")
				if err := o.taken(id, there, found, nil); (err == nil) != (found == rowTaken || found == there) {
					t.Fatalf("take %s back: %v", id, err)
				}
				took[id] = found == rowTaken || found == there
				if found == rowLeft {
					out[id] = true
					return
				}
				waiting = remove(waiting, slices.Index(waiting, id))
				failed = append(failed, id)
			},
			"drop": func(t *rapid.T) { // on the wire, too
				lists := []*[]string{&waiting, &sending, &failed}
				list := lists[rapid.IntRange(0, len(lists)-1).Draw(t, "list")]
				if len(*list) == 0 {
					t.Skip()
				}
				o.drop((*list)[0])
				*list = (*list)[1:]
			},
			"": func(t *rapid.T) {
				if o.sending != len(sending) || len(o.entries) != len(waiting)+len(sending)+len(failed) || len(o.byID) != len(o.entries) {
					t.Fatalf("%d entries, %d sending", len(o.entries), o.sending)
				}
			},
		})
	})
}
