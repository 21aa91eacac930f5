package client

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// busyDisk is a client in a bubble whose writer is held until free is called.
func busyDisk(t *testing.T, do func(t *testing.T, c *Client, hold func() (free func()))) {
	dir := folder(t)
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, newFake("general"), dir, 1<<30)
		defer b.close()
		synctest.Wait()
		do(t, b.c, func() func() {
			held := make(chan struct{})
			b.c.cache.put(b.c.cache.ops, op{soon: true, apply: func(context.Context, *txn) error { <-held; return nil }})
			synctest.Wait()
			return func() { close(held); synctest.Wait() }
		})
	})
}

func onDisk(t *testing.T, c *Client) int {
	t.Helper()
	k, err := c.cache.load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return len(k.drafts)
}

// What the disk does not take in time is not taken at all, then or later.
func TestBusyDiskTakesNothing(t *testing.T) {
	busyDisk(t, func(t *testing.T, c *Client, hold func() func()) {
		free := hold()
		if err := c.Enqueue(draft("general", "x")); !errors.Is(err, ErrBusy) {
			t.Errorf("enqueue: %v", err)
		}
		free()
		if n := onDisk(t, c); n != 0 || c.Waiting() != 0 {
			t.Errorf("%d on disk, %d wait", n, c.Waiting())
		}
	})
}

// A draft that could not be dropped from the disk is not dropped from memory.
func TestDropIsOnDiskFirst(t *testing.T) {
	busyDisk(t, func(t *testing.T, c *Client, hold func() func()) {
		d := draft("general", "x")
		d.ID = "x"
		if err := c.Enqueue(d); err != nil {
			t.Fatal(err)
		}
		free := hold()
		if err := c.Drop("x"); !errors.Is(err, ErrBusy) {
			t.Errorf("drop: %v", err)
		}
		free()
		if n := onDisk(t, c); n != 1 || c.Waiting() != 1 {
			t.Errorf("%d on disk, %d wait", n, c.Waiting())
		}
		if err := c.Drop("x"); err != nil || onDisk(t, c) != 0 || c.Waiting() != 0 {
			t.Errorf("drop: %v; %d on disk, %d wait", err, onDisk(t, c), c.Waiting())
		}
	})
}

// A batch that another process holds up is tried again, and who waits at a
// keyboard does not wait for it.
func TestBusyBatchIsTriedAgain(t *testing.T) {
	c := testCache(t, folder(t))
	tx, err := c.sure.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	other, err := handle(c.path, "WAL", "NORMAL", "immediate", 0)
	if err != nil {
		t.Fatal(err)
	}
	_, held := other.BeginTx(t.Context(), nil)
	if err := errors.Join(tx.Rollback(), other.Close()); err != nil || !busy(held) {
		t.Fatal(err, held)
	}
	var order []string
	fails := busyTries - 1
	tried := func(context.Context, *txn) error {
		if fails == 0 {
			order = append(order, "batch")
			return nil
		}
		if fails--; fails == 1 { // in the midst of it
			c.urgent <- op{apply: func(context.Context, *txn) error { order = append(order, "urgent"); return nil }}
		}
		return fmt.Errorf("held: %w", held)
	}
	if err := c.ask(c.ops, tried); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(order) != "[urgent batch]" {
		t.Errorf("done: %v", order)
	}
	fails = busyTries
	if err := c.ask(c.ops, tried); !errors.Is(err, ErrBusy) {
		t.Errorf("held for longer: %v", err)
	}
	if err := c.keepDraft(chat.Draft{ID: "d", Body: chat.TextBody("x")}); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
