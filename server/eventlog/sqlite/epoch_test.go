package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/store"
)

// renew gives a folder's log a new epoch.
func renew(t *testing.T, home string) (at chat.Position, err error) {
	t.Helper()
	err = store.Alone(t.Context(), filepath.Join(home, "team.db"), func(ctx context.Context, tx *sql.Tx) (err error) {
		if at, err = sqlite.NewEpoch(ctx, tx); err != nil {
			return err
		}
		return store.MoveTo(ctx, tx, at)
	})
	return at, err
}

// TestNewEpoch: the log goes on where it was, under another name, and so does the read
// model; an empty one, too.
func TestNewEpoch(t *testing.T) {
	for _, n := range []int{0, 3} {
		home := t.TempDir()
		o := openLog(t, home, nil)
		appendAll(t, o.Log, []chat.Event{event("a", "1"), event("a", "2"), event("a", "3")}[:n]...)
		before := o.Last()
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
		at, err := renew(t, home)
		if err != nil || at.Epoch == before.Epoch || at.Offset != uint64(n) {
			t.Errorf("of %v came %v, %v", before, at, err)
		}
		o = openLog(t, home, nil)
		r := appendAll(t, o.Log, event("a", "next"), event("a", "1"))
		if want := (chat.Position{Epoch: at.Epoch, Offset: uint64(n) + 1}); r[0].err != nil || r[0].event.Position != want {
			t.Errorf("the next event is at %v, %v; want %v", r[0].event.Position, r[0].err, want)
		}
		if n > 0 && r[1].event.Position != (chat.Position{Epoch: at.Epoch, Offset: 1}) {
			t.Errorf("an event from before is at %v", r[1].event.Position)
		}
		if got, err := o.store.Applied(t.Context()); err != nil || got != o.Last() {
			t.Errorf("the read model stands at %v, the log at %v, %v", got, o.Last(), err)
		}
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNewEpochRefused: a read model that is elsewhere, and a later log, change nothing.
func TestNewEpochRefused(t *testing.T) {
	home := t.TempDir()
	o := openLog(t, home, nil)
	appendAll(t, o.Log, event("a", "1"), event("a", "2"))
	at := o.Last()
	if _, err := o.store.Writer().Exec("UPDATE applied SET offset = 1"); err != nil {
		t.Fatal(err)
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := renew(t, home); !errors.Is(err, store.ErrBehind) {
		t.Errorf("with the read model behind: %v", err)
	}
	err := store.Alone(t.Context(), filepath.Join(home, "team.db"), func(ctx context.Context, tx *sql.Tx) error {
		var epoch string
		if err := tx.QueryRowContext(ctx, "SELECT epoch FROM log_meta").Scan(&epoch); err != nil || epoch != at.Epoch {
			t.Errorf("the epoch is %q, %v", epoch, err)
		}
		_, err := tx.ExecContext(ctx, "UPDATE log_meta SET version = 2")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := renew(t, home); err == nil || !strings.Contains(err.Error(), "version 2") {
		t.Errorf("a later log: %v", err)
	}
}
