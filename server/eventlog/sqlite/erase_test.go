package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/store"
)

// TestErasedTextIsGone: of messages that were edited and then deleted, or trimmed away,
// nothing is left in the file; of the others everything is.
func TestErasedTextIsGone(t *testing.T) {
	for seed := range uint64(5) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { eraseSome(t, rand.New(rand.NewPCG(seed, 1))) })
	}
}

// eraseSome writes, edits and deletes messages of all sizes.
func eraseSome(t *testing.T, rnd *rand.Rand) {
	home := t.TempDir()
	o := openLog(t, home, nil)
	texts := make(map[uint64][]string) // seq → marks of its texts
	gone := make(map[uint64]bool)
	n := 0
	body := func(seq uint64) chat.Body {
		n++
		mark := fmt.Sprintf("_%08x-%d_", rnd.Uint32(), n)
		texts[seq] = append(texts[seq], mark)
		return chat.TextBody(strings.Repeat(mark, 1+rnd.IntN([]int{3, 30, 600}[rnd.IntN(3)])))
	}
	add := func(e chat.Event) {
		t.Helper()
		n++
		e.ID, e.Author, e.At, e.Room = fmt.Sprint("e", n), chat.User{ID: "a", Name: "Ann", Role: chat.RoleOwner}, 1000, chat.GeneralRoom
		if r := appendAll(t, o.Log, e); r[0].err != nil {
			t.Fatal(r[0].err)
		}
	}
	const messages = 150
	for seq := uint64(1); seq <= messages; seq++ {
		add(chat.Event{Kind: chat.MessageCreated, Body: body(seq)})
		for rnd.IntN(3) > 0 {
			of := 1 + rnd.Uint64N(seq)
			if !gone[of] {
				add(chat.Event{Kind: chat.MessageEdited, Body: body(of), Change: chat.Change{Target: of}})
			}
		}
		if of := 1 + rnd.Uint64N(seq); rnd.IntN(2) == 0 && !gone[of] {
			gone[of] = true
			add(chat.Event{Kind: chat.MessageDeleted, Change: chat.Change{Target: of, User: &chat.User{ID: "a"}}})
		}
	}
	add(chat.Event{Kind: chat.RoomTrimmed, Change: chat.Change{Target: 20}})
	for seq := uint64(1); seq <= 20; seq++ {
		gone[seq] = true
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(home, "team.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(home, "team.db-wal")); err == nil {
		t.Error("the write-ahead log is left beside a file that was closed")
	}
	for seq, marks := range texts {
		for _, mark := range marks {
			if there := bytes.Contains(file, []byte(mark)); there == gone[seq] {
				t.Errorf("a text of message %d is there: %v, and should be: %v", seq, there, !gone[seq])
			}
		}
	}
}

// TestScrub: the disk is cleaned after a batch that erases, without anything else to do,
// and again when that did not succeed; not after any other batch.
func TestScrub(t *testing.T) {
	scrubbed := make(chan struct{}, 10)
	failures := 2
	o := openLog(t, t.TempDir(), nil, func(o *sqlite.Options, st *store.Store) {
		o.ScrubAfter = time.Millisecond
		o.Scrub = func(ctx context.Context) error {
			scrubbed <- struct{}{}
			if failures--; failures >= 0 {
				return store.ErrReading
			}
			return st.Scrub(ctx)
		}
	})
	first := event("a", "first")
	gone := event("a", "gone")
	gone.Kind, gone.Body, gone.Change = chat.MessageDeleted, chat.Body{}, chat.Change{Target: 1, User: &chat.User{ID: "a"}}
	if r := appendAll(t, o.Log, first, event("a", "second")); r[0].err != nil || r[1].err != nil || len(scrubbed) > 0 {
		t.Fatalf("%v, scrubbed %d times", r, len(scrubbed))
	}
	if r := appendAll(t, o.Log, gone); r[0].err != nil {
		t.Fatal(r[0].err)
	}
	for range 3 {
		<-scrubbed
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if len(scrubbed) > 0 {
		t.Error("the disk was cleaned again for nothing")
	}
}

// TestScrubWhileReading: somebody who reads is not waited for, and nothing breaks.
func TestScrubWhileReading(t *testing.T) {
	o := openLog(t, t.TempDir(), nil)
	appendAll(t, o.Log, event("a", "first"))
	tx, err := o.store.Reader().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRow("SELECT count(*) FROM messages").Scan(&n); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	appendAll(t, o.Log, event("a", "second"))
	if err := o.store.Scrub(t.Context()); !errors.Is(err, store.ErrReading) {
		t.Errorf("with a reader: %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := o.store.Scrub(t.Context()); err != nil {
		t.Error(err)
	}
	appendAll(t, o.Log, event("a", "third"))
	checkModel(t, o)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
}
