package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/store"
)

var unavailable = &chat.Error{Code: chat.CodeUnavailable}

type result struct {
	event chat.Event
	err   error
}

// appendAll appends events and waits for their results. Holding the deliverer
// or the writer meanwhile decides what becomes one batch.
func appendAll(t *testing.T, log *sqlite.Log, events ...chat.Event) []result {
	t.Helper()
	results := make(chan result, len(events))
	for _, e := range events {
		if err := log.Append(t.Context(), e, func(e chat.Event, err error) { results <- result{e, err} }); err != nil {
			t.Fatal(err)
		}
	}
	list := make([]result, len(events))
	for i := range list {
		list[i] = <-results
	}
	return list
}

// TestDiskFull lets the file grow no further: appends fail, nothing of them is
// stored, no offset is burnt, and when there is room the log goes on.
func TestDiskFull(t *testing.T) {
	home := t.TempDir()
	var logged bytes.Buffer
	o := openLog(t, home, nil, func(o *sqlite.Options, _ *store.Store) {
		o.Logger = slog.New(slog.NewTextHandler(&logged, nil))
	})
	stored := appendAll(t, o.Log, event("a", "before"))
	var pages int
	if err := o.store.Writer().QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit := func(n int) {
		t.Helper()
		if _, err := o.store.Writer().Exec(fmt.Sprintf("PRAGMA max_page_count = %d", n)); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages)
	big := event("a", "big")
	big.Body = chat.TextBody(strings.Repeat("x", 1<<20))
	for range 2 {
		for i, r := range appendAll(t, o.Log, big, event("a", "same"), big) {
			cause, ok := errors.AsType[*driver.Error](r.err)
			if i != 1 && (!errors.Is(r.err, unavailable) || !ok || cause.Code() != sqlite3.SQLITE_FULL) {
				t.Errorf("event %d on a full disk: %v", i, r.err)
			}
			if r.err != nil && !r.event.Position.IsZero() {
				t.Errorf("an event that failed is at %v", r.event.Position)
			}
		}
	}
	before := len(readAll(t, o.Log))
	limit(1 << 20)
	again := appendAll(t, o.Log, big, event("a", "after"))
	for i, r := range again {
		if r.err != nil || r.event.Position.Offset != uint64(before+i+1) {
			t.Errorf("with room again: %v, %v", r.event.Position, r.err)
		}
	}
	if stored[0].event.Position.Offset != 1 {
		t.Errorf("the first event is at %v", stored[0].event.Position)
	}
	checkModel(t, o)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	for _, say := range []string{"cannot store", "stores events again"} {
		if !strings.Contains(logged.String(), say) {
			t.Errorf("the host was not told that the log %s: %s", say, &logged)
		}
	}
}

// checkModel checks that the read model has what the log has.
func checkModel(t *testing.T, o *opened) {
	t.Helper()
	events := readAll(t, o.Log)
	var inModel int
	if err := o.store.Writer().QueryRow("SELECT count(*) FROM messages").Scan(&inModel); err != nil {
		t.Fatal(err)
	}
	if inModel != len(events) {
		t.Errorf("the log has %d events and the read model %d", len(events), inModel)
	}
	for i, e := range events {
		if e.Position.Offset != uint64(i+1) || e.Seq != uint64(i+1) {
			t.Fatalf("event %d is at %v with seq %d", i, e.Position, e.Seq)
		}
	}
	if at, err := o.store.Applied(t.Context()); err != nil || at != o.Last() {
		t.Errorf("the read model stands at %v, the log at %v, %v", at, o.Last(), err)
	}
}

