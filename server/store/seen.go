package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// seenAtOnce is how many people are written down in one transaction: what others say
// waits for no longer than that takes.
const seenAtOnce = 500

// Seen remembers when people, by ID, were here. It never goes back.
func (s *Store) Seen(ctx context.Context, at map[string]chat.Millis) error {
	for people := range slices.Chunk(slices.Collect(maps.Keys(at)), seenAtOnce) {
		err := inTx(ctx, s.writer, func(tx *sql.Tx) error { return seen(ctx, tx, people, at) })
		if err != nil {
			return fmt.Errorf("remember who was here: %w", err)
		}
	}
	return nil
}

func seen(ctx context.Context, tx *sql.Tx, people []string, at map[string]chat.Millis) (err error) {
	stmt, err := tx.PrepareContext(ctx, "INSERT INTO seen (user, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	for _, user := range people {
		if _, err := stmt.ExecContext(ctx, user, int64(at[user])); err != nil {
			return err
		}
	}
	return nil
}

// LastSeen answers when people, by ID, were here last. Who is not in it was not.
func (s *Store) LastSeen(ctx context.Context) (map[string]chat.Millis, error) {
	at := make(map[string]chat.Millis)
	err := s.each(ctx, "list who was here when", "SELECT user, at FROM seen", func(rows *sql.Rows) error {
		var user string
		var when chat.Millis
		err := rows.Scan(&user, &when)
		at[user] = when
		return err
	})
	return at, err
}
