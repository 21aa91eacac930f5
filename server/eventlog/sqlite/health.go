package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Commit is one transaction of the writer, for whoever counts.
type Commit struct {
	Events   int           // that it stored, without duplicates
	Messages int           // of those
	Waited   time.Duration // its first event, from its Append to the transaction's begin
	Took     time.Duration // the transaction, with its sync
	Err      error         // why nothing of it was stored
}

// ErrFull is what Ready says of a disk without room, or a file that may not grow.
var ErrFull = errors.New("the disk is full")

const (
	// probeEvery is how often a log that cannot store is tried: what asks may do so
	// as often as it likes.
	probeEvery = time.Second

	// probeBytes is what is written to find out whether there is room again: some
	// hundred messages, so that the next one does not fill the last page.
	probeBytes = 64 << 10
)

// health is how the storage fares. It is safe from any goroutine.
type health struct {
	mu     sync.Mutex
	cause  error     // why the last transaction stored nothing; nil while all is well
	probed time.Time // when that was last tried

	probing sync.Mutex // held by the one that tries
}

// set notes how a transaction went, and tells whether that is another than before.
func (h *health) set(cause error) (changed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	changed = (h.cause == nil) != (cause == nil)
	h.cause = cause
	return changed
}

// due tells whether it is time to try again, and why the log cannot store.
func (h *health) due(now time.Time) (try bool, cause error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cause == nil || now.Sub(h.probed) < probeEvery {
		return false, h.cause
	}
	h.probed = now
	return true, h.cause
}

// Ready tells whether the log can store. It is nil while the last transaction did;
// after one that did not, Ready itself tries, once a second at most, so that a disk
// with room again is found out without anybody's message. The error wraps ErrFull
// where that is the reason. It is safe from any goroutine, and blocks for as long as
// a transaction.
func (l *Log) Ready(ctx context.Context) error {
	try, cause := l.health.due(time.Now())
	if try && l.health.probing.TryLock() {
		defer l.health.probing.Unlock()
		cause = l.probe(ctx)
		if ctx.Err() != nil {
			return ctx.Err() // whoever asked has gone, and nothing was found out
		}
		l.noted(cause)
	}
	if full(cause) {
		return fmt.Errorf("%w: %w", ErrFull, cause)
	}
	return cause
}

// probe writes as much as some messages would, and takes it away again.
func (l *Log) probe(ctx context.Context) error {
	for _, q := range []string{
		"CREATE TABLE IF NOT EXISTS log_probe (one INTEGER PRIMARY KEY CHECK (one = 1), data BLOB NOT NULL)",
		fmt.Sprintf("INSERT OR REPLACE INTO log_probe VALUES (1, zeroblob(%d))", probeBytes),
		"UPDATE log_probe SET data = x''",
	} {
		err := l.inTx(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, q)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// full tells whether err is of a disk without room.
func full(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_FULL
}

// report tells who counts of a batch, and the host when the log stops to store and
// when it goes on.
func (l *Log) report(b *batch, began time.Time) {
	c := Commit{Events: len(b.events), Waited: began.Sub(b.requests[0].at), Took: time.Since(began)}
	if err := b.answers[0].err; errors.Is(err, errUnavailable) {
		c.Err = err
	}
	for i := range b.events {
		if b.events[i].Kind == chat.MessageCreated {
			c.Messages++
		}
	}
	l.noted(c.Err)
	if l.o.Committed != nil {
		l.o.Committed(c)
	}
}

// noted keeps how the storage fares, and tells the host when that changes.
func (l *Log) noted(cause error) {
	switch {
	case !l.health.set(cause):
	case cause != nil:
		l.o.Logger.Error("the log cannot store events", "err", cause)
	default:
		l.o.Logger.Info("the log stores events again")
	}
}
