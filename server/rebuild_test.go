package server

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/store"
)

// TestRebuild: the log applied from nothing gives the read model that is there, byte
// for byte: made anew in its place, and in another file.
func TestRebuild(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t.Context(), rt, t.TempDir())
		defer w.close()
		people := []chat.User{owner, admin, grace, carol, guest}
		a := &acts{w: w, people: people, roles: true}
		w.enter(people[:rapid.IntRange(1, len(people)).Draw(rt, "enter")]...)
		for range rapid.IntRange(1, 80).Draw(rt, "steps") {
			a.step(rt)
		}
		pages := rapid.IntRange(1, 40).Draw(rt, "page")
		read := func(after uint64, limit int) ([]chat.Event, error) {
			return w.log.Read(w.ctx, after, min(limit, pages))
		}
		want := dump(rt, w.db)
		w.must(w.db.Rebuild(w.ctx, read))
		if diff := cmp.Diff(want, dump(rt, w.db)); diff != "" {
			rt.Fatalf("in its place (-as it was +rebuilt):\n%s", diff)
		}
		other, err := store.Open(w.ctx, filepath.Join(t.TempDir(), "other.db"))
		w.must(err)
		defer func() { w.must(other.Close()) }()
		w.must(other.Rebuild(w.ctx, read))
		if diff := cmp.Diff(want, dump(rt, other)); diff != "" {
			rt.Fatalf("in another file (-as it was +rebuilt):\n%s", diff)
		}
	})
}

// made are the tables that the log alone makes. A test of package store holds that
// there are no others.
var made = []string{
	"applied", "rooms", "room_names", "messages", "edits", "reactions", "pins", "mentions", "users", "mutes",
	"members", "moves", "markers", "notify", "follows", "audit",
}

// dump is every row of the read model, in the order of all its columns.
func dump(t failer, db *store.Store) string {
	t.Helper()
	var b strings.Builder
	for _, table := range made {
		rows, err := db.Reader().Query("SELECT * FROM " + table)
		if err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		var lines []string
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				t.Fatalf("%s: %v", table, err)
			}
			line := table
			for i, v := range values {
				line += fmt.Sprintf(" %s=%T:%q", columns[i], *v.(*any), fmt.Sprint(*v.(*any)))
			}
			lines = append(lines, line)
		}
		if err := rows.Err(); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		_ = rows.Close()
		for _, line := range sorted(lines) {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}
