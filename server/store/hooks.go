package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Hook is a webhook. Secret of an incoming one is the hash of its code, and of one
// that tells the key it signs with.
type Hook struct {
	chat.Hook
	Secret []byte
	Cursor uint64 // offset of the newest event that was told, or passed over
}

const selectHook = `SELECT id, incoming, name, room, url, private, by, created, coalesce(failing, 0), coalesce(fault, ''),
	coalesce(stopped, 0), secret, cursor FROM hooks `

func scanHook(rows *sql.Rows) (h Hook, err error) {
	err = rows.Scan(&h.ID, &h.Incoming, &h.Name, &h.Room, &h.URL, &h.Private, &h.By, &h.Created, &h.Failing, &h.Fault,
		&h.Stopped, &h.Secret, &h.Cursor)
	return h, err
}

// CreateHook stores a webhook.
func (s *Store) CreateHook(ctx context.Context, h Hook) error {
	_, err := s.writer.ExecContext(ctx, `INSERT INTO hooks (id, incoming, name, room, secret, url, private, by, created, cursor)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, h.ID, h.Incoming, h.Name, h.Room, h.Secret, h.URL, h.Private, h.By, int64(h.Created), clamp(h.Cursor))
	if err != nil {
		return fmt.Errorf("create a webhook: %w", err)
	}
	return nil
}

// Hooks lists the webhooks, oldest first.
func (s *Store) Hooks(ctx context.Context) ([]Hook, error) {
	list, err := queryAll(ctx, s.readers, scanHook, selectHook+"ORDER BY created, id")
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	return list, nil
}

// HookOf answers the incoming webhook whose code has a hash, and whether there is one.
func (s *Store) HookOf(ctx context.Context, hash []byte) (Hook, bool, error) {
	list, err := queryAll(ctx, s.readers, scanHook, selectHook+"WHERE secret = ? AND incoming = 1", hash)
	if err != nil {
		return Hook{}, false, fmt.Errorf("look up a webhook: %w", err)
	}
	if len(list) == 0 {
		return Hook{}, false, nil
	}
	return list[0], true, nil
}

// DeleteHook takes a webhook away. It tells whether there was one.
func (s *Store) DeleteHook(ctx context.Context, id string) (bool, error) {
	r, err := s.writer.ExecContext(ctx, "DELETE FROM hooks WHERE id = ?", id)
	var n int64
	if err == nil {
		n, err = r.RowsAffected()
	}
	if err != nil {
		return false, fmt.Errorf("delete a webhook: %w", err)
	}
	return n > 0, nil
}

// HookBehind answers how many messages a webhook that tells has not told yet, of the next
// chat.MaxBehind of the team, and when the first of them was said. cursor is up to where it has told
// all, where that is not written down yet.
func (s *Store) HookBehind(ctx context.Context, id string, cursor uint64) (n int, since chat.Millis, err error) {
	err = s.readers.QueryRowContext(ctx, `SELECT count(*), coalesce(min(w.at), 0) FROM hooks h
		JOIN (SELECT offset, room, author_id, at, deleted FROM messages
			WHERE offset > max(?2, (SELECT cursor FROM hooks WHERE id = ?1)) ORDER BY offset LIMIT ?3) w
		JOIN rooms r ON r.key = w.room
		WHERE h.id = ?1 AND h.incoming = 0 AND h.stopped IS NULL AND w.deleted IS NULL AND substr(w.author_id, 1, length(?4)) <> ?4
			AND CASE h.room WHEN '' THEN r.kind = ?5 ELSE r.id = h.room END`,
		id, clamp(cursor), chat.MaxBehind, chat.HookUser(chat.Hook{}).ID, string(chat.RoomPublic)).Scan(&n, &since)
	if err != nil {
		return 0, 0, fmt.Errorf("count what a webhook has not told: %w", err)
	}
	return n, since, nil
}

// HookTold remembers up to where a webhook has told all. It fails no more then.
func (s *Store) HookTold(ctx context.Context, id string, cursor uint64) error {
	return s.setHook(ctx, "UPDATE hooks SET cursor = max(cursor, ?), failing = NULL, fault = NULL WHERE id = ?", clamp(cursor), id)
}

// HooksPassed remembers up to where webhooks, by ID, have nothing to tell, in one
// transaction.
func (s *Store) HooksPassed(ctx context.Context, cursors map[string]uint64) error {
	err := inTx(ctx, s.writer, func(tx *sql.Tx) error {
		for id, at := range cursors {
			if _, err := tx.ExecContext(ctx, "UPDATE hooks SET cursor = max(cursor, ?) WHERE id = ?", clamp(at), id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remember what webhooks passed over: %w", err)
	}
	return nil
}

// HookFailed remembers why a webhook cannot tell, and since when; stop gives it up.
func (s *Store) HookFailed(ctx context.Context, id, fault string, at chat.Millis, stop bool) error {
	err := s.setHook(ctx, "UPDATE hooks SET failing = coalesce(failing, ?), fault = ? WHERE id = ?", int64(at), fault, id)
	if stop {
		err = errors.Join(err, s.setHook(ctx, "UPDATE hooks SET stopped = ? WHERE id = ?", int64(at), id))
	}
	return err
}

func (s *Store) setHook(ctx context.Context, query string, args ...any) error {
	if _, err := s.writer.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("remember how a webhook fares: %w", err)
	}
	return nil
}
