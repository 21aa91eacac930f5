package client

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// window is a process on a folder, without its goroutines: a test does what they do.
type window struct {
	*Client
	online bool
}

// newWindow opens one more on a database.
func newWindow(t *rapid.T, store *cache) *window {
	rows, err := readOutbox(context.Background(), store.read)
	if err != nil {
		t.Fatal(err)
	}
	c := &Client{cache: store, log: slog.New(slog.DiscardHandler), feed: newFeed(), keeper: newKeeper(), spare: newSpare(store.dir())}
	c.outbox = newOutbox(c.feed, rows, func() float64 { return 0 })
	return &window{Client: c}
}

// saves makes the disk what the window's outbox is.
func (w *window) saves(t *rapid.T) {
	if err := w.keepNow(time.Minute); err != nil {
		t.Fatal(err)
	}
}

// Whatever two windows of one account do with what was written, and are killed in between: what
// was taken back is never sent, and nothing else is lost.
func TestTakenBackIsNeverSentByAnyWindow(t *testing.T) {
	store := testCache(t, t.TempDir())
	for _, db := range []execer{store.sure, store.quick} { // nobody pulls the plug here
		if _, err := db.ExecContext(t.Context(), "PRAGMA synchronous = OFF"); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		empty := func(ctx context.Context, x *txn) error {
			_, err := x.ExecContext(ctx, "DELETE FROM outbox")
			return err
		}
		if err := store.ask(store.ops, empty); err != nil {
			t.Fatal(err)
		}
		windows := []*window{newWindow(t, store), newWindow(t, store)}
		pick := func(t *rapid.T) (int, *window) {
			i := rapid.IntRange(0, len(windows)-1).Draw(t, "window")
			return i, windows[i]
		}
		server, took := make(map[string]bool), make(map[string]bool)
		var written []string
		send := func(t *rapid.T, w *window, answer bool) bool {
			d, ok, _ := w.outbox.next(time.Now())
			if !ok {
				return false
			}
			if server[d.ID] = true; took[d.ID] {
				t.Fatalf("%s is sent, and was taken back", d.ID)
			}
			if answer && w.outbox.settle(d.ID, 1) {
				store.settleDraft(d.ID)
			}
			return true
		}
		connect := func(w *window) {
			w.online = true
			w.adopt()
		}
		t.Repeat(map[string]func(*rapid.T){
			"write": func(t *rapid.T) {
				_, w := pick(t)
				id := fmt.Sprintf("%03d", len(written))
				written = append(written, id)
				if err := w.outbox.enqueue(named(id)); err != nil {
					t.Fatal(err)
				}
				w.saves(t)
			},
			"connect": func(t *rapid.T) {
				if _, w := pick(t); !w.online {
					connect(w)
				}
			},
			"lose the connection": func(t *rapid.T) {
				_, w := pick(t)
				w.outbox.rewind()
				w.online = false
			},
			"send": func(t *rapid.T) {
				if _, w := pick(t); w.online {
					send(t, w, rapid.Bool().Draw(t, "answered"))
				}
			},
			"take back": func(t *rapid.T) {
				if len(written) == 0 {
					t.Skip()
				}
				_, w := pick(t)
				id := rapid.SampledFrom(written).Draw(t, "which")
				wasFailed := w.failed(id)
				err := w.TakeBack(context.Background(), id)
				if err == nil && !wasFailed {
					if took[id] = true; server[id] {
						t.Fatalf("%s was taken back, and is on the server", id)
					}
				}
				if err == nil && rapid.Bool().Draw(t, "dropped") {
					w.outbox.drop(id)
					w.outbox.forget(w.outbox.droppedNow())
				}
				w.saves(t)
			},
			"kill": func(t *rapid.T) {
				i, _ := pick(t)
				windows[i] = newWindow(t, store)
			},
		})
		last := newWindow(t, store)
		connect(last)
		for send(t, last, true) {
		}
		for _, id := range written {
			if !server[id] && !took[id] {
				t.Errorf("%s is neither on the server nor taken back", id)
			}
		}
	})
}

// failed tells whether a draft is one that was not sent.
func (w *window) failed(id string) bool {
	return slices.ContainsFunc(w.Left(), func(l Left) bool { return l.Draft.ID == id && l.Failed })
}
