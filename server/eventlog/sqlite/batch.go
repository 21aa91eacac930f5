package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// batch is some requests on their way through the log. It is the writer's until
// it is sent to the deliverer.
type batch struct {
	requests []request
	events   []chat.Event // the new ones, in log order
	answers  []answer     // one for each request

	failed bool          // the storage did
	told   chan struct{} // closed when all answers were told
}

// answer is what one request gets.
type answer struct {
	event  int         // index in events, when stored and err are nil
	stored *chat.Event // a duplicate's first event
	err    error
}

// answer is what request i is told. With an error it is told its own event.
func (b *batch) answer(i int) (chat.Event, error) {
	a := &b.answers[i]
	switch {
	case a.err != nil:
		return *b.requests[i].event, a.err
	case a.stored != nil:
		return *a.stored, nil
	default:
		return b.events[a.event], nil
	}
}

// write is the writer: see the event map.
func (l *Log) write() {
	defer close(l.committed)
	s := newScrubber(l)
	defer s.end()
	for {
		select {
		case first, ok := <-l.queue:
			if !ok {
				return
			}
			b := &batch{requests: l.gather(first), told: make(chan struct{})}
			l.commit(b)
			l.report(b)
			s.see(b.events)
			l.committed <- b
			if b.failed {
				<-b.told // see AppendIf: what follows may depend on it
			}
		case <-s.due():
			s.scrub()
		}
	}
}

// gather takes what else is queued after first, up to the bounds of a batch.
// Callers that were just told of the last batch are about to append again:
// letting them run first, as often as that brings more, makes one transaction
// of what would be a small and a large one.
func (l *Log) gather(first request) []request {
	for n := -1; len(l.queue) > n && len(l.queue) < batchEvents; {
		n = len(l.queue)
		runtime.Gosched()
	}
	list := make([]request, 1, min(len(l.queue)+1, batchEvents))
	list[0] = first
	for bytes := first.bytes; len(list) < batchEvents && bytes < batchBytes; {
		select {
		case r, ok := <-l.queue:
			if !ok {
				return list
			}
			list = append(list, r)
			bytes += r.bytes
		default:
			return list
		}
	}
	return list
}

// commit stores a batch, the fast way or with care, and fills in its answers.
// Its context has no end: what was taken from the queue is seen through.
func (l *Log) commit(b *batch) {
	ctx := context.Background()
	b.answers = make([]answer, len(b.requests))
	b.events = make([]chat.Event, 0, len(b.requests))
	for i := range b.requests {
		if may := b.requests[i].may; may != nil && !may() {
			b.answers[i].err = errUnwanted
			continue
		}
		b.answers[i].event = len(b.events)
		e := *b.requests[i].event
		e.Position = chat.Position{Epoch: l.epoch, Offset: l.next + uint64(len(b.events))}
		b.events = append(b.events, e)
	}
	if len(b.events) == 0 {
		return
	}
	err := l.inTx(ctx, func(tx *sql.Tx) error {
		if err := l.o.Apply(ctx, tx, b.events); err != nil {
			return err
		}
		return l.insert(ctx, tx, b.events)
	})
	if err != nil && !ofStorage(err) {
		b.events = b.events[:0]
		err = l.inTx(ctx, func(tx *sql.Tx) error { return l.careful(ctx, tx, b) })
	}
	if err != nil {
		b.events, b.failed = nil, true
		for i := range b.answers {
			b.answers[i] = answer{err: unavailable(err)}
		}
		return
	}
	l.next += uint64(len(b.events))
	l.last.Store(l.next - 1)
}

// careful stores the events of a batch one by one, in one transaction. Only an
// error of the storage is returned: any other is its event's answer alone.
func (l *Log) careful(ctx context.Context, tx *sql.Tx, b *batch) error {
	for i := range b.requests {
		if b.answers[i].err != nil {
			continue
		}
		e := *b.requests[i].event
		stored, err := l.find(ctx, tx, &e) // also those of this transaction
		if err != nil {
			return storageError{err}
		}
		if stored != nil {
			b.answers[i] = answer{stored: stored}
			continue
		}
		at := len(b.events)
		e.Position = chat.Position{Epoch: l.epoch, Offset: l.next + uint64(at)}
		b.events = append(b.events, e)
		switch err := l.alone(ctx, tx, b.events[at:]); {
		case err == nil:
			b.answers[i] = answer{event: at}
		case ofStorage(err):
			return err
		default:
			b.events = b.events[:at]
			b.answers[i] = answer{err: refused(err)}
		}
	}
	return nil
}

// alone applies and inserts one event under a savepoint, and leaves nothing of
// it when that fails.
func (l *Log) alone(ctx context.Context, tx *sql.Tx, one []chat.Event) error {
	if _, err := tx.ExecContext(ctx, "SAVEPOINT alone"); err != nil {
		return storageError{err}
	}
	err := l.o.Apply(ctx, tx, one)
	if err == nil {
		err = l.insert(ctx, tx, one)
	}
	if ofStorage(err) {
		return err // SQLite may have ended the transaction, and it is undone anyway
	}
	if err != nil {
		if _, undo := tx.ExecContext(ctx, "ROLLBACK TO alone"); undo != nil {
			return storageError{errors.Join(err, undo)}
		}
	}
	if _, end := tx.ExecContext(ctx, "RELEASE alone"); end != nil {
		return storageError{end}
	}
	return err
}

// inTx runs f in a transaction. What fails at its edges is the storage's fault.
func (l *Log) inTx(ctx context.Context, f func(tx *sql.Tx) error) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return storageError{fmt.Errorf("begin: %w", err)}
	}
	if err := f(tx); err != nil {
		// SQLite ends the transaction itself for some errors (disk full): that
		// there is none to roll back is nothing to add to err.
		_ = tx.Rollback()
		return err
	}
	if err := tx.Commit(); err != nil {
		return storageError{fmt.Errorf("commit: %w", err)}
	}
	return nil
}

// report tells the host when the log stops to store and when it goes on.
func (l *Log) report(b *batch) {
	failed := errors.Is(b.answers[0].err, errUnavailable)
	if failed == l.failing {
		return
	}
	l.failing = failed
	if failed {
		l.o.Logger.Error("the log cannot store events", "err", b.answers[0].err)
	} else {
		l.o.Logger.Info("the log stores events again")
	}
}
