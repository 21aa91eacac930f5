package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
)

// TestContentShards finds every byte that a content's hash begins with, and no other.
func TestContentShards(t *testing.T) {
	s := newStore(t)
	if list, err := s.ContentShards(t.Context()); err != nil || len(list) > 0 {
		t.Errorf("of no files there are %v, %v", list, err)
	}
	want := []byte{0, 7, 0x80, 0xfe, 0xff}
	for i, first := range append(want, 7, 0xff) {
		hash := make([]byte, 32)
		hash[0], hash[31] = first, byte(i)
		_, err := s.writer.ExecContext(t.Context(),
			"INSERT INTO files (id, hash, name, type, size, room, by_id, at) VALUES (?, ?, 'a', 'text/plain', 1, 'general', 'u', 0)", fmt.Sprint(i), hash)
		if err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.ContentShards(t.Context())
	if err != nil || !slices.Equal(list, want) {
		t.Errorf("they begin with %v, %v, want %v", list, err, want)
	}
	for first := range 256 {
		contents, err := s.Contents(t.Context(), byte(first))
		if err != nil || (len(contents) > 0) != slices.Contains(want, byte(first)) {
			t.Errorf("with %#x begin %d, %v", first, len(contents), err)
		}
	}
}

// TestNewSchemaIsWhole makes a new file's schema whole or not at all: one that was
// interrupted is begun anew.
func TestNewSchemaIsWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "team.db")
	failing := errors.New("no")
	if err := create(path); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", dsn(path, writerCache, toWrite))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	err = inTx(t.Context(), db, func(tx *sql.Tx) error {
		return advance(t.Context(), tx, 0, newestVersion, func(ctx context.Context, tx *sql.Tx) error {
			return errors.Join(createNewest(ctx, tx), failing)
		})
	})
	if !errors.Is(err, failing) || errors.Is(err, sql.ErrTxDone) {
		t.Fatalf("a schema that cannot be made: %v", err)
	}
	var version, tables int
	err = errors.Join(db.QueryRowContext(t.Context(), "PRAGMA user_version").Scan(&version),
		db.QueryRowContext(t.Context(), "SELECT count(*) FROM sqlite_schema").Scan(&tables), db.Close())
	if err != nil || version != 0 || tables != 0 {
		t.Errorf("half of it is version %d with %d tables and indexes, %v", version, tables, err)
	}
	closeStore(t, openStore(t, path))
}

// TestGiveBack waits for who writes, no longer than it is told to, and harms nothing.
func TestGiveBack(t *testing.T) {
	s := newStore(t)
	tx, err := s.writer.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), "UPDATE rooms SET topic = 'kept'"); err != nil {
		t.Fatal(err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := s.GiveBack(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("beside a transaction: %v", err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	var topic string
	err = errors.Join(s.GiveBack(t.Context()), s.writer.QueryRowContext(t.Context(), "SELECT topic FROM rooms").Scan(&topic))
	if err != nil || topic != "kept" {
		t.Errorf("afterwards the topic is %q, %v", topic, err)
	}
}
