package client

import (
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// pipeline is how many drafts may be on the wire without an answer: enough
	// to fill a connection to the other side of the world.
	pipeline = 64

	// outboxCount and outboxBytes bound what waits to be sent: a script that
	// pipes a log into a team it cannot reach is told so.
	outboxCount = 10_000
	outboxBytes = 64 << 20
)

// outbox has the drafts that were not settled yet, in the order in which they
// were written. It is what there is; the disk follows it (keep.go). It tells every change
// of a draft to the feed under its lock, so that a screen is told them in the order in
// which they happened. Its methods are safe from any goroutine and never wait.
type outbox struct {
	feed  *feed
	wake  chan struct{} // capacity 1: there may be something to send
	dirty chan struct{} // capacity 1: there is something that the disk does not have

	mu      sync.Mutex
	closed  bool // nothing more is taken
	open    bool // there is a connection that is given drafts, or will be at once
	entries []*entry
	byID    map[string]*entry
	bytes   int
	sending int // entries in DraftSending, or about to be
	hold    backoff
	until   time.Time // nothing is sent before: the server cannot store now

	unsure  int             // entries of which it is not known whether they can be kept
	sure    chan struct{}   // closed when there are none; nil then
	gone    []string        // to be taken off the disk
	dropped []string        // the same, once what became of them is kept
	shares  chan struct{}   // closed when the spare file is written; nil while it is not
	left    map[string]bool // what left while the disk is read; nil while it is not
}

// entry is one draft. Its fields are guarded by the outbox's mu.
type entry struct {
	draft   chat.Draft
	state   chat.DraftState
	refusal *chat.Error
	seq     uint64 // DraftSent: the message's, 0 when not known
	weight  int
	kept    bool // it was there when the client opened
	where   keptWhere
	lent    bool   // it cannot be kept, and goes from memory
	changed uint64 // counts what became of it that is to be kept
	synced  uint64 // which of that the disk has
	putOff  bool   // the server could not store it: later ones wait until it went
	home    bool   // no connection of any process has been given it: it can be taken back
	taking  bool   // it is being taken back, and nothing goes until that is known
	held    bool   // there is a connection, but the disk did not say yet whether another process took it back
}

func newOutbox(f *feed, rows []outboxRow, random func() float64) *outbox {
	o := &outbox{
		feed: f, wake: make(chan struct{}, 1), dirty: make(chan struct{}, 1),
		byID: make(map[string]*entry, len(rows)), hold: newBackoff(random),
	}
	for _, r := range rows {
		e := o.add(r.draft)
		e.kept, e.where, e.home = true, inDatabase, r.home
		if r.refusal != nil {
			e.state, e.refusal = chat.DraftFailed, r.refusal
		}
	}
	return o
}

func (o *outbox) add(d chat.Draft) *entry {
	e := &entry{draft: d, state: chat.DraftWaiting, weight: updateWeight + weighBody(d.Body)}
	o.entries = append(o.entries, e)
	o.byID[d.ID] = e
	o.bytes += e.weight
	return e
}

// enqueue takes one more draft, which the disk does not have yet.
func (o *outbox) enqueue(d chat.Draft) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.closed:
		return ErrClosed
	case o.byID[d.ID] != nil:
		return ErrDuplicate
	case len(o.entries) >= outboxCount || o.bytes+weighBody(d.Body) > outboxBytes:
		return ErrOutboxFull
	}
	e := o.add(d)
	e.home = !o.open
	o.tell(e)
	if o.unsure++; o.sure == nil {
		o.sure = make(chan struct{})
	}
	o.changes()
	return nil
}

// kept are the updates a screen begins with: the drafts of an earlier process.
func (o *outbox) kept() []chat.Update {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []chat.Update
	for _, e := range o.entries {
		if e.kept {
			out = append(out, e.update())
		}
	}
	return out
}

// waiting is how many are to be sent.
func (o *outbox) waiting() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, e := range o.entries {
		if e.state != chat.DraftFailed {
			n++
		}
	}
	return n
}

// unsent are the IDs of a room's drafts whose messages were not told.
func (o *outbox) unsent(room string) (ids []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.entries {
		if e.draft.Room == room {
			ids = append(ids, e.draft.ID)
		}
	}
	return ids
}

// settleQuietly removes a draft that no screen was told of.
func (o *outbox) settleQuietly(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if e := o.byID[id]; e != nil && e.kept {
		o.remove(e)
	}
}

