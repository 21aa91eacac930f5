package client

import (
	"context"
	"time"
)

const (
	// linger is how long after one commit of what nobody waits for the next begins, at
	// the soonest. At 200 messages a second each costs the processor less than half so of
	// what it costs in a commit of its own. What comes when it is quiet is committed at
	// once. A process that is killed meanwhile is told again what it had not saved.
	linger = 50 * time.Millisecond

	// readWait is how long a read waits for what was put before it. Then it has what is
	// there, as another process's would.
	readWait = 250 * time.Millisecond
)

// write owns the write handles. It is started by openCache and ends after close,
// when everything queued until then is committed.
func (c *cache) write(ctx context.Context) {
	defer close(c.done)
	for {
		select {
		case o := <-c.urgent: // first, if it is there
			c.commit(ctx, c.sure, gather(c.urgent, o))
			continue
		default:
		}
		select {
		case o := <-c.urgent:
			c.commit(ctx, c.sure, gather(c.urgent, o))
		case o := <-c.ops:
			c.commit(ctx, c.quick, c.collect(ctx, o))
			c.committed = time.Now()
		case <-c.stop:
			c.flush(ctx)
			return
		}
	}
}

func (c *cache) flush(ctx context.Context) {
	for {
		select {
		case o := <-c.urgent:
			c.commit(ctx, c.sure, gather(c.urgent, o))
		case o := <-c.ops:
			c.commit(ctx, c.quick, gather(c.ops, o))
		default:
			return
		}
	}
}

// collect takes what comes behind first until a commit is due: when the last one is long
// enough ago, somebody waits for one of them, there are as many as the queue holds, or
// the cache is closed. What is urgent is done in between.
func (c *cache) collect(ctx context.Context, first op) []op {
	batch := gather(c.ops, first)
	wait := time.Until(c.committed.Add(linger))
	if wait <= 0 || pressing(batch) {
		return batch
	}
	due := time.NewTimer(wait)
	defer due.Stop()
	for len(batch) < cap(c.ops) {
		select {
		case o := <-c.ops:
			if batch = append(batch, o); pressing(batch[len(batch)-1:]) {
				return gather(c.ops, batch...)
			}
		case o := <-c.urgent:
			c.commit(ctx, c.sure, gather(c.urgent, o))
		case <-due.C:
			return batch
		case <-c.stop:
			return batch
		}
	}
	return batch
}

// pressing tells whether one of them is not to be kept waiting.
func pressing(batch []op) bool {
	for _, o := range batch {
		if o.soon || o.done != nil {
			return true
		}
	}
	return false
}

// gather takes what is queued behind a batch.
func gather(ops <-chan op, batch ...op) []op {
	for len(batch) < cap(ops) {
		select {
		case o := <-ops:
			batch = append(batch, o)
		default:
			return batch
		}
	}
	return batch
}

// saved waits until what was put before it is committed, so that a read has it. It gives
// up when ctx ends, and soon when the disk does not take it.
func (c *cache) saved(ctx context.Context) {
	if c.behind.Load() == 0 {
		return
	}
	late := time.NewTimer(readWait)
	defer late.Stop()
	o := op{done: make(chan error, 1), apply: func(context.Context, *txn) error { return nil }}
	select {
	case c.ops <- o:
	case <-late.C:
		return
	case <-ctx.Done():
		return
	case <-c.stop:
		return
	}
	select {
	case <-o.done: //nolint:errcheck // it is only waited for
	case <-late.C:
	case <-ctx.Done():
	case <-c.done:
	}
}
