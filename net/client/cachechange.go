package client

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// change is what became of one message.
type change struct {
	room   string
	seq    uint64
	apply  func(m *chat.Message) bool // tells whether it was another way before
	erases bool
	says   bool // it says something else now, or nothing
}

// change brings a message up to date, if the cache has it.
func (t *txn) change(ctx context.Context, c change) error {
	if c.says {
		if err := t.forgetInput(ctx, c.room, c.seq); err != nil {
			return err
		}
	}
	var b []byte
	err := t.QueryRowContext(ctx, "SELECT message FROM messages WHERE room = ? AND seq = ?", c.room, int64(c.seq)).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	var m chat.Message
	if json.Unmarshal(b, &m) != nil {
		return t.forget(ctx, c.room) // nobody could read it, either; the server has all of it
	}
	if !c.apply(&m) {
		return nil
	}
	if b, err = encodeMessage(m); err != nil {
		return err
	}
	_, err = t.ExecContext(ctx, "UPDATE messages SET counts = ?, message = ? WHERE room = ? AND seq = ?", m.Deleted == 0, b, c.room, int64(c.seq))
	t.erased = t.erased || c.erases
	return err
}

// threadColumn is the column thread of a message.
func threadColumn(m chat.Message) any {
	if m.Thread == "" {
		return nil
	}
	return m.Thread
}

// forget drops the messages of a room.
func (t *txn) forget(ctx context.Context, room string) error {
	_, err := t.ExecContext(ctx, "DELETE FROM messages WHERE room = ?", room)
	delete(t.spans, room)
	return err
}

// cut drops the messages of a room up to a seq, which are gone from the server, too.
func (t *txn) cut(ctx context.Context, room string, seq uint64) error {
	_, err := t.ExecContext(ctx, "DELETE FROM messages WHERE room = ? AND seq <= ?", room, int64(seq))
	delete(t.spans, room)
	t.erased = true
	return errors.Join(err, t.cutInputs(ctx, room, seq))
}

// scrub takes what was erased out of the journal, which would keep it until that has
// been written over. Where a reader is in the way, it is done after a later batch, or
// when the last process closes the database.
func (c *cache) scrub(ctx context.Context) {
	now := time.Now()
	if now.Before(c.scrubbed.Add(scrubPause)) {
		return
	}
	var waits, pages, done int
	err := c.quick.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&waits, &pages, &done)
	switch {
	case err == nil && waits == 0:
		c.erased, c.scrubbed = false, time.Time{}
		return
	case err != nil && !busy(err):
		c.log.Debug("cannot empty the journal of the message cache", "error", err)
		c.complain(err)
	}
	c.scrubbed = now
}

// scrubPause is how long a journal that could not be emptied is left alone: each try
// waits for who is in the way.
const scrubPause = 10 * time.Second
