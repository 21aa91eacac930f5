package client

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// op is one change to the database. Those that are queued together share a
// transaction.
type op struct {
	apply  func(context.Context, *txn) error
	covers bool       // it saves messages: the position must not pass it if it is lost
	done   chan error // nil when nobody waits
}

// txn is one transaction, with what it read kept for the ops that follow.
type txn struct {
	*sql.Tx
	stalled  bool // the position is not to be moved
	read     bool // epoch and position were read
	epoch    string
	position chat.Position
	spans    map[string]span
	insert   *sql.Stmt // prepared by the first that needs it
}

// span is what the cache has of a room: the seqs from lo to hi, none when hi is 0.
type span struct{ lo, hi uint64 }

const (
	// askWait is how long somebody at a keyboard waits for the disk: long enough
	// for one transaction of another process, short enough not to seem frozen.
	askWait = 2 * time.Second

	// busyTries is how often a batch that nobody waits for is tried while another
	// process holds the database: for busyWait each, with what is urgent between.
	busyTries = 5
)

// put queues o, and waits while the queue is full. It does not end with the
// connection that o came from: what the screen was told is saved. Nothing is
// queued once the cache is closed.
func (c *cache) put(ops chan<- op, o op) {
	select {
	case ops <- o:
	case <-c.stop:
	}
}

// The states of what was asked.
const (
	askedQueued  int32 = iota
	askedBegun         // its transaction has begun: its end is waited for
	askedGivenUp       // it is not to be done any more
)

