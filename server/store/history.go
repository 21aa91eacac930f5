package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// defaultHistory is the page of history of one who names no limit: a screen
	// or two.
	defaultHistory = 50

	// MaxPage bounds what one page of messages holds, in bytes of bodies and
	// attachments, so that a page fits a session's send queue with its
	// attachments in base64. A page ends early before the message that would
	// exceed it; its first message is always there, however large.
	MaxPage = 512 << 10
)

// History answers a page of a room, as chat.HistoryRequest asks for it. Room is
// an ID, chat.GeneralRoom when empty; a Limit of 0 is 50, one over
// chat.MaxHistory is chat.MaxHistory, and the page may be shorter for MaxPage.
// Errors are chat.CodeUnknownRoom and chat.CodeBadRequest.
func (s *Store) History(ctx context.Context, r chat.HistoryRequest) (chat.History, error) {
	if r.Before != 0 && r.After != nil {
		return chat.History{}, &chat.Error{Code: chat.CodeBadRequest, Message: "history takes before or after, not both"}
	}
	if r.Limit < 0 {
		return chat.History{}, &chat.Error{Code: chat.CodeBadRequest, Message: "limit must not be negative"}
	}
	r.Limit = pageLimit(r.Limit)
	if r.Room == "" {
		r.Room = chat.GeneralRoom
	}
	var page chat.History
	err := s.snapshot(ctx, func(tx *sql.Tx, epoch string) error {
		var key int64
		err := tx.QueryRowContext(ctx, "SELECT key FROM rooms WHERE id = ?", r.Room).Scan(&key)
		if errors.Is(err, sql.ErrNoRows) {
			return unknownRoom()
		}
		if err != nil {
			return err
		}
		if page.Position, err = appliedIn(ctx, tx); err != nil {
			return err
		}
		query, args := historyQuery(key, r)
		page.Messages, page.More, err = readMessages(ctx, tx, epoch, r.Limit, query, args...)
		if r.After == nil {
			slices.Reverse(page.Messages)
		}
		return err
	})
	if err != nil {
		return chat.History{}, fmt.Errorf("history: %w", err)
	}
	if page.Messages == nil {
		page.Messages = []chat.Message{} // no page is null on the wire
	}
	return page, nil
}

// historyQuery asks for one message more than the page has room for, which tells
// whether there are more. Of a thread it reads that alone, and the message that began
// it, which is the first with its ID: not all of the room.
func historyQuery(room int64, r chat.HistoryRequest) (string, []any) {
	bound, compare, order := r.Before, "seq < ?2", " DESC"
	switch {
	case r.After != nil:
		bound, compare, order = *r.After, "seq > ?2", ""
	case bound == 0:
		bound = math.MaxInt64
	}
	args := []any{room, clamp(bound), r.Limit + 1}
	where := "m.room = ?1 AND m." + compare
	if r.Thread != "" {
		args = append(args, r.Thread)
		where = `m.offset IN (SELECT offset FROM (SELECT t.offset FROM messages t
				WHERE t.room = ?1 AND t.thread = ?4 AND t.` + compare + ` ORDER BY t.seq` + order + ` LIMIT ?3)
			UNION ALL SELECT f.offset FROM messages f WHERE f.room = ?1 AND f.` + compare + `
				AND f.seq = (SELECT min(seq) FROM messages INDEXED BY messages_id WHERE id = ?4 AND room = ?1))`
	}
	return selectMessage + "WHERE " + where + " ORDER BY m.seq" + order + " LIMIT ?3", args
}

// pageLimit is how many messages a page has for who asked for n.
func pageLimit(n int) int {
	if n == 0 {
		return defaultHistory
	}
	return min(n, chat.MaxHistory)
}

// Message answers one message of a room. The error is chat.CodeNotFound where
// there is none.
func (s *Store) Message(ctx context.Context, room string, seq uint64) (chat.Message, error) {
	var found []chat.Message
	err := s.snapshot(ctx, func(tx *sql.Tx, epoch string) (err error) {
		found, _, err = readMessages(ctx, tx, epoch, 1, selectMessage+"WHERE m.room = "+keyOf+" AND m.seq = ?", room, clamp(seq))
		return err
	})
	if err != nil {
		return chat.Message{}, fmt.Errorf("read a message: %w", err)
	}
	if len(found) == 0 {
		return chat.Message{}, &chat.Error{Code: chat.CodeNotFound, Message: "there is no such message in this room"}
	}
	return found[0], nil
}

