package client

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// The lines that were sent are kept as a shell keeps them, so that they can be had again the
// next time. It is a convenience: nothing waits for it, and what the disk does not take is
// not kept. A line that became a message is there no longer than the message, as it was
// written: it goes when that is deleted or edited, when its room is left, and when the
// server removes what is old. It is found by the ID of its draft, and from when the message is
// known by its seq, which is all that is told of one that is deleted.

const (
	// maxInputs is how many lines are kept: months of what one person writes, and no more than
	// anybody finds again.
	maxInputs = 1000

	// inputBytes is how much they are together; it is read at every start.
	inputBytes = 1 << 20

	// maxInput is how long one may be, in bytes. Longer ones were pasted, and some of them
	// would take the place of all others.
	maxInput = 16 << 10
)

const inputsTable = `
CREATE TABLE inputs (
	ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
	room    TEXT    NOT NULL,
	thread  TEXT    NOT NULL, -- ID of the message that began it, '' for the room itself
	line    BLOB    NOT NULL, -- a blob's length is known without reading it
	id      TEXT    NOT NULL, -- of the draft that it became, '' for a command
	seq     INTEGER NOT NULL  -- of the message that it became, 0 while that is not known
);
CREATE INDEX inputs_id ON inputs (id) WHERE id != '';`

// inputs are the lines that the disk does not have yet.
type inputs struct {
	wake        chan struct{} // capacity 1
	stop, ended chan struct{} // of the goroutine that keeps them

	mu   sync.Mutex
	list []chat.Input // oldest first
}

func newInputs() *inputs {
	return &inputs{wake: make(chan struct{}, 1), stop: make(chan struct{}), ended: make(chan struct{})}
}

// Remember keeps a line that was sent, for the InputHistory of the next time. It waits for
// nothing. A line that cannot be kept, or is very long, is not.
func (c *Client) Remember(in chat.Input) {
	if in.Line == "" || len(in.Line) > maxInput {
		return
	}
	if in.Room == "" {
		in.Room = chat.GeneralRoom
	}
	i := c.inputs
	i.mu.Lock()
	if len(i.list) == maxInputs {
		i.list = i.list[1:]
	}
	i.list = append(i.list, in)
	i.mu.Unlock()
	select {
	case i.wake <- struct{}{}:
	default:
	}
}

// keepInputs puts lines into the cache until it is stopped, in order. While another program
// holds the database they wait.
func (c *Client) keepInputs() {
	defer close(c.inputs.ended)
	again := time.NewTimer(0)
	defer again.Stop()
	for {
		select {
		case <-c.inputs.wake:
		case <-again.C:
		case <-c.inputs.stop:
			_ = c.keepInputsNow(keepWait)
			return
		case <-c.cache.done: // it panicked
			return
		}
		if err := c.keepInputsNow(askWait); errors.Is(err, errBusy) {
			again.Reset(keepAgain)
		}
	}
}

// keepInputsNow puts the lines there are into the cache. They wait on where another program
// holds that; any other error is the end of them.
func (c *Client) keepInputsNow(wait time.Duration) error {
	i := c.inputs
	i.mu.Lock()
	list := i.list
	i.list = nil
	i.mu.Unlock()
	if len(list) == 0 {
		return nil
	}
	err := c.cache.askWithin(wait, c.cache.ops, func(ctx context.Context, t *txn) error {
		for _, in := range list {
			if err := t.remember(ctx, in); err != nil {
				return err
			}
		}
		return t.boundInputs(ctx)
	})
	if err != nil {
		c.log.Debug("what was typed is not kept", "error", err)
	}
	if errors.Is(err, errBusy) {
		i.mu.Lock()
		i.list = append(list, i.list...)
		i.list = i.list[max(0, len(i.list)-maxInputs):]
		i.mu.Unlock()
	}
	return err
}

// endInputs keeps what is left, and waits for that.
func (c *Client) endInputs() {
	close(c.inputs.stop)
	<-c.inputs.ended
}

// pumpInputs tells which lines were sent before.
func (c *Client) pumpInputs(ctx context.Context) bool {
	list, err := readInputs(ctx, c.cache.read)
	if err != nil && ctx.Err() == nil {
		c.log.Debug("what was typed before cannot be read", "error", err)
		c.cache.complain(err)
	}
	return len(list) == 0 || c.hand(ctx, chat.InputHistory{Inputs: list})
}

// remember adds a line behind all others. An equal one of the same place goes.
func (t *txn) remember(ctx context.Context, in chat.Input) error {
	const doubles = "DELETE FROM inputs WHERE room = ? AND thread = ? AND line = ?"
	if _, err := t.ExecContext(ctx, doubles, in.Room, in.Thread, []byte(in.Line)); err != nil {
		return err
	}
	t.typed = nil
	const insert = "INSERT INTO inputs (room, thread, line, id, seq) VALUES (?, ?, ?, ?, 0)"
	if _, err := t.ExecContext(ctx, insert, in.Room, in.Thread, []byte(in.Line), in.ID); err != nil || in.ID == "" {
		return err
	}
	return t.becameAlready(ctx, in)
}

// lately is how many of a room's newest messages may have come since a line of it was sent: the
// disk was busy meanwhile.
const lately = 100

