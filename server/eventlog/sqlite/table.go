package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// version is the newest version of the log's tables that is known here.
const version = 1

// schema is version 1. What every kind of event has and what the log asks for
// are columns; all else is in data, a record of fields (record.go) that grows
// with the kinds and leaves old rows as they are. IDs are mostly UUIDv7: with
// the ID before the author the index, too, grows at its end.
const schema = `
CREATE TABLE log_meta (
	one     INTEGER PRIMARY KEY CHECK (one = 1),
	version INTEGER NOT NULL,
	epoch   TEXT NOT NULL
);
CREATE TABLE log (
	offset    INTEGER PRIMARY KEY,
	kind      TEXT NOT NULL,
	id        TEXT NOT NULL,
	author_id TEXT NOT NULL,
	at        INTEGER NOT NULL, -- milliseconds since 1970
	seq       INTEGER NOT NULL, -- as Apply set it
	data      BLOB NOT NULL
);
CREATE UNIQUE INDEX log_id ON log (id, author_id);
`

// columns is how many columns an insert sets.
const columns = 7

// insertSizes are the numbers of rows one insert statement takes, largest
// first: wide inserts spare the way through database/sql.
var insertSizes = [...]int{32, 8, 1}

// statements are the log's, prepared once.
type statements struct {
	insert [len(insertSizes)]*sql.Stmt // on the writer's connection, like the next three
	find   *sql.Stmt
	data   *sql.Stmt
	set    *sql.Stmt
	page   *sql.Stmt // on the readers
}

const selectEvent = "SELECT offset, kind, id, author_id, at, seq, data FROM log "

func (s *statements) prepare(ctx context.Context, writer, reader *sql.DB) (err error) {
	prep := func(db *sql.DB, query string) *sql.Stmt {
		var stmt *sql.Stmt
		if err == nil {
			stmt, err = db.PrepareContext(ctx, query)
		}
		return stmt
	}
	row := "(" + strings.Repeat("?,", columns-1) + "?)"
	for i, n := range insertSizes {
		s.insert[i] = prep(writer, "INSERT INTO log VALUES "+strings.Repeat(row+",", n-1)+row)
	}
	s.find = prep(writer, selectEvent+"WHERE id = ? AND author_id = ?")
	s.data = prep(writer, "SELECT data FROM log WHERE offset = ?")
	s.set = prep(writer, "UPDATE log SET data = ? WHERE offset = ?")
	s.page = prep(reader, selectEvent+"WHERE offset > ? ORDER BY offset LIMIT ?")
	return err
}

func (s *statements) close() error {
	var errs []error
	for _, stmt := range append(s.insert[:], s.find, s.data, s.set, s.page) {
		if stmt != nil {
			errs = append(errs, stmt.Close())
		}
	}
	return errors.Join(errs...)
}

// load makes the tables where there are none, and answers the last offset.
func (l *Log) load(ctx context.Context) (last uint64, err error) {
	err = l.inTx(ctx, func(tx *sql.Tx) error {
		var there bool
		err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'log_meta')").Scan(&there)
		if err != nil {
			return err
		}
		if !there {
			if _, err := tx.ExecContext(ctx, schema); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO log_meta VALUES (1, ?, ?)", version, rand.Text()); err != nil {
				return err
			}
		}
		var have int
		if err := tx.QueryRowContext(ctx, "SELECT version, epoch FROM log_meta").Scan(&have, &l.epoch); err != nil {
			return err
		}
		if have > version {
			return newer(have)
		}
		return tx.QueryRowContext(ctx, "SELECT coalesce(max(offset), 0) FROM log").Scan(&last)
	})
	return last, err
}

