package store

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	// indexPause is how long the Indexer waits before it begins with what is new, so
	// that a message a second costs a transaction a second and not more. Until then a
	// search looks through those messages, of which even a busy second brings few.
	indexPause = time.Second

	// yield is how many times as long as a batch took the Indexer leaves the writer to
	// appends, where there are some. A tenth of the time is enough for thousands of
	// messages a second; under the load of a benchmark it falls behind, and what
	// was acknowledged is durable and told all the same.
	yield = 9

	// maxIndexPause is how long it waits at most before it tries again what failed.
	maxIndexPause = time.Minute
)

// Indexer keeps the search index up with the messages, behind the commits that make
// them. It goes on where the index ends, whatever ended the server the last time.
//
// One goroutine, which StartIndexer starts and Close waits for:
//
//	Deliver   ──Wake──▶ indexer: waits indexPause, then a transaction for each batch,
//	                    between which appends have theirs, until nothing is left
//
// Its methods are safe from any goroutine.
type Indexer struct {
	wake  chan struct{} // holds one
	close context.CancelFunc
	done  sync.WaitGroup
}

// StartIndexer begins to index what is not indexed yet, and goes on until ctx ends or
// it is closed, which must be before the Store is.
func (s *Store) StartIndexer(ctx context.Context, log *slog.Logger) *Indexer {
	ctx, cancel := context.WithCancel(ctx)
	x := &Indexer{wake: make(chan struct{}, 1), close: cancel}
	x.done.Go(func() { x.run(ctx, s, log) })
	return x
}

// Wake tells that there are new messages, or changed ones. It does not block.
func (x *Indexer) Wake() {
	select {
	case x.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// Close ends indexing and waits for the transaction under way. What is left is
// indexed after the next start.
func (x *Indexer) Close() {
	x.close()
	x.done.Wait()
}

func (x *Indexer) run(ctx context.Context, s *Store, log *slog.Logger) {
	failed := time.Duration(0) // how long it waited after the last failure
	for {
		began := time.Now()
		more, err := s.indexSome(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			if failed == 0 {
				log.Error("the search index is not kept up; messages are found all the same, more slowly", "err", err)
			}
			failed = min(max(2*failed, indexPause), maxIndexPause)
			if !pause(ctx, failed) {
				return
			}
			continue
		case failed > 0:
			log.Info("the search index is kept up again")
			failed = 0
		}
		if more {
			if len(x.wake) > 0 && !pause(ctx, yield*time.Since(began)) {
				return
			}
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-x.wake:
		}
		if !pause(ctx, indexPause) {
			return
		}
	}
}

// pause waits, and tells whether to go on.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
