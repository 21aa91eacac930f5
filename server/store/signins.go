package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// signInsAtOnce is how many sign-ins are written down in one transaction: what others say
// waits for no longer than that takes, which is more for each than in seen.
const signInsAtOnce = 200

// SeenSessions remembers where people are signed in: what they say of themselves, from
// where, and when they were there. What was ended it takes from nobody, of each person it
// keeps the chat.MaxSignIns that were there last, and it forgets those whose tokens have
// all ended by now.
func (s *Store) SeenSessions(ctx context.Context, list []chat.SessionSeen, now chat.Millis) error {
	for some := range slices.Chunk(list, signInsAtOnce) {
		if err := inTx(ctx, s.writer, func(tx *sql.Tx) error { return signedIn(ctx, tx, some) }); err != nil {
			return fmt.Errorf("remember sign-ins: %w", err)
		}
	}
	if _, err := s.writer.ExecContext(ctx, "DELETE FROM sign_ins WHERE until <= ?", int64(now)); err != nil {
		return fmt.Errorf("forget sign-ins: %w", err)
	}
	return nil
}

// putSignIn does nothing for a sign-in that was ended: who was connected by it is told so
// and goes, which comes here behind the event that took its row away. The conditions are
// those of chat.EndedSignIns.
const putSignIn = `INSERT INTO sign_ins (user, id, client, device, address, began, since, seen, until)
	SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
	WHERE NOT EXISTS (SELECT 1 FROM ended WHERE user = ?1 AND sign_in = ?2)
		AND NOT EXISTS (SELECT 1 FROM users WHERE id = ?1 AND ended_before > 0 AND ?6 <= ended_before AND ended_but <> ?2)
	ON CONFLICT DO UPDATE SET
		client = CASE WHEN ?10 OR client = '' THEN excluded.client ELSE client END,
		device = CASE WHEN ?10 OR device = '' THEN excluded.device ELSE device END,
		address = CASE WHEN excluded.seen >= seen THEN excluded.address ELSE address END,
		began = max(began, excluded.began),
		since = min(since, excluded.since), seen = max(seen, excluded.seen), until = max(until, excluded.until)`

// dropSignIns takes those from a person that are too many.
const dropSignIns = `DELETE FROM sign_ins WHERE user = ?1 AND id IN
	(SELECT id FROM sign_ins WHERE user = ?1 ORDER BY seen DESC, id LIMIT -1 OFFSET ?2)`

func signedIn(ctx context.Context, tx *sql.Tx, list []chat.SessionSeen) (err error) {
	put, err := tx.PrepareContext(ctx, putSignIn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, put.Close()) }()
	users := make(map[string]bool)
	for i := range list {
		one := &list[i]
		_, err := put.ExecContext(ctx, one.User, one.ID, one.Client, one.Device, one.Address,
			int64(one.Began), int64(one.Since), int64(one.Seen), int64(one.Until), one.Said)
		if err != nil {
			return err
		}
		users[one.User] = true
	}
	for user := range users {
		if _, err := tx.ExecContext(ctx, dropSignIns, user, chat.MaxSignIns); err != nil {
			return err
		}
	}
	return nil
}

// Sessions answers where somebody is signed in, as far as it was remembered and a token
// of it may be good now; who was there last is first.
func (s *Store) Sessions(ctx context.Context, user string, now chat.Millis) ([]chat.SessionSeen, error) {
	list, err := queryAll(ctx, s.readers, func(rows *sql.Rows) (chat.SessionSeen, error) {
		one := chat.SessionSeen{User: user, Said: true}
		err := rows.Scan(&one.ID, &one.Client, &one.Device, &one.Address, &one.Began, &one.Since, &one.Seen, &one.Until)
		return one, err
	}, "SELECT id, client, device, address, began, since, seen, until FROM sign_ins WHERE user = ? AND until > ? ORDER BY seen DESC, id", user, int64(now))
	if err != nil {
		return nil, fmt.Errorf("list sign-ins: %w", err)
	}
	return list, nil
}
