package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// queueEvents and queueBytes bound what waits to be stored or delivered: some
	// tens of milliseconds of the fastest load, and memory a small host has.
	queueEvents = 4096
	queueBytes  = 64 << 20

	// batchEvents bounds a transaction, and with it how long the first of a batch waits
	// for the last: some 50 ms of work, where so much waits at once. What a room said in a
	// batch is one write to each who hears it, so in many rooms larger ones cost less.
	batchEvents = 4096
	batchBytes  = 8 << 20

	// together is how many answers are told at a time: some 100 µs of work.
	together = 128

	// eventOverhead is what an event counts in the queue beside its body.
	eventOverhead = 512

	// scrubAfter is when what was erased is gone from the disk: soon enough for who
	// asked, and not for each message when many are deleted one by one.
	scrubAfter = 20 * time.Second

	// pageEvents bounds what one Read answers, in events.
	pageEvents = 1024

	// MaxPage bounds what one Read answers, in bytes of stored events.
	MaxPage = 8 << 20
)

// ErrClosed is returned by Append and Read after Close.
var ErrClosed = errors.New("the log is closed")

// Options is what a Log is wired with.
type Options struct {
	// Apply brings the read model up to date with the next events of the log and
	// sets their Seq in place. It must do so in tx alone: the transaction may
	// be undone and the events applied again, at other offsets. An event that
	// it refuses fails with its *chat.Error, or else with chat.CodeInternal.
	Apply func(ctx context.Context, tx *sql.Tx, batch []chat.Event) error

	// Deliver is told each batch of new events, in log order, from one
	// goroutine, once they are durable. The batch is its to keep.
	Deliver func(batch []chat.Event)

	// Together, when not nil, calls tell, which answers some requests of a batch: for
	// who makes one write of answers to the same client.
	Together func(tell func())

	// Reader is a pool of connections to the same file that only read.
	Reader *sql.DB

	// QueueBytes bounds what waits to be stored or delivered, in bytes of bodies
	// and a little for each event; 64 MiB when 0.
	QueueBytes int64

	// Scrub takes from the disk what a batch has erased (chat.Event.Erases). The
	// goroutine that writes calls it some time after such a batch, and before Close
	// returns; again later when it fails. nil where there is nothing to do.
	Scrub func(ctx context.Context) error

	// ScrubAfter is how long after the first of several batches that is: 20 s when 0.
	ScrubAfter time.Duration

	// Committed is told of each transaction, by the goroutine that makes them all,
	// which waits for it; nil is nobody.
	Committed func(Commit)

	// Logger is told when the log stops to store and when it goes on.
	Logger *slog.Logger
}

// Log is an open log. Its methods are safe from any goroutine.
type Log struct {
	// set once
	db        *sql.DB
	o         Options
	epoch     string
	stmts     statements
	queue     chan request
	room      *semaphore.Weighted // bytes of the queue
	committed chan *batch
	closing   chan struct{}
	done      sync.WaitGroup
	last      atomic.Uint64 // written by the writer
	health    health

	// owned by the writer
	next  uint64 // offset of the next event
	args  []any
	arena []byte
	scrub scrubber

	mu     sync.RWMutex // held to read while sending to the queue
	closed bool         // guarded by mu
	ended  sync.Once
	err    error // of closing the statements; set in ended
}

// copies are events that the log has its own of for a while: they are large.
var copies = sync.Pool{New: func() any { return new(chat.Event) }}

// request is one Append.
type request struct {
	at    time.Time
	event *chat.Event // the log's own copy, which it does not change
	may   func() bool // nil: it may
	done  func(chat.Event, error)
	bytes int64
}

// Open opens the log in the database of db, a handle of one connection that
// begins its transactions as IMMEDIATE (store.Writer), and makes its tables
// where there are none. ctx ends the opening only. The databases are closed by
// whoever opened them, after Close.
func Open(ctx context.Context, db *sql.DB, o Options) (*Log, error) {
	if o.Apply == nil || o.Deliver == nil || o.Reader == nil {
		return nil, errors.New("open log: Apply, Deliver and Reader are needed")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.QueueBytes <= 0 {
		o.QueueBytes = queueBytes
	}
	if o.Together == nil {
		o.Together = func(tell func()) { tell() }
	}
	if o.ScrubAfter <= 0 {
		o.ScrubAfter = scrubAfter
	}
	l := &Log{
		db: db, o: o,
		queue:     make(chan request, queueEvents),
		room:      semaphore.NewWeighted(o.QueueBytes),
		committed: make(chan *batch, 1),
		closing:   make(chan struct{}),
	}
	l.scrub.l = l
	last, err := l.load(ctx)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	if err := l.stmts.prepare(ctx, db, o.Reader); err != nil {
		return nil, errors.Join(fmt.Errorf("open log: %w", err), l.stmts.close())
	}
	l.next = last + 1
	l.last.Store(last)
	l.done.Go(l.write)
	l.done.Go(l.deliver)
	return l, nil
}

// Append implements eventlog.Log.
func (l *Log) Append(ctx context.Context, e chat.Event, done func(chat.Event, error)) error {
	return l.AppendIf(ctx, e, nil, done)
}

// AppendIf implements eventlog.Log.
func (l *Log) AppendIf(ctx context.Context, e chat.Event, may func() bool, done func(chat.Event, error)) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return ErrClosed
	}
	own, _ := copies.Get().(*chat.Event)
	*own = e
	r := request{at: time.Now(), event: own, may: may, done: done, bytes: min(cost(&e), l.o.QueueBytes)}
	if !l.room.TryAcquire(r.bytes) {
		if err := l.room.Acquire(ctx, r.bytes); err != nil {
			return err
		}
	}
	select {
	case l.queue <- r:
		return nil
	default:
	}
	select {
	case l.queue <- r:
		return nil
	case <-ctx.Done():
		l.room.Release(r.bytes)
		return ctx.Err()
	case <-l.closing:
		l.room.Release(r.bytes)
		return ErrClosed
	}
}

// cost is what an event counts in the queue, in bytes. Append takes one that is
// larger than the queue when it has the queue to itself.
func cost(e *chat.Event) int64 {
	n := eventOverhead + len(e.Body.JSON)
	for _, a := range e.Body.Attachments {
		n += len(a)
	}
	return int64(n)
}

// Last implements eventlog.Log.
func (l *Log) Last() chat.Position {
	if n := l.last.Load(); n > 0 {
		return chat.Position{Epoch: l.epoch, Offset: n}
	}
	return chat.Position{}
}

// Close implements eventlog.Log. It must not be called from Deliver or done.
func (l *Log) Close() error {
	l.ended.Do(func() {
		close(l.closing)
		l.mu.Lock()
		l.closed = true
		l.mu.Unlock()
		// Nobody sends any more: the writer drains the queue and ends.
		close(l.queue)
		l.done.Wait()
		l.err = l.stmts.close()
	})
	return l.err
}

// deliver is the deliverer: see the event map.
func (l *Log) deliver() {
	for b := range l.committed {
		if len(b.events) > 0 {
			l.o.Deliver(b.events)
		}
		l.tell(b)
		close(b.told)
	}
}

// tell gives the answers of a batch.
func (l *Log) tell(b *batch) {
	var bytes int64
	for at := 0; at < len(b.requests); at += together {
		end := min(at+together, len(b.requests))
		l.o.Together(func() {
			for i := at; i < end; i++ {
				r := &b.requests[i]
				r.done(b.answer(i))
				bytes += r.bytes
				*r.event = chat.Event{}
				copies.Put(r.event)
			}
		})
	}
	l.room.Release(bytes)
}
