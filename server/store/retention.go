package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// KeepSet answers which event said last for how long a room keeps its messages, and
// when; 0 is that none did.
func (s *Store) KeepSet(ctx context.Context, room string) (offset uint64, at chat.Millis, err error) {
	err = s.readers.QueryRowContext(ctx, `SELECT offset, at FROM audit WHERE room = ? AND kind = ?
		AND json_extract(CAST(change AS TEXT), '$.keep') IS NOT NULL ORDER BY offset DESC LIMIT 1`, room, string(chat.RoomChanged)).Scan(&offset, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, fmt.Errorf("read for how long a room keeps its messages: %w", err)
	}
	return offset, at, nil
}

// Expired answers up to which of its numbers all messages of a room are older than a
// time, and how many those are. A message that came later and is older than one before
// it waits for that.
func (s *Store) Expired(ctx context.Context, room string, before chat.Millis) (seq uint64, n int, err error) {
	err = s.readers.QueryRowContext(ctx, `WITH k AS (SELECT key, last_seq FROM rooms WHERE id = ?1),
			young AS (SELECT seq FROM messages WHERE room = (SELECT key FROM k) AND at >= ?2 ORDER BY seq LIMIT 1),
			old AS (SELECT coalesce((SELECT seq - 1 FROM young), (SELECT last_seq FROM k), 0) AS seq)
		SELECT o.seq, (SELECT count(*) FROM messages m WHERE m.room = (SELECT key FROM k) AND m.seq <= o.seq) FROM old o`,
		room, int64(before)).Scan(&seq, &n)
	if err != nil {
		return 0, 0, fmt.Errorf("look for old messages: %w", err)
	}
	return seq, n, nil
}