// ask has apply done and waits for its commit. It returns ErrBusy when that was
// not begun within askWait, and then nothing is done.
func (c *cache) ask(ops chan<- op, apply func(context.Context, *txn) error) error {
	var state atomic.Int32
	o := op{done: make(chan error, 1), apply: func(ctx context.Context, t *txn) error {
		if !state.CompareAndSwap(askedQueued, askedBegun) && state.Load() == askedGivenUp {
			return nil
		}
		return apply(ctx, t) // perhaps once more, after a batch that failed
	}}
	late := time.NewTimer(askWait)
	defer late.Stop()
	select {
	case ops <- o:
	case <-c.stop:
		return ErrClosed
	case <-late.C:
		return ErrBusy
	}
	select {
	case err := <-o.done:
		return err
	case <-c.done:
	case <-late.C:
		if state.CompareAndSwap(askedQueued, askedGivenUp) {
			return ErrBusy
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
			c.commit(ctx, c.quick, gather(c.ops, o))
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

// gather takes what is queued behind first.
func gather(ops <-chan op, first op) []op {
	batch := []op{first}
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

// commit does a batch in one transaction; if an op fails in it, each in its own,
// so that one cannot take the others with it.
func (c *cache) commit(ctx context.Context, db *sql.DB, batch []op) {
	begun, err := c.transact(ctx, db, batch)
	for tries := 1; db == c.quick && errors.Is(err, ErrBusy) && tries < busyTries; tries++ {
		c.commitUrgent(ctx)
		begun, err = c.transact(ctx, db, batch)
	}
	if err == nil || len(batch) == 1 || !begun || errors.Is(err, ErrBusy) {
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
		o.done <- err
		return
	}
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

// transact does a batch in one transaction. Unless begun, no op was tried.
func (c *cache) transact(ctx context.Context, db *sql.DB, batch []op) (begun bool, err error) {
	defer func() {
		if busy(err) {
			err = fmt.Errorf("%w: %w", ErrBusy, err)
		}
	}()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return false, fmt.Errorf("cache: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	t := &txn{Tx: tx, stalled: c.stalled, spans: make(map[string]span)}
	for _, o := range batch {
		if err := o.apply(ctx, t); err != nil {
			return true, fmt.Errorf("cache: %w", err)
		}
	}
	if err := t.trim(ctx); err != nil {
		return true, fmt.Errorf("cache: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return true, fmt.Errorf("cache: %w", err)
	}
	return true, nil
}

// page is messages of one room with seqs that follow one another.
type page struct {
	epoch    string // of the log they were read from
	room     string
	messages []chat.Message
	you      string // whose drafts they settle
	older    bool   // not what follows the run but what precedes it
}

// save adds a page to the cache, and takes the drafts it settles out of the
// outbox: a draft is never found there beside the message it became.
func (t *txn) save(ctx context.Context, p page) error {
	if err := t.state(ctx); err != nil {
		return err
	}
	for _, m := range p.messages {
		if m.From.ID != p.you || p.you == "" {
			continue
		}
		if err := deleteDraft(m.ID)(ctx, t); err != nil {
			return err
		}
	}
	if len(p.messages) == 0 || p.epoch != t.epoch {
		return nil // another process has moved on to another history of the log
	}
	r, err := t.span(ctx, p.room)
	if err != nil {
		return err
	}
	lo, hi := p.messages[0].Seq, p.messages[len(p.messages)-1].Seq
	switch {
	case r.hi == 0 && p.older:
		return nil // what is newer is not there
	case r.hi == 0:
		r = span{lo, hi}
	case hi+1 < r.lo, p.older && (lo > r.hi || r.hi-r.lo+1 >= keep):
		return nil // it does not touch the run, or would be trimmed at once
	case lo > r.hi+1:
		if _, err := t.ExecContext(ctx, "DELETE FROM messages WHERE room = ?", p.room); err != nil {
			return err
		}
		r = span{lo, hi}
	}
	for _, m := range p.messages {
		if err := t.add(ctx, m); err != nil {
			return err
		}
	}
	t.spans[p.room] = span{min(r.lo, lo), max(r.hi, hi)}
	return nil
}

// add inserts a message that is not there yet.
func (t *txn) add(ctx context.Context, m chat.Message) error {
	b, err := encodeMessage(m)
	if err != nil {
		return err
	}
	if t.insert == nil { // closed with the transaction
		const query = "INSERT OR IGNORE INTO messages (room, seq, message) VALUES (?, ?, ?)"
		if t.insert, err = t.PrepareContext(ctx, query); err != nil {
			return err
		}
	}
	_, err = t.insert.ExecContext(ctx, m.Room, int64(m.Seq), b)
	return err
}

// encodeMessage is json.Marshal without HTML escaping, which would make bodies
// longer than they are.
func encodeMessage(m chat.Message) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// span reads what the cache has of a room.
func (t *txn) span(ctx context.Context, room string) (span, error) {
	if r, ok := t.spans[room]; ok {
		return r, nil
	}
	r, err := readSpan(ctx, t.Tx, room)
	if err == nil {
		t.spans[room] = r
	}
	return r, err
}

// trim drops the oldest messages of the rooms that were written to and grew too
// long. It can leave no gap, for it takes from the run's end.
func (t *txn) trim(ctx context.Context) error {
	for room, r := range t.spans {
		if r.hi-r.lo < keep+keepSlack {
			continue
		}
		_, err := t.ExecContext(ctx, "DELETE FROM messages WHERE room = ? AND seq <= ?", room, int64(r.hi-keep))
		if err != nil {
			return err
		}
	}
	return nil
}

// state reads the epoch and the position once.
func (t *txn) state(ctx context.Context) error {
	if t.read {
		return nil
	}
	epoch, err := readMeta(ctx, t.Tx, metaEpoch)
	if err != nil {
		return err
	}
	t.position, err = readPosition(ctx, t.Tx)
	if err != nil {
		return err
	}
	t.epoch, t.read = string(epoch), true
	return nil
}

// advance saves the position, forward only and within its epoch only. Ops are
// done in order, so everything it covers was saved by this or an earlier one.
func (t *txn) advance(ctx context.Context, p chat.Position) error {
	if err := t.state(ctx); err != nil {
		return err
	}
	if t.stalled || p.IsZero() || p.Epoch != t.epoch || (!t.position.IsZero() && p.Offset <= t.position.Offset) {
		return nil
	}
	t.position = p
	return t.setMeta(ctx, metaPosition, []byte(p.String()))
}

// begin prepares for the messages of an epoch: those of another are dropped, and
// with purge all of them.
func (t *txn) begin(ctx context.Context, epoch string, purge bool) error {
	if err := t.state(ctx); err != nil {
		return err
	}
	if t.epoch == epoch && !purge {
		return nil
	}
	if _, err := t.ExecContext(ctx, "DELETE FROM messages"); err != nil {
		return err
	}
	t.epoch, t.position = epoch, chat.Position{}
	clear(t.spans)
	return errors.Join(
		t.setMeta(ctx, metaEpoch, []byte(epoch)),
		t.setMeta(ctx, metaPosition, nil),
	)
}

// identify saves who the user is and what the team has, and drops the messages
// of rooms that are not among it.
func (t *txn) identify(ctx context.Context, who chat.Identified) error {
	b, err := json.Marshal(who)
	if err != nil {
		return err
	}
	if err := t.setMeta(ctx, metaIdentity, b); err != nil {
		return err
	}
	known := make(map[string]bool, len(who.Rooms))
	for _, r := range who.Rooms {
		known[r.ID] = true
	}
	rooms, err := readRooms(ctx, t.Tx)
	if err != nil {
		return err
	}
	for _, room := range rooms {
		if known[room] {
			continue
		}
		if _, err := t.ExecContext(ctx, "DELETE FROM messages WHERE room = ?", room); err != nil {
			return err
		}
		delete(t.spans, room)
	}
	return nil
}

func (t *txn) setMeta(ctx context.Context, key string, value []byte) error {
	if value == nil {
		value = []byte{}
	}
	_, err := t.ExecContext(ctx, "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", key, value)
	return err
}
