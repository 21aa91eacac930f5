package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Markers answers where somebody is in the rooms they are or were in, by the
// room's ID: Read, Mentions and Notify of each are set.
func (s *Store) Markers(ctx context.Context, user string) (map[string]chat.Membership, error) {
	out := make(map[string]chat.Membership)
	err := s.each(ctx, "read markers", `SELECT r.id, k.seq, coalesce(n.level, 'all'),
			(SELECT count(DISTINCT m.seq) FROM mentions m WHERE m.user IN (?1, '@room', '@here') AND m.room = k.room AND m.seq > k.seq)
		FROM markers k JOIN rooms r ON r.key = k.room LEFT JOIN notify n ON n.room = k.room AND n.user = ?1 WHERE k.user = ?1`,
		func(rows *sql.Rows) error {
			var room string
			var p chat.Membership
			err := rows.Scan(&room, &p.Read, &p.Notify, &p.Mentions)
			out[room] = p
			return err
		}, user)
	return out, err
}

// Inbox answers the messages that mention somebody, in the given rooms alone,
// newest first, below an offset (0 is no bound).
func (s *Store) Inbox(ctx context.Context, user string, rooms []string, before uint64, limit int) (chat.Found, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	limit = pageLimit(limit)
	args := []any{user, clamp(before)}
	for _, r := range rooms {
		args = append(args, r)
	}
	args = append(args, user, limit+1)
	found := chat.Found{Messages: []chat.Message{}}
	if len(rooms) == 0 {
		return found, nil
	}
	query := selectMessage + `WHERE m.offset IN (SELECT message FROM mentions WHERE user IN (?, '@room', '@here')) AND m.offset < ?
		AND r.id IN (` + strings.Repeat("?,", len(rooms)-1) + `?) AND m.author_id <> ? ORDER BY m.offset DESC LIMIT ?`
	err := s.snapshot(ctx, func(tx *sql.Tx, epoch string) error {
		list, more, err := readMessages(ctx, tx, epoch, limit, query, args...)
		if len(list) > 0 {
			found.Messages = list
		}
		found.More = more
		return err
	})
	if err != nil {
		return chat.Found{}, fmt.Errorf("read mentions: %w", err)
	}
	return found, nil
}

// Pins answers the pinned messages of a room, the one pinned last first.
func (s *Store) Pins(ctx context.Context, room string) ([]chat.Message, error) {
	var list []chat.Message
	err := s.snapshot(ctx, func(tx *sql.Tx, epoch string) (err error) {
		list, _, err = readMessages(ctx, tx, epoch, chat.MaxHistory, selectMessage+
			"JOIN pins p ON p.message = m.offset WHERE r.id = ? ORDER BY p.offset DESC LIMIT ?", room, chat.MaxHistory)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read pins: %w", err)
	}
	return list, nil
}

// Followers answers the IDs of who follows a thread: who spoke in it or began it
// and did not stop, and who asked to.
func (s *Store) Followers(ctx context.Context, room, thread string) ([]string, error) {
	list, err := queryAll(ctx, s.readers, func(rows *sql.Rows) (id string, err error) {
		err = rows.Scan(&id)
		return id, err
	},
		`WITH k AS (SELECT key FROM rooms WHERE id = ?1), spoke AS (
			SELECT DISTINCT author_id AS user FROM messages WHERE room = (SELECT key FROM k) AND thread = ?2
			UNION SELECT author_id FROM messages WHERE room = (SELECT key FROM k)
				AND seq = (SELECT min(seq) FROM messages WHERE id = ?2 AND room = (SELECT key FROM k)))
		SELECT user FROM spoke WHERE user NOT IN (SELECT user FROM follows WHERE room = (SELECT key FROM k) AND thread = ?2 AND "on" = 0)
		UNION SELECT user FROM follows WHERE room = (SELECT key FROM k) AND thread = ?2 AND "on" = 1 ORDER BY 1`, room, thread)
	if err != nil {
		return nil, fmt.Errorf("read who follows a thread: %w", err)
	}
	return list, nil
}

// Moves answers somebody's ways into rooms and out of them after an offset, in
// order.
func (s *Store) Moves(ctx context.Context, user string, after uint64, f func(room string, came bool)) error {
	return s.each(ctx, "read moves", "SELECT r.id, m.came FROM moves m JOIN rooms r ON r.key = m.room WHERE m.user = ? AND m.offset > ? ORDER BY m.offset",
		func(rows *sql.Rows) error {
			var room string
			var came bool
			err := rows.Scan(&room, &came)
			if err == nil {
				f(room, came)
			}
			return err
		}, user, clamp(after))
}

// Audit answers what moderators did, newest first, below an offset (0 is no
// bound).
func (s *Store) Audit(ctx context.Context, before uint64, limit int) (list []chat.AuditEntry, more bool, err error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	limit = pageLimit(limit)
	err = s.snapshot(ctx, func(tx *sql.Tx, epoch string) (err error) {
		list, err = queryAll(ctx, tx, func(rows *sql.Rows) (e chat.AuditEntry, err error) {
			var change []byte
			e.Position.Epoch = epoch
			err = rows.Scan(&e.Position.Offset, &e.Kind, &e.At, &e.By.ID, &e.By.Name, &e.By.Role, &e.Room, &change)
			if err == nil {
				err = json.Unmarshal(change, &e.Change)
			}
			return e, err
		}, "SELECT offset, kind, at, by_id, by_name, by_role, room, change FROM audit WHERE offset < ? ORDER BY offset DESC LIMIT ?",
			clamp(before), limit+1)
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("read the audit trail: %w", err)
	}
	if len(list) > limit {
		return list[:limit], true, nil
	}
	return list, false, nil
}
