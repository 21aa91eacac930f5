package store

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// answered applies messages that begin threads, answers in them, and takes one away.
func answered(t *testing.T, s *Store) {
	t.Helper()
	for i := range uint64(12) {
		e := said(i+1, chat.GeneralRoom, "hi")
		e.Author = chat.User{ID: fmt.Sprint("u", i%3), Name: fmt.Sprint("U", i%3), Role: chat.RoleMember}
		switch {
		case i == 3:
			e.ID = "id1" // of the same ID as the first, and begins nothing
		case i > 3:
			e.Thread = fmt.Sprint("id", i%4)
		}
		apply(t, s, e)
	}
}

// TestUpgradeV9: a file of version 8 knows of its threads what applying its messages makes.
func TestUpgradeV9(t *testing.T) {
	path := filepath.Join(t.TempDir(), "team.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	answered(t, s)
	want := dumpAll(t, s)
	for _, q := range []string{"DROP TABLE threads", "DROP INDEX messages_answers", "DROP TABLE seen", "DROP TABLE sign_ins", "PRAGMA user_version = 8"} {
		if _, err := s.Writer().Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	defer closeStore(t, s)
	if diff := cmp.Diff(want, dumpAll(t, s)); diff != "" {
		t.Errorf("rows (-applied +upgraded):\n%s", diff)
	}
	var n int
	if err := s.Reader().QueryRow("SELECT count(*) FROM threads").Scan(&n); err != nil || n != 3 {
		t.Errorf("%d threads, %v", n, err)
	}
}

// TestTrimmedThread: what began a thread is not kept any more, and nor is the thread.
func TestTrimmedThread(t *testing.T) {
	s := newStore(t)
	answered(t, s)
	list := func(want int) {
		t.Helper()
		if found, err := s.Threads(t.Context(), "u1", []string{chat.GeneralRoom}, 0, 0); err != nil || len(found.Threads) != want {
			t.Errorf("%d threads, %v; want %d", len(found.Threads), err, want)
		}
	}
	list(2) // they began one, and answered in another
	apply(t, s, change(100, chat.RoomTrimmed, chat.GeneralRoom, 2, ""))
	list(1)
	var n int
	if err := s.Reader().QueryRow("SELECT count(*) FROM threads").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d threads are left, %v", n, err)
	}
}

// BenchmarkThreads: the first page for somebody with so many answers of their own, among ten
// times as many of others.
func BenchmarkThreads(b *testing.B) {
	s := newStore(b)
	const own, threads = 10_000, 2_000
	batch := make([]chat.Event, 0, 11*own+threads)
	for i := range 11*own + threads {
		e := said(uint64(i+1), chat.GeneralRoom, "an answer of some words")
		e.ID, e.Author = fmt.Sprint("id", i), chat.User{ID: fmt.Sprint("u", i%11), Name: "U", Role: chat.RoleMember}
		if i >= threads {
			e.Thread = fmt.Sprint("id", i%threads)
		}
		batch = append(batch, e)
	}
	for ; len(batch) > 0; batch = batch[1000:] {
		if err := tryApply(b, s, batch[:1000]); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		found, err := s.Threads(b.Context(), "u1", []string{chat.GeneralRoom}, 0, 0)
		if err != nil || len(found.Threads) != 50 {
			b.Fatal(len(found.Threads), err)
		}
	}
}
