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

	// MaxPage bounds what one page of History or After holds, in bytes of
	// bodies and attachments, so that a page fits a session's send queue with
	// its attachments in base64. A page ends early before the message that would
	// exceed it; its first message is always there, however large.
	MaxPage = 512 << 10
)

// readStmts are the statements of History, After and HasMessage, prepared on
// the readers. Their queries yield columns in the order scanEvent reads.
type readStmts struct {
	room         *sql.Stmt
	older, newer *sql.Stmt
	after        *sql.Stmt
	hasMessage   *sql.Stmt
}

const selectEvent = `SELECT m.offset, r.id, m.seq, m.id, m.author_id, m.author_name, m.author_role,
	m.at, m.body, m.attachments, coalesce(m.reply_to, ''), coalesce(m.thread, '')
	FROM messages m CROSS JOIN rooms r ON r.key = m.room `

func (r *readStmts) prepare(ctx context.Context, db *sql.DB) (err error) {
	prep := func(query string) *sql.Stmt {
		var s *sql.Stmt
		if err == nil {
			s, err = db.PrepareContext(ctx, query)
		}
		return s
	}
	r.room = prep("SELECT key, id, name, topic, last_seq FROM rooms WHERE id = ?1 OR name = ?1 ORDER BY id = ?1 DESC LIMIT 1")
	r.older = prep(selectEvent + "WHERE m.room = ? AND m.seq < ? ORDER BY m.seq DESC LIMIT ?")
	r.newer = prep(selectEvent + "WHERE m.room = ? AND m.seq > ? ORDER BY m.seq LIMIT ?")
	r.after = prep(selectEvent + "WHERE m.offset > ? ORDER BY m.offset LIMIT ?")
	r.hasMessage = prep("SELECT EXISTS (SELECT 1 FROM messages m CROSS JOIN rooms r ON r.key = m.room WHERE m.id = ? AND r.id = ?)")
	return err
}

// History answers a page of a room, as chat.HistoryRequest asks for it. The room
// is an ID or a name, chat.GeneralRoom when empty; a Limit of 0 is 50, one over
// chat.MaxHistory is chat.MaxHistory, and the page may be shorter for MaxPage.
// Errors are chat.CodeUnknownRoom and chat.CodeBadRequest.
func (s *Store) History(ctx context.Context, r chat.HistoryRequest) (chat.History, error) {
	if r.Before != 0 && r.After != nil {
		return chat.History{}, &chat.Error{Code: chat.CodeBadRequest, Message: "history takes before or after, not both"}
	}
	if r.Limit < 0 {
		return chat.History{}, &chat.Error{Code: chat.CodeBadRequest, Message: "limit must not be negative"}
	}
	if r.Limit == 0 {
		r.Limit = defaultHistory
	}
	r.Limit = min(r.Limit, chat.MaxHistory)
	if r.Room == "" {
		r.Room = chat.GeneralRoom
	}
	var page chat.History
	err := s.snapshot(ctx, func(tx *sql.Tx, epoch string) error {
		_, key, err := s.room(ctx, tx, r.Room)
		if err != nil {
			return err
		}
		stmt, bound := s.read.older, r.Before
		switch {
		case r.After != nil:
			stmt, bound = s.read.newer, *r.After
		case r.Before == 0:
			bound = math.MaxInt64
		}
		// One more than asked for tells whether there are more.
		events, more, err := readEvents(ctx, on(ctx, tx, stmt), epoch, r.Limit, key, clamp(bound), r.Limit+1)
		if err != nil {
			return err
		}
		if r.After == nil {
			slices.Reverse(events)
		}
		page.More = more
		page.Messages = make([]chat.Message, len(events))
		for i := range events {
			page.Messages[i] = events[i].Message()
		}
		return nil
	})
	if err != nil {
		return chat.History{}, fmt.Errorf("history: %w", err)
	}
	return page, nil
}

// After answers the events after offset, oldest first, at most limit of them
// and fewer for MaxPage; none only when there are none. Messages are the only
// events the read model keeps so far.
func (s *Store) After(ctx context.Context, offset uint64, limit int) ([]chat.Event, error) {
	if limit < 1 {
		return nil, nil
	}
	var events []chat.Event
	err := s.snapshot(ctx, func(tx *sql.Tx, epoch string) (err error) {
		events, _, err = readEvents(ctx, on(ctx, tx, s.read.after), epoch, limit, clamp(offset), limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("events after %d: %w", offset, err)
	}
	return events, nil
}

// HasMessage tells whether the room of that ID has a message of that ID.
func (s *Store) HasMessage(ctx context.Context, room, id string) (bool, error) {
	var has bool
	if err := s.read.hasMessage.QueryRowContext(ctx, id, room).Scan(&has); err != nil {
		return false, fmt.Errorf("look up a message: %w", err)
	}
	return has, nil
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

// readEvents runs a query of selectEvent and reads up to limit events. More
// tells that the query had further ones.
func readEvents(ctx context.Context, stmt txStmt, epoch string, limit int, args ...any) (events []chat.Event, more bool, err error) {
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return nil, false, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	size := 0
	for rows.Next() {
		if len(events) == limit {
			return events, true, nil
		}
		e, n, err := scanEvent(rows, epoch)
		if err != nil {
			return nil, false, err
		}
		if size += n; size > MaxPage && len(events) > 0 {
			return events, true, nil
		}
		events = append(events, e)
	}
	return events, false, rows.Err()
}

// scanEvent reads one row of selectEvent and the size of its body.
func scanEvent(rows *sql.Rows, epoch string) (chat.Event, int, error) {
	e := chat.Event{Kind: chat.MessageCreated, Position: chat.Position{Epoch: epoch}}
	var body, packed []byte
	err := rows.Scan(&e.Position.Offset, &e.Room, &e.Seq, &e.ID, &e.Author.ID, &e.Author.Name, &e.Author.Role,
		&e.At, &body, &packed, &e.ReplyTo, &e.Thread)
	if err != nil {
		return chat.Event{}, 0, err
	}
	if e.Body.Attachments, err = unpackAttachments(packed); err != nil {
		return chat.Event{}, 0, fmt.Errorf("event %d: %w", e.Position.Offset, err)
	}
	e.Body.JSON = body
	return e, len(body) + len(packed), nil
}

// clamp makes an SQLite integer of n; no row has a larger number.
func clamp(n uint64) int64 { return int64(min(n, math.MaxInt64)) }