// TestBatchFails makes Apply meet an error of the storage after it wrote: every
// event of the batch fails, whatever Apply did is undone, and the next batch is
// stored at the offsets that the failed one had.
func TestBatchFails(t *testing.T) {
	var failing atomic.Bool
	held := make(chan struct{}, 1)
	release := make(chan struct{})
	cause := errors.New("the disk is on fire")
	o := openLog(t, t.TempDir(), nil, func(o *sqlite.Options, st *store.Store) {
		o.Apply = func(ctx context.Context, tx *sql.Tx, batch []chat.Event) error {
			if err := st.Apply(ctx, tx, batch); err != nil {
				return err
			}
			if batch[0].ID == "hold" {
				held <- struct{}{}
				<-release
			}
			if failing.Load() {
				return errors.Join(cause, sql.ErrConnDone)
			}
			return nil
		}
	})
	results := make(chan result, 21)
	add := func(id string) {
		if err := o.Append(t.Context(), event("a", id), func(e chat.Event, err error) { results <- result{e, err} }); err != nil {
			t.Fatal(err)
		}
	}
	add("hold")
	<-held // what comes now waits in the queue and is one batch
	for i := range 20 {
		add(fmt.Sprint("m", i))
	}
	failing.Store(true)
	release <- struct{}{}
	for i := range 21 {
		r := <-results
		if !errors.Is(r.err, unavailable) || !errors.Is(r.err, cause) || !r.event.Position.IsZero() {
			t.Errorf("event %d: %v, %v", i, r.event.Position, r.err)
		}
	}
	failing.Store(false)
	if r := appendAll(t, o.Log, event("a", "m3")); r[0].err != nil || r[0].event.Position.Offset != 1 {
		t.Errorf("after the failure: %v, %v", r[0].event.Position, r[0].err)
	}
	checkModel(t, o)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestFailureIsToldFirst: who has sent events ahead, and hears that one was not
// stored, can still take back the next ones.
func TestFailureIsToldFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		telling := make(chan struct{})
		o := openLog(t, t.TempDir(), func([]chat.Event) { <-telling }, func(o *sqlite.Options, st *store.Store) {
			o.Apply = func(ctx context.Context, tx *sql.Tx, batch []chat.Event) error {
				if batch[0].ID == "fails" {
					return sql.ErrConnDone
				}
				return st.Apply(ctx, tx, batch)
			}
		})
		var failed atomic.Bool
		results := make(chan result, 3)
		may := func() bool { return !failed.Load() }
		for _, id := range []string{"first", "fails", "next"} {
			err := o.AppendIf(t.Context(), event("a", id), may, func(e chat.Event, err error) {
				if err != nil {
					failed.Store(true)
				}
				results <- result{e, err}
			})
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // each is a batch of its own, and the first is being told
		}
		close(telling)
		for _, want := range []bool{true, false, false} {
			if r := <-results; (r.err == nil) != want || !want && !errors.Is(r.err, unavailable) {
				t.Errorf("%s: %v", r.event.ID, r.err)
			}
		}
		checkModel(t, o)
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// TestOneFails makes Apply refuse some events of a batch for their own sake:
// they fail and their neighbours are stored by one transaction.
func TestOneFails(t *testing.T) {
	held := make(chan struct{}, 1)
	release := make(chan struct{})
	cause := errors.New("poison")
	o := openLog(t, t.TempDir(), nil, func(o *sqlite.Options, st *store.Store) {
		o.Apply = func(ctx context.Context, tx *sql.Tx, batch []chat.Event) error {
			if err := st.Apply(ctx, tx, batch); err != nil {
				return err
			}
			for _, e := range batch {
				switch {
				case e.ID == "hold":
					held <- struct{}{}
					<-release
				case strings.HasPrefix(e.ID, "bad"):
					return cause
				}
			}
			return nil
		}
	})
	results := make(chan result, 5)
	for i, id := range []string{"hold", "good1", "bad1", "good2", "bad1"} {
		if err := o.Append(t.Context(), event("a", id), func(e chat.Event, err error) { results <- result{e, err} }); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			<-held
		}
	}
	release <- struct{}{}
	var offsets []uint64
	for range 5 {
		r := <-results
		offsets = append(offsets, r.event.Position.Offset)
		if strings.HasPrefix(r.event.ID, "bad") {
			if !errors.Is(r.err, cause) || !errors.Is(r.err, &chat.Error{Code: chat.CodeInternal}) {
				t.Errorf("%s: %v", r.event.ID, r.err)
			}
		} else if r.err != nil {
			t.Errorf("%s: %v", r.event.ID, r.err)
		}
	}
	if want := []uint64{1, 2, 0, 3, 0}; fmt.Sprint(offsets) != fmt.Sprint(want) {
		t.Errorf("offsets are %v, not %v", offsets, want)
	}
	checkModel(t, o)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestFullQueue holds the deliverer and fills the queue with large events: Append
// waits for room only as long as its context lasts, the event is not taken then,
// and all that were are stored when the deliverer goes on.
func TestFullQueue(t *testing.T) {
	release := make(chan struct{})
	const fit = 7 // of these, with their overhead, in a queue of eight
	o := openLog(t, t.TempDir(), func([]chat.Event) { <-release },
		func(o *sqlite.Options, _ *store.Store) { o.QueueBytes = 8 << 16 })
	large := event("a", "")
	large.Body.Attachments = [][]byte{make([]byte, 1<<16)}
	var answered atomic.Int32
	done := func(chat.Event, error) { answered.Add(1) }
	for i := range fit {
		large.ID = fmt.Sprint("l", i)
		if err := o.Append(t.Context(), large, done); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	waited := make(chan error)
	go func() { waited <- o.Append(ctx, large, done) }()
	cancel()
	if err := <-waited; !errors.Is(err, context.Canceled) {
		t.Errorf("append to a full queue: %v", err)
	}
	close(release)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if answered.Load() != fit {
		t.Errorf("%d of %d were answered", answered.Load(), fit)
	}
}

// TestManyInTheQueue: an append that gives up because many wait leaves no trace: what it
// would have taken of the queue is there for others.
func TestManyInTheQueue(t *testing.T) {
	release := make(chan struct{})
	const bytes = 16 << 20
	o := openLog(t, t.TempDir(), func([]chat.Event) { <-release },
		func(o *sqlite.Options, _ *store.Store) { o.QueueBytes = bytes })
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	taken, left := 0, 0
	for i := 0; left < 100; i++ {
		switch err := o.Append(gone, event("a", fmt.Sprint(i)), func(chat.Event, error) {}); {
		case err == nil:
			taken++
		case errors.Is(err, context.Canceled):
			left++
		default:
			t.Fatal(err)
		}
		if taken*1024 > bytes {
			t.Fatal("the queue has no bound of events")
		}
	}
	close(release)
	all := event("a", "all of it")
	all.Body.Attachments = [][]byte{make([]byte, bytes)}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	done := make(chan error, 1)
	if err := o.Append(ctx, all, func(_ chat.Event, err error) { done <- err }); err != nil {
		t.Fatalf("after %d that were taken and %d that gave up: %v", taken, left, err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
}

// TestBatchOfLarge: events that are large are few in a transaction.
func TestBatchOfLarge(t *testing.T) {
	release := make(chan struct{})
	var largest atomic.Int32
	o := openLog(t, t.TempDir(), func([]chat.Event) { <-release }, func(o *sqlite.Options, _ *store.Store) {
		o.Committed = func(c sqlite.Commit) { largest.Store(max(largest.Load(), int32(c.Events))) }
	})
	const events = 30
	done := make(chan error, events)
	for i := range events {
		large := event("a", fmt.Sprint(i))
		large.Body.Attachments = [][]byte{make([]byte, 1<<20)}
		if err := o.Append(t.Context(), large, func(_ chat.Event, err error) { done <- err }); err != nil {
			t.Fatal(err)
		}
	}
	close(release)
	for range events {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
	if n := largest.Load(); n > 9 { // 8 MiB, and the one that goes over it
		t.Errorf("%d MiB were stored by one transaction", n)
	}
}

// TestNewerLog: tables of a later version are refused.
func TestNewerLog(t *testing.T) {
	home := t.TempDir()
	o := openLog(t, home, nil)
	if _, err := o.store.Writer().Exec("UPDATE log_meta SET version = 2"); err != nil {
		t.Fatal(err)
	}
	if err := o.Log.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := sqlite.Open(t.Context(), o.store.Writer(),
		sqlite.Options{Apply: o.store.Apply, Deliver: func([]chat.Event) {}, Reader: o.store.Reader()})
	if err == nil || !strings.Contains(err.Error(), "version 2") {
		t.Errorf("a log of a later version: %v", err)
	}
	if err := o.store.Close(); err != nil {
		t.Fatal(err)
	}
}