// next takes the oldest draft that may be sent now. When there is none, wait is
// how long until it is worth asking again without being woken, 0 for never.
func (o *outbox) next(now time.Time) (d chat.Draft, ok bool, wait time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.sending >= pipeline {
		return d, false, 0
	}
	held := false
	for _, e := range o.entries {
		if e.state == chat.DraftSending && e.putOff {
			return d, false, 0
		}
		if e.state != chat.DraftWaiting {
			continue
		}
		if e.taking {
			return d, false, 0
		}
		if held = held || e.held; e.held || held && e.where != inMemory {
			continue // in their order, but for what the disk does not take
		}
		if wait := o.until.Sub(now); wait > 0 {
			return d, false, wait
		}
		if e.where == inMemory && !e.lent {
			return d, false, 0 // the disk is first
		}
		e.state, e.home = chat.DraftSending, false
		o.sending++
		return e.draft, true, 0
	}
	return d, false, 0
}

// wrote tells the screen that a draft that next gave out is on the wire, unless
// it is settled by now.
func (o *outbox) wrote(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if e := o.byID[id]; e != nil && e.state == chat.DraftSending {
		o.tell(e)
	}
}

// rewind makes every draft that was on the wire wait for the next connection:
// whether the server took it is not known, and sending it again is harmless.
func (o *outbox) rewind() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.entries {
		if e.state == chat.DraftSending {
			e.state = chat.DraftWaiting
			o.tell(e)
		}
		e.home, e.held = e.home || e.held, false // it was not given to the connection
	}
	o.sending, o.open = 0, false
	o.until = time.Time{}
}

// settle removes a draft that the server has stored as the message seq of its
// room, and tells so. It reports false when there is none, for most messages are
// not ours.
func (o *outbox) settle(id string, seq uint64) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	e := o.byID[id]
	if e == nil {
		return false
	}
	o.leave(e, chat.DraftSent)
	e.seq = seq
	o.tell(e)
	o.remove(e)
	o.hold.reset()
	return true
}

// fail keeps a draft that the server will not take, and lets later ones go on.
func (o *outbox) fail(id string, refusal *chat.Error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	e := o.byID[id]
	if e == nil {
		return
	}
	o.refuse(e, refusal)
}

func (o *outbox) refuse(e *entry, refusal *chat.Error) {
	o.leave(e, chat.DraftFailed)
	e.refusal, e.home, e.held = refusal, false, false
	e.changed++
	o.tell(e)
	o.changes()
}

// failAll does fail to every draft that had not failed before.
func (o *outbox) failAll(refusal *chat.Error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.entries {
		if e.state != chat.DraftFailed {
			o.refuse(e, refusal)
		}
	}
}

// postpone keeps a draft that the server cannot store now, and holds back all
// that follow until it was tried again.
func (o *outbox) postpone(id string, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	e := o.byID[id]
	if e == nil || e.state != chat.DraftSending {
		return
	}
	e.putOff = true
	o.leave(e, chat.DraftWaiting)
	o.tell(e)
	if !o.until.After(now) { // one pause for all that were on the wire together
		o.until = now.Add(o.hold.next())
	}
}

// retry makes a failed draft wait again, at its old place. One that was taken back is at home
// again, where there is no connection.
func (o *outbox) retry(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	e := o.byID[id]
	if e == nil {
		return false
	}
	if e.state == chat.DraftFailed {
		e.home = !o.open && *e.refusal == *errTakenBack // which an earlier process may have written
		e.state, e.refusal = chat.DraftWaiting, nil
		e.changed++
		o.tell(e)
		o.signal()
		o.changes()
	}
	return true
}

// drop removes a draft and what the screen was not told of it yet. The disk has it until
// forget.
func (o *outbox) drop(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	e := o.byID[id]
	if e == nil {
		return false
	}
	o.leave(e, e.state)
	o.remove(e)
	o.dropped = append(o.dropped, id)
	o.feed.forget(id)
	return true
}

// leave takes e out of DraftSending into state.
func (o *outbox) leave(e *entry, state chat.DraftState) {
	if e.state == chat.DraftSending {
		o.sending--
	}
	e.state = state
	o.signal()
}

func (o *outbox) remove(e *entry) {
	for i, other := range o.entries { // nearly always among the first
		if other == e {
			copy(o.entries[i:], o.entries[i+1:])
			o.entries[len(o.entries)-1] = nil
			o.entries = o.entries[:len(o.entries)-1]
			break
		}
	}
	delete(o.byID, e.draft.ID)
	o.bytes -= e.weight
	if o.left != nil {
		o.left[e.draft.ID] = true
	}
	if e.where != inDatabase { // it may be on its way there
		o.gone = append(o.gone, e.draft.ID)
		o.changes()
	}
	if e.where == inMemory && !e.lent {
		o.certain()
	}
}

func (o *outbox) tell(e *entry) { o.feed.push(e.update()) }

func (e *entry) update() chat.DraftChanged {
	u := chat.DraftChanged{Draft: e.draft, State: e.state, Seq: e.seq}
	if e.refusal != nil {
		u.Err = e.refusal
	}
	return u
}

// signal wakes the writer.
func (o *outbox) signal() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}
