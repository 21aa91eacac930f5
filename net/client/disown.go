package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// The lines that were sent belong to who typed them. They are forgotten when that account is
// signed out, by another process mostly, and when another account is on the folder; and what is
// on its way to the disk by then does not come there.

// keepsInputs tells, in the transaction that would keep them, whether lines still may be kept:
// nobody has signed out, and the account is the one that typed them.
func (c *Client) keepsInputs(ctx context.Context, t *txn, owner int) (bool, error) {
	i := c.inputs
	i.mu.Lock()
	keeps := !i.refuse && i.owner == owner
	i.mu.Unlock()
	if !keeps {
		return false, nil
	}
	forgot, err := readMeta(ctx, t, metaForgot)
	return bytes.Equal(forgot, i.forgot), err
}

// refuseInputs takes no line any more, and none that is not on the disk yet.
func (c *Client) refuseInputs() {
	c.inputs.mu.Lock()
	c.inputs.refuse, c.inputs.list = true, nil
	c.inputs.mu.Unlock()
}

// welcomeInputs takes lines again: the server has just let this account in.
func (c *Client) welcomeInputs() {
	i := c.inputs
	i.mu.Lock()
	i.refuse = false
	i.mu.Unlock()
	c.cache.put(c.cache.ops, op{apply: func(ctx context.Context, t *txn) error {
		forgot, err := readMeta(ctx, t, metaForgot)
		if err == nil {
			i.forgot = forgot
		}
		return err
	}})
}

// disownInputs forgets the lines, which another account typed.
func (c *Client) disownInputs() {
	c.inputs.mu.Lock()
	c.inputs.list = nil
	c.inputs.owner++
	c.inputs.mu.Unlock()
	c.cache.put(c.cache.ops, op{apply: func(ctx context.Context, t *txn) error {
		return t.dropInputs(ctx, "DELETE FROM inputs")
	}})
	c.feed.push(chat.InputHistory{Reset: true})
}

// ForgetInputs forgets the lines that were sent, in a state folder. Where there is no cache it
// does nothing. Another process on the folder keeps none any more until the server lets it in
// again. While that reads just then, its journal may have them on disk for a while longer: until
// what it erases next, or the last of them leaves.
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
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	t := &txn{Tx: tx}
	if err := errors.Join(t.dropInputs(ctx, "DELETE FROM inputs"), t.setMeta(ctx, metaForgot, []byte(rand.Text()))); err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	var waits, pages, done int // who is in the way empties it later
	if err := db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&waits, &pages, &done); err != nil && !busy(err) {
		return fmt.Errorf("cache: %w", err)
	}
	return nil
}
