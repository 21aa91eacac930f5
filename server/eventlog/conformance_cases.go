package eventlog

import (
	"context"
	"errors"
	"math"
	"reflect"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// testOrder: events appended by one goroutine keep their order, are answered in
// it, and have the offsets and seqs 1, 2, 3 …
func (engine Engine) testOrder(t *testing.T) {
	b := start(t, engine, t.TempDir())
	if last := b.log.Last(); !last.IsZero() {
		t.Errorf("the last position of an empty log is %v", last)
	}
	asked := messages(alice, 0, 500)
	stored := b.store(asked...)
	epoch := stored[0].Position.Epoch
	for i, e := range stored {
		want := asked[i]
		want.Position = chat.Position{Epoch: epoch, Offset: uint64(i + 1)}
		want.Seq = uint64(i + 1)
		if diff := cmp.Diff(want, e); diff != "" {
			t.Fatalf("event %d (-want +got):\n%s", i, diff)
		}
	}
	same(t, "delivered", stored, b.told())
	same(t, "read", stored, b.all(1000))
	if last := b.log.Last(); last != stored[len(stored)-1].Position {
		t.Errorf("last is %v", last)
	}
}

// testDelivery: when done is called the event was delivered.
func (engine Engine) testDelivery(t *testing.T) {
	b := start(t, engine, t.TempDir())
	var wg sync.WaitGroup
	for _, e := range messages(alice, 0, 300) {
		wg.Add(1)
		err := b.log.Append(context.Background(), e, func(e chat.Event, err error) {
			defer wg.Done()
			if err != nil {
				t.Errorf("not stored: %v", err)
			}
			if !b.wasDelivered(e) {
				t.Errorf("done of %d was called before it was delivered", e.Position.Offset)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
}

// testDuplicates: a key is stored once, however often it comes, and always
// answered by the first event: within a batch, later, and after a reopen.
func (engine Engine) testDuplicates(t *testing.T) {
	home := t.TempDir()
	b := start(t, engine, home)
	first := message(alice, "a", "first")
	again := message(alice, "a", "again")
	again.At++
	other := message(alice, "b", "other")
	stored := b.store(first, again, other, again, first)
	for _, i := range []int{1, 3, 4} {
		same(t, "duplicate", stored[:1], stored[i:i+1])
	}
	if stored[2].Position.Offset != 2 || stored[2].Seq != 2 {
		t.Errorf("a duplicate burnt a number: %+v", stored[2])
	}
	later := b.store(again, message(alice, "c", "new"), other)
	same(t, "duplicates in a later batch", []chat.Event{stored[0], stored[2]}, []chat.Event{later[0], later[2]})
	b.close()

	b = start(t, engine, home)
	reopened := b.store(again, message(alice, "d", "newer"))
	same(t, "duplicate after reopening", stored[:1], reopened[:1])
	if e := reopened[1]; e.Position.Offset != 4 || e.Seq != 4 {
		t.Errorf("the event after a duplicate is at %v with seq %d", e.Position, e.Seq)
	}
	same(t, "delivered after reopening", reopened[1:], b.told())
	if n := len(b.all(10)); n != 4 {
		t.Errorf("the log has %d events, not 4", n)
	}
}

// testAuthors: an ID is its author's: a stranger's equal one is another event.
func (engine Engine) testAuthors(t *testing.T) {
	b := start(t, engine, t.TempDir())
	mallory := chat.User{ID: "mallory", Name: "Alice", Role: chat.RoleGuest}
	stored := b.store(message(mallory, "same", "mine"), message(alice, "same", "mine, too"), message(mallory, "same", "?"))
	if stored[0].Position.Offset != 1 || stored[1].Position.Offset != 2 {
		t.Errorf("positions are %v and %v", stored[0].Position, stored[1].Position)
	}
	same(t, "duplicate", stored[:1], stored[2:])
	same(t, "log", stored[:2], b.all(10))
}

// testExact: what was appended is read back to the byte, also after a reopen.
func (engine Engine) testExact(t *testing.T) {
	home := t.TempDir()
	b := start(t, engine, home)
	binary := make([]byte, 70_000)
	for i := range binary {
		binary[i] = byte(i * 7)
	}
	odd := message(chat.User{ID: "o'd\x00d\"", Name: "\u202eодд", Role: chat.RoleBot}, "id ' \x00", "")
	odd.Body = chat.Body{
		JSON:        []byte("{ \"a\" : [1e3 , \"<\\u0000>\"],\n\"b\":{\"_placeholder\":true,\"num\":0}}"),
		Attachments: [][]byte{binary, {}, {0}},
	}
	odd.ReplyTo, odd.Thread = "earlier", "begun"
	bare := chat.Event{Kind: chat.MessageCreated, ID: "bare", Room: chat.GeneralRoom, Body: chat.Body{JSON: []byte("null")}}
	stored := b.store(odd, bare)
	odd.Position, odd.Seq = stored[0].Position, 1
	bare.Position, bare.Seq = stored[1].Position, 2
	same(t, "stored", []chat.Event{odd, bare}, stored)
	b.close()
	b = start(t, engine, home)
	same(t, "read after reopening", stored, b.all(10))
	same(t, "duplicate after reopening", stored, b.store(odd, bare))
}

// testRefused: an event that cannot be applied fails alone. Its neighbours are
// stored, it takes no number, and its ID can be used again.
func (engine Engine) testRefused(t *testing.T) {
	b := start(t, engine, t.TempDir())
	asked := messages(alice, 0, 60)
	for i := range asked {
		if i%7 == 3 {
			asked[i].Room = "nowhere"
		}
	}
	next := uint64(1)
	for i, r := range b.append(asked...) {
		if i%7 == 3 {
			if !errors.Is(r.err, &chat.Error{Code: chat.CodeUnknownRoom}) {
				t.Errorf("event %d: %v", i, r.err)
			}
			same(t, "refused event", asked[i:i+1], []chat.Event{r.event})
			continue
		}
		if r.err != nil || r.event.Position.Offset != next || r.event.Seq != next {
			t.Errorf("event %d beside a refused one: %v, seq %d, %v", i, r.event.Position, r.event.Seq, r.err)
		}
		next++
	}
	asked[3].Room = chat.GeneralRoom
	if e := b.store(asked[3])[0]; e.Position.Offset != next {
		t.Errorf("the refused event was stored at %v when it was right", e.Position)
	}
	same(t, "delivered", b.all(100), b.told())
}

// testUnwanted: an event whose asker wants it no more fails alone, as one that was
// refused does, and as it does beside one.
func (engine Engine) testUnwanted(t *testing.T) {
	b := start(t, engine, t.TempDir())
	asked := messages(alice, 0, 60)
	unwanted := func(i int) bool { return i%7 == 3 || i >= 50 }
	refused := func(i int) bool { return i < 40 && i%7 == 4 }
	for i := range asked {
		if refused(i) {
			asked[i].Room = "nowhere"
		}
	}
	results := make(chan result, len(asked))
	for i, e := range asked {
		may := func() bool { return !unwanted(i) }
		if i%2 == 0 && may() {
			may = nil
		}
		if err := b.log.AppendIf(context.Background(), e, may, func(e chat.Event, err error) { results <- result{e, err} }); err != nil {
			t.Fatal(err)
		}
	}
	next := uint64(1)
	for i := range asked {
		r := <-results
		if unwanted(i) {
			if !errors.Is(r.err, &chat.Error{Code: chat.CodeUnavailable}) {
				t.Errorf("event %d that nobody wants: %v", i, r.err)
			}
			same(t, "unwanted event", asked[i:i+1], []chat.Event{r.event})
			continue
		}
		if refused(i) {
			if !errors.Is(r.err, &chat.Error{Code: chat.CodeUnknownRoom}) {
				t.Errorf("event %d of a room that is not there: %v", i, r.err)
			}
			continue
		}
		if r.err != nil || r.event.Position.Offset != next || r.event.Seq != next {
			t.Errorf("event %d beside one that nobody wants: %v, seq %d, %v", i, r.event.Position, r.event.Seq, r.err)
		}
		next++
	}
	if e := b.store(asked[3])[0]; e.Position.Offset != next {
		t.Errorf("the event was stored at %v when it was wanted", e.Position)
	}
	same(t, "delivered", b.all(100), b.told())
}

// testReopen: what was acknowledged is there after a reopen, is not delivered
// again, and the numbers go on.
func (engine Engine) testReopen(t *testing.T) {
	home := t.TempDir()
	var stored []chat.Event
	for round := range 3 {
		b := start(t, engine, home)
		same(t, "log", stored, b.all(100))
		if len(stored) > 0 && b.log.Last() != stored[len(stored)-1].Position {
			t.Errorf("last is %v", b.log.Last())
		}
		added := b.store(messages(alice, round*40, 40)...)
		same(t, "delivered", added, b.told())
		stored = append(stored, added...)
		b.close()
	}
	for i, e := range stored {
		if e.Position.Offset != uint64(i+1) || e.Seq != uint64(i+1) {
			t.Fatalf("event %d is at %v with seq %d", i, e.Position, e.Seq)
		}
	}
}

// testEpoch: a log keeps its epoch, and no two have the same.
func (engine Engine) testEpoch(t *testing.T) {
	home := t.TempDir()
	epochs := make([]string, 0, 3)
	for i, home := range []string{home, home, t.TempDir()} {
		b := start(t, engine, home)
		epochs = append(epochs, b.store(messages(alice, i, 1)...)[0].Position.Epoch)
		b.close()
	}
	if epochs[0] == "" || epochs[0] != epochs[1] || epochs[0] == epochs[2] {
		t.Errorf("epochs are %q", epochs)
	}
	p := chat.Position{Epoch: epochs[0], Offset: 1}
	if back, err := chat.ParsePosition(p.String()); err != nil || back != p {
		t.Errorf("a position with the epoch %q cannot go on the wire: %v, %v", epochs[0], back, err)
	}
}

// testRead: pages are in order, without gaps, and end where the log does.
func (engine Engine) testRead(t *testing.T) {
	b := start(t, engine, t.TempDir())
	if got := b.all(10); len(got) != 0 {
		t.Errorf("an empty log has %d events", len(got))
	}
	stored := b.store(messages(alice, 0, 100)...)
	for _, page := range []int{1, 7, 99, 100, 101, math.MaxInt32} {
		same(t, "pages", stored, b.all(page))
	}
	for _, c := range []struct {
		after uint64
		limit int
	}{{100, 10}, {101, 10}, {math.MaxUint64, 10}, {math.MaxInt64, 10}, {5, 0}, {5, -1}} {
		if got, err := b.log.Read(context.Background(), c.after, c.limit); err != nil || len(got) != 0 {
			t.Errorf("Read(%d, %d) = %d events, %v", c.after, c.limit, len(got), err)
		}
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := b.log.Read(ended, 0, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("a read under an ended context: %v", err)
	}
}

// same compares two lists of events and takes nil and empty for the same.
func same(t failer, what string, want, got []chat.Event) {
	t.Helper()
	if len(want) == 0 && len(got) == 0 || reflect.DeepEqual(want, got) {
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}
