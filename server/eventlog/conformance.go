package eventlog

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// patience is how long the suite waits for something that a log owes it.
const patience = 30 * time.Second

// Engine is what TestLog tests.
type Engine struct {
	// Open opens the log that is kept under the folder home, or makes it there;
	// the suite closes it before it opens it again. Its Apply is that of package
	// store, or one that does the same: it numbers the messages of a room from 1,
	// refuses those of a room that is not there with chat.CodeUnknownRoom, and says
	// what a deletion erases. Close also releases whatever Open opened.
	Open func(t *testing.T, home string, deliver Deliver) Log

	// ErrClosed is what Append and Read return after Close.
	ErrClosed error
}

// TestLog tests that an engine keeps the contract of Log.
func TestLog(t *testing.T, engine Engine) {
	t.Helper()
	t.Run("order", engine.testOrder)
	t.Run("delivery", engine.testDelivery)
	t.Run("duplicates", engine.testDuplicates)
	t.Run("authors", engine.testAuthors)
	t.Run("exact", engine.testExact)
	t.Run("kinds", engine.testKinds)
	t.Run("erased", engine.testErased)
	t.Run("erased at once", engine.testErasedAtOnce)
	t.Run("refused", engine.testRefused)
	t.Run("unwanted", engine.testUnwanted)
	t.Run("reopen", engine.testReopen)
	t.Run("epoch", engine.testEpoch)
	t.Run("read", engine.testRead)
	t.Run("concurrent", engine.testConcurrent)
	t.Run("close", engine.testClose)
	t.Run("close under load", engine.testCloseUnderLoad)
	t.Run("histories", engine.testHistories)
}

// failer is the part of *testing.T and *rapid.T that the suite fails with.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// bench is a log under test with all it has told.
type bench struct {
	t    failer
	log  Log
	home string

	mu        sync.Mutex
	delivered []chat.Event
	place     map[string]int // key → index in delivered
}

func start(t *testing.T, engine Engine, home string) *bench {
	t.Helper()
	b := &bench{t: t, home: home, place: make(map[string]int)}
	b.log = engine.Open(t, home, b.deliver)
	t.Cleanup(b.close)
	return b
}

func (b *bench) close() {
	if err := b.log.Close(); err != nil {
		b.t.Errorf("close: %v", err)
	}
}

func (b *bench) deliver(batch []chat.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(batch) == 0 {
		b.t.Errorf("an empty batch was delivered")
	}
	for _, e := range batch {
		k := keyOf(e)
		if _, twice := b.place[k]; twice {
			b.t.Errorf("%s was delivered twice", k)
		}
		b.place[k] = len(b.delivered)
		b.delivered = append(b.delivered, e)
	}
}

// told is everything that was delivered so far.
func (b *bench) told() []chat.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]chat.Event(nil), b.delivered...)
}

func (b *bench) wasDelivered(e chat.Event) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, ok := b.place[keyOf(e)]
	return ok
}

// result is what a done was called with.
type result struct {
	event chat.Event
	err   error
}

// append appends events from this goroutine and waits for all of their results,
// in the order in which they came.
func (b *bench) append(events ...chat.Event) []result {
	b.t.Helper()
	results := make(chan result, len(events))
	for _, e := range events {
		err := b.log.Append(context.Background(), e, func(e chat.Event, err error) { results <- result{e, err} })
		if err != nil {
			b.t.Fatalf("append %s: %v", keyOf(e), err)
		}
	}
	list := make([]result, 0, len(events))
	deadline := time.After(patience)
	for range events {
		select {
		case r := <-results:
			list = append(list, r)
		case <-deadline:
			b.t.Fatalf("only %d of %d appends were answered", len(list), len(events))
		}
	}
	return list
}

// store appends events that must all be stored.
func (b *bench) store(events ...chat.Event) []chat.Event {
	b.t.Helper()
	list := make([]chat.Event, 0, len(events))
	for _, r := range b.append(events...) {
		if r.err != nil {
			b.t.Fatalf("%s was not stored: %v", keyOf(r.event), r.err)
		}
		list = append(list, r.event)
	}
	return list
}

// all reads the whole log in pages.
func (b *bench) all(page int) []chat.Event {
	b.t.Helper()
	return b.after(0, page)
}

// after reads the log after an offset to its end in pages.
func (b *bench) after(after uint64, page int) []chat.Event {
	b.t.Helper()
	var list []chat.Event
	for {
		events, err := b.log.Read(context.Background(), after, page)
		if err != nil {
			b.t.Fatalf("read after %d: %v", after, err)
		}
		if len(events) > page {
			b.t.Fatalf("a page of %d has %d events", page, len(events))
		}
		if len(events) == 0 {
			return list
		}
		list = append(list, events...)
		after = events[len(events)-1].Position.Offset
	}
}

func keyOf(e chat.Event) string { return e.Author.ID + " " + e.ID }

var alice = chat.User{ID: "alice", Name: "Alice", Role: chat.RoleMember}

// message is an event like those people make.
func message(author chat.User, id, text string) chat.Event {
	return chat.Event{
		Kind: chat.MessageCreated, ID: id, Author: author, At: 1_700_000_000_000,
		Room: chat.GeneralRoom, Body: chat.TextBody(text),
	}
}

// messages are n events with the IDs first, first+1 …
func messages(author chat.User, first, n int) []chat.Event {
	list := make([]chat.Event, n)
	for i := range list {
		list[i] = message(author, fmt.Sprintf("m%06d", first+i), fmt.Sprintf("text %d", first+i))
	}
	return list
}