// becameAlready is becameOf for a line whose message was saved before it.
func (t *txn) becameAlready(ctx context.Context, in chat.Input) error {
	r, err := t.span(ctx, in.Room)
	if err != nil || r.hi == 0 {
		return err
	}
	var b []byte
	const query = "SELECT message FROM messages WHERE room = ? AND seq > ? AND instr(message, ?) LIMIT 1"
	err = t.QueryRowContext(ctx, query, in.Room, int64(r.hi-min(r.hi, lately)), []byte(`"`+in.ID+`"`)).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	var m chat.Message
	if err != nil || json.Unmarshal(b, &m) != nil || m.ID != in.ID {
		return err
	}
	return t.becameOf(ctx, m)
}

// boundInputs drops the oldest lines where there are too many, or too many bytes.
func (t *txn) boundInputs(ctx context.Context) error {
	const most = "DELETE FROM inputs WHERE ordinal <= (SELECT ordinal FROM inputs ORDER BY ordinal DESC LIMIT 1 OFFSET ?)"
	if _, err := t.ExecContext(ctx, most, maxInputs); err != nil {
		return err
	}
	var bytes int
	err := t.QueryRowContext(ctx, "SELECT ifnull(sum(length(line)), 0) FROM inputs").Scan(&bytes)
	for err == nil && bytes > inputBytes {
		var gone int
		const oldest = "DELETE FROM inputs WHERE ordinal = (SELECT min(ordinal) FROM inputs) RETURNING length(line)"
		err = t.QueryRowContext(ctx, oldest).Scan(&gone)
		bytes -= gone
	}
	return err
}

// becameOf takes what a line became: the message's seq is known from now on. With a message
// that says something else by now, or nothing, the line goes.
func (t *txn) becameOf(ctx context.Context, m chat.Message) error {
	if t.typed == nil {
		t.typed = new(bool)
		if err := t.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM inputs WHERE id != '')").Scan(t.typed); err != nil {
			return err
		}
	}
	if !*t.typed {
		return nil
	}
	if m.Deleted != 0 || m.Revision > 0 {
		_, err := t.ExecContext(ctx, "DELETE FROM inputs WHERE id = ? AND id != '' AND room = ?", m.ID, m.Room)
		return err
	}
	_, err := t.ExecContext(ctx, "UPDATE inputs SET seq = ? WHERE id = ? AND id != '' AND room = ?", int64(m.Seq), m.ID, m.Room)
	return err
}

// forgetInput drops the line that became a message.
func (t *txn) forgetInput(ctx context.Context, room string, seq uint64) error {
	gone, err := t.ExecContext(ctx, "DELETE FROM inputs WHERE room = ? AND seq = ? AND seq > 0", room, int64(seq))
	if err != nil {
		return err
	}
	n, err := gone.RowsAffected()
	t.erased = t.erased || n > 0
	return err
}

// cutInputs drops the lines that became messages of a room up to a seq.
func (t *txn) cutInputs(ctx context.Context, room string, seq uint64) error {
	_, err := t.ExecContext(ctx, "DELETE FROM inputs WHERE room = ? AND seq <= ? AND seq > 0", room, int64(seq))
	return err
}

// leaveInputs drops the lines of rooms that are not among those that are known.
func (t *txn) leaveInputs(ctx context.Context, known map[string]bool) error {
	rooms, err := readStrings(ctx, t, "SELECT DISTINCT room FROM inputs")
	if err != nil {
		return err
	}
	for _, room := range rooms {
		if known[room] {
			continue
		}
		if err := t.leaveInput(ctx, room); err != nil {
			return err
		}
		t.erased = true
	}
	return nil
}

// leaveInput drops the lines of a room.
func (t *txn) leaveInput(ctx context.Context, room string) error {
	_, err := t.ExecContext(ctx, "DELETE FROM inputs WHERE room = ?", room)
	return err
}

// beginInputs prepares the lines for another history of the log, in which seqs are of other
// messages.
func (t *txn) beginInputs(ctx context.Context) error {
	_, err := t.ExecContext(ctx, "UPDATE inputs SET seq = 0 WHERE seq > 0")
	return err
}

// disownInputs forgets the lines, which another account typed.
func (c *Client) disownInputs() {
	c.inputs.mu.Lock()
	c.inputs.list = nil
	c.inputs.mu.Unlock()
	c.cache.put(c.cache.ops, op{apply: func(ctx context.Context, t *txn) error {
		_, err := t.ExecContext(ctx, "DELETE FROM inputs")
		t.erased = true
		return err
	}})
}

// readInputs reads the lines, oldest first. Those before an error are returned, too.
func readInputs(ctx context.Context, q querier) (list []chat.Input, err error) {
	rows, err := q.QueryContext(ctx, "SELECT room, thread, line, id FROM inputs ORDER BY ordinal")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var in chat.Input
		if err := rows.Scan(&in.Room, &in.Thread, &in.Line, &in.ID); err != nil {
			return list, err
		}
		list = append(list, in)
	}
	return list, rows.Err()
}

// ForgetInputs forgets the lines that were sent, in a state folder. Where there is no cache it
// does nothing.
func ForgetInputs(ctx context.Context, dir string) (err error) {
	path := filepath.Join(dir, cacheName)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	unlock, err := lockFolder(ctx, dir)
	if err != nil {
		return err
	}
	defer unlock()
	db, err := handle(path, "WAL", "FULL", "immediate", busyWait)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }() // the last one to close it empties the journal
	var has int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE name = 'inputs'").Scan(&has); err != nil || has == 0 {
		return err
	}
	if _, err := db.ExecContext(ctx, "DELETE FROM inputs"); err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	return nil
}
