package sqlite_test

import (
	"context"
	"errors"
	"flag"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/eventlog"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/store"
)

func TestMain(m *testing.M) {
	crashChild() // does not return in the child of TestCrash
	// SQLite is some ten times slower under the race detector; -rapid.checks
	// still asks for more histories.
	if err := flag.Set("rapid.checks", "25"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// opened is a log with the store it shares its file with.
type opened struct {
	*sqlite.Log
	store *store.Store
}

func (o *opened) Close() error { return errors.Join(o.Log.Close(), o.store.Close()) }

// openLog opens the log of a folder, wired as a server wires it; change may
// change the options.
func openLog(tb testing.TB, home string, deliver eventlog.Deliver, change ...func(*sqlite.Options, *store.Store)) *opened {
	tb.Helper()
	st, err := store.Open(tb.Context(), filepath.Join(home, "team.db"))
	if err != nil {
		tb.Fatal(err)
	}
	if deliver == nil {
		deliver = func([]chat.Event) {}
	}
	o := sqlite.Options{Apply: st.Apply, Deliver: deliver, Reader: st.Reader(), Scrub: st.Scrub}
	for _, c := range change {
		c(&o, st)
	}
	log, err := sqlite.Open(context.Background(), st.Writer(), o)
	if err != nil {
		tb.Fatal(errors.Join(err, st.Close()))
	}
	return &opened{log, st}
}

func TestConformance(t *testing.T) {
	eventlog.TestLog(t, eventlog.Engine{
		Open: func(t *testing.T, home string, deliver eventlog.Deliver) eventlog.Log {
			t.Helper()
			return openLog(t, home, deliver)
		},
		ErrClosed: sqlite.ErrClosed,
	})
}
