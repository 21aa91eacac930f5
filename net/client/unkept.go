package client

import (
	"context"
	"errors"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// A draft that the disk does not take, because it is full, can only be read or hangs, goes
// from memory while there is a connection, and the user is told that it is not kept. It is
// tried again, and what is left of it in the end is in Left.

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
	case errors.Is(err, errBusy):
		return &diskError{"another program holds what is kept on this machine", err}, true
	case errors.Is(err, errHangs):
		return &diskError{"the disk does not answer", err}, true
	case corrupt(err):
		return &diskError{"what is kept on this machine is damaged", err}, true
	}
	return nil, false
}

// errHangs is what a disk is said to do that neither takes something nor fails.
var errHangs = errors.New("it takes too long")

// heal replaces a database that was found damaged while it was used, when that is closed:
// what is to be sent is in memory as well, and the next start might not find it.
func (c *Client) heal(ctx context.Context) {
	if !c.cache.damaged.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, healWait)
	defer cancel()
	all := c.outbox.all()
	if err := c.cache.heal(ctx, all); err != nil {
		c.log.Warn("the damaged message cache is not replaced; the next start tries it", "error", err)
		return
	}
	c.outbox.saved(all, inDatabase)
	c.spare.remove()
}

// healWait bounds heal, which reads and writes an outbox.
const healWait = 2 * time.Second

func (c *cache) heal(ctx context.Context, all unsaved) (err error) {
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
	return all.save(ctx, db)
}

// Left is a draft that was not sent.
type Left struct {
	Draft  chat.Draft
	Failed bool // the server refused it
	Kept   bool // it is on disk; else it is lost with the process
}

// Left is what is in the outbox. After Close it is what was left.
func (c *Client) Left() []Left { return c.outbox.remaining() }

func (o *outbox) remaining() (left []Left) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.entries {
		left = append(left, Left{e.draft, e.state == chat.DraftFailed, e.where != inMemory})
	}
	return left
}