// Refers tells whether the room of that ID has a message of that ID, and the ID of
// the thread that it is an answer in, "" where it is in none.
func (s *Store) Refers(ctx context.Context, room, id string) (thread string, found bool, err error) {
	err = s.readers.QueryRowContext(ctx, "SELECT coalesce(thread, '') FROM messages INDEXED BY messages_id WHERE id = ? AND room = "+keyOf+" ORDER BY seq LIMIT 1", id, room).
		Scan(&thread)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("look up a message: %w", err)
	}
	return thread, true, nil
}

// Posted answers where the message stands that its author gave that ID, and
// whether there is one.
func (s *Store) Posted(ctx context.Context, author, id string) (p chat.Posted, found bool, err error) {
	err = s.snapshot(ctx, func(tx *sql.Tx, epoch string) error {
		p.Position.Epoch = epoch
		return tx.QueryRowContext(ctx, `SELECT m.id, r.id, m.seq, m.offset, m.at
			FROM messages m JOIN rooms r ON r.key = m.room WHERE m.id = ? AND m.author_id = ?`, id, author).
			Scan(&p.ID, &p.Room, &p.Seq, &p.Position.Offset, &p.At)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return chat.Posted{}, false, nil
	}
	if err != nil {
		return chat.Posted{}, false, fmt.Errorf("look up a message: %w", err)
	}
	return p, true, nil
}

// Spoke tells who said what in a room since a time, oldest first.
func (s *Store) Spoke(ctx context.Context, room string, since chat.Millis, f func(user, id string, at chat.Millis)) error {
	// What is older ends the search: messages stand in the order of their time, but
	// for clocks that were set back.
	return s.each(ctx, "list who spoke", `WITH k AS (SELECT key FROM rooms WHERE id = ?1)
		SELECT author_id, id, at FROM messages WHERE room = (SELECT key FROM k) AND at >= ?2 AND seq > coalesce(
			(SELECT seq FROM messages WHERE room = (SELECT key FROM k) AND at < ?2 ORDER BY seq DESC LIMIT 1), 0) ORDER BY seq`,
		func(rows *sql.Rows) error {
			var user, id string
			var at chat.Millis
			err := rows.Scan(&user, &id, &at)
			if err == nil {
				f(user, id, at)
			}
			return err
		}, room, int64(since))
}

// Edits answers the texts a message had, oldest first, with the one it has now as
// the last, as many of the newest as MaxPage has room for.
func (s *Store) Edits(ctx context.Context, room string, seq uint64) (chat.Edits, error) {
	var out chat.Edits
	err := s.snapshot(ctx, func(tx *sql.Tx, _ string) (err error) {
		const message = "(SELECT offset FROM messages WHERE room = (SELECT key FROM rooms WHERE id = ?1) AND seq = ?2)"
		rows, err := tx.QueryContext(ctx, `SELECT revision, coalesce(edited, at), body, attachments FROM messages
				WHERE offset = `+message+` AND deleted IS NULL
			UNION ALL SELECT revision, at, body, attachments FROM edits WHERE message = `+message+` ORDER BY 1 DESC`, room, clamp(seq))
		if err != nil {
			return err
		}
		out, err = scanEdits(rows)
		return err
	})
	if err != nil {
		return chat.Edits{}, fmt.Errorf("read the edits of a message: %w", err)
	}
	return out, nil
}

// scanEdits reads texts, newest first, and answers them oldest first.
func scanEdits(rows *sql.Rows) (out chat.Edits, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for size := 0; rows.Next(); {
		e, n, err := scanEdit(rows)
		if err != nil {
			return chat.Edits{}, err
		}
		if size += n; size > MaxPage && len(out.Edits) > 0 {
			out.More = true
			break
		}
		out.Edits = append(out.Edits, e)
	}
	slices.Reverse(out.Edits)
	return out, rows.Err()
}

func scanEdit(rows *sql.Rows) (e chat.Edit, size int, err error) {
	var revision int
	var body, packed []byte
	if err := rows.Scan(&revision, &e.At, &body, &packed); err != nil {
		return e, 0, err
	}
	e.JSON = body
	e.Attachments, err = unpackAttachments(packed)
	return e, len(body) + len(packed), err
}

// snapshot runs f in a transaction that reads, with the epoch of what it sees.
func (s *Store) snapshot(ctx context.Context, f func(tx *sql.Tx, epoch string) error) error {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	var epoch string
	err = tx.QueryRowContext(ctx, "SELECT epoch FROM applied").Scan(&epoch)
	if err == nil {
		err = f(tx, epoch)
	}
	if end := tx.Rollback(); err == nil && !errors.Is(end, sql.ErrTxDone) {
		err = end
	}
	return err
}

// clamp makes an SQLite integer of n; no row has a larger number.
func clamp(n uint64) int64 { return int64(min(n, math.MaxInt64)) }
