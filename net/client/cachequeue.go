package client

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// op is one change to the database. Those that are queued together share a
// transaction.
type op struct {
	apply  func(context.Context, *txn) error
	covers bool       // it saves messages: the position must not pass it if it is lost
	soon   bool       // it is not to wait for others that may come
	done   chan error // nil when nobody waits
}

const (
	// askWait is how long what waits for the disk does: long enough for one
	// transaction of another process, short enough not to seem frozen.
	askWait = 2 * time.Second

	// batchTime is how long a transaction of what nobody waits for may go on, and
	// closeTime for how long that is done after a close.
	batchTime = 100 * time.Millisecond
	closeTime = 300 * time.Millisecond

	// busyTries is how often a batch that nobody waits for is tried while another
	// process holds the database: for busyWait each, with what is urgent between.
	busyTries = 5
)

// errLate is what is told of messages that the end left no time for.
var errLate = errors.New("it was closed meanwhile")

// put queues o, and waits while the queue is full. It does not end with the
// connection that o came from: what the screen was told is saved. Nothing is
// queued once the cache is closed.
func (c *cache) put(ops chan<- op, o op) {
	c.behind.Add(1)
	select {
	case ops <- o:
	case <-c.stop:
		c.behind.Add(-1)
	case <-c.done:
		c.behind.Add(-1)
	}
}

// The states of what was asked.
const (
	askedQueued  int32 = iota
	askedBegun         // its transaction has begun: its end is waited for
	askedGivenUp       // it is not to be done any more
)

// ask has apply done and waits for its commit. It returns errBusy when that was
// not begun within askWait, and then nothing is done.
func (c *cache) ask(ops chan<- op, apply func(context.Context, *txn) error) error {
	return c.askWithin(askWait, ops, apply)
}

func (c *cache) askWithin(wait time.Duration, ops chan<- op, apply func(context.Context, *txn) error) error {
	var state atomic.Int32
	o := op{done: make(chan error, 1), apply: func(ctx context.Context, t *txn) error {
		if !state.CompareAndSwap(askedQueued, askedBegun) && state.Load() == askedGivenUp {
			return nil
		}
		return apply(ctx, t) // perhaps once more, after a batch that failed
	}}
	late := time.NewTimer(wait)
	defer late.Stop()
	select {
	case ops <- o:
	case <-c.stop:
		return ErrClosed
	case <-c.done:
		return ErrClosed
	case <-late.C:
		return errBusy
	}
	select {
	case err := <-o.done:
		return err
	case <-c.done:
	case <-late.C:
		if state.CompareAndSwap(askedQueued, askedGivenUp) {
			return errBusy
		}
		select {
		case err := <-o.done:
			return err
		case <-c.done:
		}
	}
	select {
	case err := <-o.done: // it was among the last
		return err
	default:
		return ErrClosed
	}
}

// commit does a batch in one transaction, or in as many as what is urgent cuts it into;
// if an op fails in one, each in its own, so that one cannot take the others with it.
func (c *cache) commit(ctx context.Context, db *sql.DB, batch []op) {
	for {
		if batch = c.leaveOut(batch); len(batch) == 0 {
			return
		}
		n, err := c.transact(ctx, db, batch)
		for tries := 1; db == c.quick && errors.Is(err, errBusy) && tries < busyTries; tries++ {
			c.commitUrgent(ctx)
			n, err = c.transact(ctx, db, batch)
		}
		if err != nil {
			c.commitEach(ctx, db, batch, n > 0, err)
			return
		}
		for _, o := range batch[:n] {
			c.settle(o, nil)
		}
		if batch = batch[n:]; len(batch) > 0 {
			c.commitUrgent(ctx)
		}
	}
}

// leaveOut lets go of messages that were not saved within closeTime of a close: the server
// has them, and they are told again.
func (c *cache) leaveOut(batch []op) []op {
	select {
	case <-c.stop:
	default:
		return batch
	}
	if c.closing.IsZero() {
		c.closing = time.Now()
	}
	if time.Since(c.closing) < closeTime {
		return batch
	}
	var left []op
	for _, o := range batch {
		if o.covers && o.done == nil {
			c.settle(o, errLate)
		} else {
			left = append(left, o)
		}
	}
	return left
}

// commitEach does what failed together one by one, unless nothing was begun.
func (c *cache) commitEach(ctx context.Context, db *sql.DB, batch []op, begun bool, err error) {
	if len(batch) == 1 || !begun || errors.Is(err, errBusy) {
		for _, o := range batch {
			c.settle(o, err)
		}
		return
	}
	for _, o := range batch {
		if db == c.quick {
			c.commitUrgent(ctx)
		}
		_, err := c.transact(ctx, db, []op{o})
		c.settle(o, err)
	}
}

// commitUrgent does what is urgent in the midst of what is not.
func (c *cache) commitUrgent(ctx context.Context) {
	select {
	case o := <-c.urgent:
		c.commit(ctx, c.sure, gather(c.urgent, o))
	default:
	}
}

func (c *cache) settle(o op, err error) {
	if o.done != nil {
		c.complain(err)
		o.done <- err
		return
	}
	c.behind.Add(-1)
	if err == nil {
		return
	}
	if o.covers && !c.stalled {
		c.stalled = true
		c.log.Warn("cannot save messages; they will be fetched again at the next start", "error", err)
	} else {
		c.log.Debug("cannot write to the message cache", "error", err)
	}
	c.complain(err)
}

// complain notes an error that says that the database is damaged.
func (c *cache) complain(err error) {
	if corrupt(err) {
		c.mark(err)
	}
}

// transact does a batch in one transaction, or its first ops, where something urgent has
// come meanwhile, and says how many: who waits at a keyboard waits for one op, not for all.
// With an error it is how many were tried.
func (c *cache) transact(ctx context.Context, db *sql.DB, batch []op) (n int, err error) {
	defer func() {
		if busy(err) {
			err = fmt.Errorf("%w: %w", errBusy, err)
		}
	}()
	began := time.Now()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("cache: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	t := &txn{Tx: tx, stalled: c.stalled, bounds: c.bounds, spans: make(map[string]span)}
	for _, o := range batch {
		if n > 0 && db == c.quick && (len(c.urgent) > 0 || time.Since(began) > batchTime) {
			break
		}
		n++
		if err := o.apply(ctx, t); err != nil {
			return n, fmt.Errorf("cache: %w", err)
		}
	}
	if err := t.finish(ctx); err != nil {
		return n, fmt.Errorf("cache: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return n, fmt.Errorf("cache: %w", err)
	}
	if c.erased = c.erased || t.erased; c.erased && len(c.urgent) == 0 {
		c.scrub(ctx)
	}
	return n, nil
}
