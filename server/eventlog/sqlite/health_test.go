package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/store"
)

// TestReady: a log that cannot store says so and why, and finds out by itself when it
// can again, without an append.
func TestReady(t *testing.T) {
	o := openLog(t, t.TempDir(), nil)
	limit := func(n int) {
		t.Helper()
		if _, err := o.store.Writer().Exec(fmt.Sprintf("PRAGMA max_page_count = %d", n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Ready(t.Context()); err != nil {
		t.Errorf("a new log: %v", err)
	}
	limit(1)
	if err := o.Ready(t.Context()); err != nil {
		t.Errorf("a log that nobody has appended to since: %v", err)
	}
	big := event("a", "big")
	big.Body = chat.TextBody(strings.Repeat("x", 1<<20))
	if r := appendAll(t, o.Log, big); !errors.Is(r[0].err, unavailable) {
		t.Fatalf("append: %v", r[0].err)
	}
	for range 3 { // tried once, and then remembered
		if err := o.Ready(t.Context()); !errors.Is(err, sqlite.ErrFull) {
			t.Errorf("a full log: %v", err)
		}
	}
	limit(1 << 20)
	if err := o.Ready(t.Context()); !errors.Is(err, sqlite.ErrFull) {
		t.Errorf("tried again within a second: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for begun := time.Now(); o.Ready(t.Context()) != nil; <-tick.C {
		if time.Since(begun) > 20*time.Second {
			t.Fatal("it is never ready again")
		}
	}
	if err := o.Ready(gone); err != nil {
		t.Errorf("a log that is well needs no time to say so: %v", err)
	}
	if r := appendAll(t, o.Log, big); r[0].err != nil || r[0].event.Position.Offset != 1 {
		t.Errorf("append: %v, %v", r[0].event.Position, r[0].err)
	}
	checkModel(t, o)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestCommitted: whoever counts is told of each transaction, of one that failed, too.
func TestCommitted(t *testing.T) {
	var mu sync.Mutex
	var told []sqlite.Commit
	o := openLog(t, t.TempDir(), nil, func(o *sqlite.Options, _ *store.Store) {
		o.Committed = func(c sqlite.Commit) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, c)
		}
	})
	entered := chat.Event{Kind: chat.UserEntered, ID: "e", Author: event("b", "").Author, At: 1}
	appendAll(t, o.Log, event("a", "one"), event("a", "two"), entered, event("a", "two"))
	if _, err := o.store.Writer().Exec("PRAGMA max_page_count = 1"); err != nil {
		t.Fatal(err)
	}
	big := event("a", "big")
	big.Body = chat.TextBody(strings.Repeat("x", 1<<20))
	appendAll(t, o.Log, big)
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	var events, messages, failed int
	for _, c := range told {
		events += c.Events
		messages += c.Messages
		if c.Err != nil {
			failed++
		}
		if c.Took <= 0 || c.Waited < 0 {
			t.Errorf("a transaction of no time: %+v", c)
		}
	}
	if events != 3 || messages != 2 || failed != 1 {
		t.Errorf("%d events, %d messages, %d failures: %+v", events, messages, failed, told)
	}
}