// insert adds events to the log, many rows to a statement, and forgets the text
// that they take away.
func (l *Log) insert(ctx context.Context, tx *sql.Tx, events []chat.Event) error {
	var gone []uint64
	for i, size := range insertSizes {
		if len(events) < size {
			continue
		}
		stmt := on(ctx, tx, l.stmts.insert[i])
		for ; len(events) >= size; events = events[size:] {
			l.args, l.arena = l.args[:0], l.arena[:0]
			for j := range events[:size] {
				e := &events[j]
				gone = append(gone, e.Erases...)
				at := len(l.arena)
				var err error
				if l.arena, err = appendRecord(l.arena, e); err != nil {
					return err
				}
				l.args = append(l.args, int64(e.Position.Offset), string(e.Kind), e.ID, e.Author.ID, int64(e.At), int64(e.Seq),
					l.arena[at:len(l.arena):len(l.arena)])
			}
			_, err := stmt.ExecContext(ctx, l.args...)
			clear(l.args) // keep no event's strings
			if err != nil {
				return fmt.Errorf("insert events: %w", err)
			}
		}
	}
	for _, offset := range gone {
		if err := l.erase(ctx, tx, offset); err != nil {
			return fmt.Errorf("erase event %d: %w", offset, err)
		}
		l.scrub.begin()
	}
	if cap(l.arena) > batchBytes {
		l.arena = nil // one batch of large bodies need not be remembered
	}
	return nil
}

// erase forgets the text of an event: what people wrote in it and beside it. Its
// place, author, time and key stay, so that nothing after it is numbered anew and
// nobody can say the same draft a second time.
func (l *Log) erase(ctx context.Context, tx *sql.Tx, offset uint64) error {
	var data []byte
	if err := on(ctx, tx, l.stmts.data).QueryRowContext(ctx, int64(offset)).Scan(&data); err != nil {
		return err
	}
	var e chat.Event
	if err := parseRecord(&e, data); err != nil {
		return err
	}
	e.Body, e.Extra = chat.Body{}, chat.Extra{Auto: e.Extra.Auto} // whose marker it moved does not change
	data, err := appendRecord(nil, &e)
	if err != nil {
		return err
	}
	_, err = on(ctx, tx, l.stmts.set).ExecContext(ctx, data, int64(offset))
	return err
}

// find answers the stored event with the key of e, nil where there is none.
func (l *Log) find(ctx context.Context, tx *sql.Tx, e *chat.Event) (*chat.Event, error) {
	rows, err := on(ctx, tx, l.stmts.find).QueryContext(ctx, e.ID, e.Author.ID)
	if err != nil {
		return nil, fmt.Errorf("find an event: %w", err)
	}
	events, err := l.scan(rows, 1)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	return &events[0], nil
}

// Read implements eventlog.Log.
func (l *Log) Read(ctx context.Context, after uint64, limit int) ([]chat.Event, error) {
	select {
	case <-l.closing:
		return nil, ErrClosed
	default:
	}
	if limit < 1 || after > math.MaxInt64 {
		return nil, nil
	}
	rows, err := l.stmts.page.QueryContext(ctx, int64(after), limit)
	if err != nil {
		return nil, fmt.Errorf("read the log: %w", err)
	}
	return l.scan(rows, min(limit, pageEvents))
}

// scan reads all rows of selectEvent, up to MaxPage, and closes them.
func (l *Log) scan(rows *sql.Rows, room int) (events []chat.Event, err error) {
	defer func() {
		if err = errors.Join(err, rows.Close()); err != nil {
			events, err = nil, fmt.Errorf("read events: %w", err)
		}
	}()
	events = make([]chat.Event, 0, room)
	for size := 0; size < MaxPage && rows.Next(); {
		e := chat.Event{Position: chat.Position{Epoch: l.epoch}}
		var data []byte
		err := rows.Scan(&e.Position.Offset, &e.Kind, &e.ID, &e.Author.ID, &e.At, &e.Seq, &data)
		if err != nil {
			return nil, err
		}
		if err := parseRecord(&e, data); err != nil {
			return nil, fmt.Errorf("event %d: %w", e.Position.Offset, err)
		}
		events = append(events, e)
		size += len(data)
	}
	return events, rows.Err()
}

// txStmt is a prepared statement in a transaction, which closes it at its end.
type txStmt struct{ *sql.Stmt }

func on(ctx context.Context, tx *sql.Tx, stmt *sql.Stmt) txStmt {
	return txStmt{tx.StmtContext(ctx, stmt)}
}
