package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// A draft that the disk does not take, because it is full, can only be read or is damaged,
// goes from memory while there is a connection, and the user is told that it is not kept.
// Without a connection it is not taken: who wrote it still has it, and it would be lost with
// the process.

// diskError says in words for people why the disk takes nothing.
type diskError struct {
	says string
	err  error
}

func (e *diskError) Error() string { return e.says }
func (e *diskError) Unwrap() error { return e.err }

// ofDisk is err in words for people, if the disk is what it is about.
func ofDisk(err error) (*diskError, bool) {
	switch {
	case err == nil:
		return nil, false
	case hasCode(err, sqlite3.SQLITE_FULL):
		return &diskError{"the disk is full", err}, true
	case hasCode(err, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
		return &diskError{"its folder cannot be written", err}, true
	case hasCode(err, sqlite3.SQLITE_IOERR):
		return &diskError{"the disk does not take it", err}, true
	case corrupt(err):
		return &diskError{"what is kept on this machine is damaged", err}, true
	}
	return nil, false
}

// keep makes a draft durable, or notes that it is not and goes from memory. It is called
// with enqueue held.
func (c *Client) keep(d chat.Draft) (unkept bool, err error) {
	if c.notKept != "" {
		c.keepUnkept()
	}
	err = c.cache.keepDraft(d)
	trouble, ok := ofDisk(err)
	switch {
	case err == nil:
		if c.notKept != "" {
			c.feed.push(chat.Noticed{Text: "what you send is kept again until it is sent", Instead: c.notKept})
			c.notKept = ""
		}
		return false, nil
	case !ok:
		return false, err
	case !c.connected():
		return false, fmt.Errorf("there is no connection, and it cannot be kept until there is one: %w", trouble)
	}
	c.log.Warn("a message cannot be kept until it is sent", "error", trouble.err)
	if c.notKept == "" {
		c.notKept = "what you send goes from memory and is not kept: " + trouble.says
		c.feed.push(chat.Noticed{Text: c.notKept})
	}
	return true, nil
}

// keepUnkept tries once more to keep what goes from memory. It is called with enqueue held.
func (c *Client) keepUnkept() {
	rows := c.outbox.unkept()
	if len(rows) == 0 {
		return
	}
	err := c.cache.ask(c.cache.urgent, func(ctx context.Context, t *txn) error { return insertMissing(ctx, t, rows) })
	if err == nil {
		c.keptNow(rows)
	}
}

// keptNow notes that drafts are on disk. What was settled meanwhile goes from there.
func (c *Client) keptNow(rows []outboxRow) {
	for _, r := range rows {
		if !c.outbox.keptNow(r.draft.ID) {
			c.cache.settleDraft(r.draft.ID)
		}
	}
}

// store is a database or a transaction of one.
type store interface {
	querier
	execer
}

// insertMissing puts drafts into an outbox that are not there.
func insertMissing(ctx context.Context, s store, rows []outboxRow) error {
	for _, r := range rows {
		var n int
		if err := s.QueryRowContext(ctx, "SELECT count(*) FROM outbox WHERE id = ?", r.draft.ID).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		if err := insertDraft(ctx, s, r); err != nil {
			return err
		}
	}
	return nil
}

// heal replaces a database that was found damaged while it was used, when that is closed:
// what is to be sent is in memory as well, and the next start might not find it.
func (c *Client) heal(ctx context.Context) {
	if !c.cache.damaged.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, healWait)
	defer cancel()
	rows := c.outbox.rows()
	if err := c.cache.heal(ctx, rows); err != nil {
		c.log.Warn("the damaged message cache is not replaced; the next start tries it", "error", err)
		return
	}
	for _, r := range rows {
		c.outbox.keptNow(r.draft.ID)
	}
}

// healWait bounds heal, which reads and writes an outbox.
const healWait = 2 * time.Second

func (c *cache) heal(ctx context.Context, rows []outboxRow) (err error) {
	unlock, err := lockFolder(ctx, c.dir())
	if err != nil {
		return err
	}
	defer unlock()
	if marked(c.path) { // else another process did it
		if err := setAside(ctx, c.path, errMarked, c.log); err != nil {
			return err
		}
	}
	db, err := handle(c.path, "WAL", "FULL", "immediate", busyWait)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return insertMissing(ctx, db, rows)
}

// Left is a draft that was not sent.
type Left struct {
	Draft  chat.Draft
	Failed bool // the server refused it
	Kept   bool // it is on disk; else it is lost with the process
}

// Left is what is in the outbox. After Close it is what was left.
func (c *Client) Left() []Left { return c.outbox.left() }

// lend adds a draft that is not durable.
func (o *outbox) lend(d chat.Draft) {
	o.mu.Lock()
	defer o.mu.Unlock()
	e := o.add(d)
	e.unkept = true
	o.tell(e)
	o.signal()
}

// rows are all drafts as the database would have them.
func (o *outbox) rows() (rows []outboxRow) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.entries {
		rows = append(rows, outboxRow{e.draft, e.refusal})
	}
	return rows
}

// unkept are those of rows that are not durable.
func (o *outbox) unkept() (rows []outboxRow) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.entries {
		if e.unkept {
			rows = append(rows, outboxRow{e.draft, e.refusal})
		}
	}
	return rows
}

// keptNow notes that a draft is durable, and reports false when it is gone.
func (o *outbox) keptNow(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	e := o.byID[id]
	if e != nil {
		e.unkept = false
	}
	return e != nil
}

// lent tells whether a draft is not durable.
func (o *outbox) lent(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	e := o.byID[id]
	return e != nil && e.unkept
}

func (o *outbox) left() (left []Left) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.entries {
		left = append(left, Left{e.draft, e.state == chat.DraftFailed, !e.unkept})
	}
	return left
}
