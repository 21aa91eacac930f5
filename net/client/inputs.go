package client

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// The lines that were sent are kept as a shell keeps them, so that they can be had again the
// next time. It is a convenience: nothing waits for it, and what the disk does not take is
// not kept. A line that became a message is there no longer than the message, as it was
// written: it goes when that is deleted or edited, when its room is left, and when the
// server removes what is old. It is found by the ID of its draft, and from when the message is
// known by its seq, which is all that is told of one that is deleted. Where a room is read anew,
// since what became of its messages was not told, the lines of those that were not read go, too.

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
	seq     INTEGER NOT NULL, -- of the message that it became, 0 while that is not known
	id      TEXT    NOT NULL, -- of the draft that it became, '' for a command
	thread  TEXT    NOT NULL, -- ID of the message that began it, '' for the room itself
	line    BLOB    NOT NULL  -- last, for it is long; a blob's length is known without reading it
);
CREATE INDEX inputs_id ON inputs (id) WHERE id != '';
CREATE INDEX inputs_seq ON inputs (room, seq) WHERE seq > 0;`

// What is asked for every message that somebody edits or deletes, and for every room that is
// trimmed. "seq > 0" is there for the index.
const (
	inputAt     = "DELETE FROM inputs WHERE room = ? AND seq = ? AND seq > 0"
	inputsUpTo  = "DELETE FROM inputs WHERE room = ? AND seq <= ? AND seq > 0"
	inputBecame = "UPDATE inputs SET seq = ? WHERE id = ? AND id != '' AND room = ?"
	inputOf     = "DELETE FROM inputs WHERE id = ? AND id != '' AND room = ?"
)

// inputs are the lines that the disk does not have yet.
type inputs struct {
	wake        chan struct{} // capacity 1
	stop, ended chan struct{} // of the goroutine that keeps them

	mu     sync.Mutex
	list   []chat.Input // oldest first
	refuse bool         // nothing is taken: the account is signed out, as far as is known
	owner  int          // counts the accounts that typed here

	forgot []byte // owned by the cache's write: what metaForgot was when the account was known to be signed in
}

func newInputs(forgot []byte) *inputs {
	return &inputs{wake: make(chan struct{}, 1), stop: make(chan struct{}), ended: make(chan struct{}), forgot: forgot}
}

// Remember keeps a line that was sent, for the InputHistory of the next time. It waits for
// nothing. A line that cannot be kept, or is very long, is not, nor is any while the server
// refuses the token.
func (c *Client) Remember(in chat.Input) {
	if in.Line == "" || len(in.Line) > maxInput {
		return
	}
	if in.Room == "" {
		in.Room = chat.GeneralRoom
	}
	i := c.inputs
	i.mu.Lock()
	if i.refuse {
		i.mu.Unlock()
		return
	}
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
	list, owner := i.list, i.owner
	i.list = nil
	i.mu.Unlock()
	if len(list) == 0 {
		return nil
	}
	err := c.cache.askWithin(wait, c.cache.ops, func(ctx context.Context, t *txn) error {
		if keeps, err := c.keepsInputs(ctx, t, owner); err != nil || !keeps {
			return err
		}
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
		if i.owner == owner && !i.refuse {
			i.list = append(list, i.list...)
			i.list = i.list[max(0, len(i.list)-maxInputs):]
		}
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
		return t.dropInputs(ctx, inputOf, m.ID, m.Room)
	}
	_, err := t.ExecContext(ctx, inputBecame, int64(m.Seq), m.ID, m.Room)
	return err
}

// became takes what lines became, as a page has it.
func (t *txn) became(ctx context.Context, p page) error {
	for _, m := range p.messages {
		if m.From.ID != p.you || p.you == "" {
			continue
		}
		if err := t.becameOf(ctx, m); err != nil {
			return err
		}
	}
	if !p.fresh {
		return nil
	}
	return t.renewInputs(ctx, p)
}

// forgetInput drops the line that became a message.
func (t *txn) forgetInput(ctx context.Context, room string, seq uint64) error {
	return t.dropInputs(ctx, inputAt, room, int64(seq))
}

// cutInputs drops the lines that became messages of a room up to a seq.
func (t *txn) cutInputs(ctx context.Context, room string, seq uint64) error {
	return t.dropInputs(ctx, inputsUpTo, room, int64(seq))
}

// dropInputs drops lines for good.
func (t *txn) dropInputs(ctx context.Context, query string, args ...any) error {
	gone, err := t.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	n, err := gone.RowsAffected()
	t.erased = t.erased || n > 0
	return err
}

// renewInputs drops the lines of a room that is read anew whose messages are not in the page:
// nobody tells any more what became of those. What is still to be sent stays, and what another
// process has of messages behind the page.
func (t *txn) renewInputs(ctx context.Context, p page) error {
	ids := append([]string{}, p.unsent...) // no null in JSON, in which nothing would be no ID
	var last uint64
	for _, m := range p.messages {
		if last = m.Seq; m.From.ID == p.you {
			ids = append(ids, m.ID)
		}
	}
	known, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	const query = `DELETE FROM inputs WHERE room = ? AND id != '' AND NOT (seq > ?)
		AND id NOT IN (SELECT value FROM json_each(?)) AND id NOT IN (SELECT id FROM outbox)`
	if len(p.messages) == 0 {
		last = newest - 1
	}
	return t.dropInputs(ctx, query, p.room, int64(last), string(known))
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
// messages. Every room is read anew then, which drops those that it has not (renewInputs).
func (t *txn) beginInputs(ctx context.Context) error {
	_, err := t.ExecContext(ctx, "UPDATE inputs SET seq = 0 WHERE seq > 0")
	return err
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
