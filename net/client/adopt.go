package client

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// adopt takes over the drafts of other processes on the folder, which may have
// died. One that lives may send them too: the server posts each once, and what
// either is told of the message settles it. It runs before the first message of
// a connection, behind all that is queued for the cache, so that no draft comes
// back whose message was told; and what was at home (takeback.go) is not any more.
func (c *Client) adopt() {
	home := c.outbox.opens()
	c.outbox.reads()
	rows, err := c.readOutbox(c.cache.ops)
	unread := err != nil
	if err == nil && (len(home) > 0 || slices.ContainsFunc(rows, func(r outboxRow) bool { return r.home })) {
		// Once more, as it is when nothing can be taken back any more.
		var left []outboxRow
		if left, err = c.leaveHome(askWait); err == nil { // else they are at home still, whatever was read before the commit failed
			rows = left
		}
	}
	if err != nil {
		c.log.Warn("what other processes left to be sent could not be read; the next connection looks again", "error", err)
		c.outbox.homeless(home, errors.Is(err, errBusy) || unread && later(err))
	}
	if unread {
		home = nil
	}
	c.outbox.adopt(rows, home)
}

// release lets go what homeless held back, as soon as the disk says what became of it. An error
// is why it does not. It does not wait behind what is queued, for it takes over nothing.
func (c *Client) release() error {
	held := c.outbox.heldBack()
	if len(held) == 0 {
		return nil
	}
	rows, err := c.leaveHome(keepWait)
	if err != nil && !errors.Is(err, errBusy) { // nobody else can change it there either
		rows, err = c.readOutbox(c.cache.urgent)
		if !later(err) {
			c.outbox.homeless(held, false)
		}
	}
	if later(err) {
		return err
	}
	c.outbox.release(rows, held, err == nil)
	return nil
}

// later tells whether what could not be read may be another time: not where it is damaged.
func later(err error) bool {
	return errors.Is(err, errBusy) || fromSQLite(err) && !corrupt(err)
}

func (c *Client) readOutbox(ops chan<- op) (rows []outboxRow, err error) {
	err = c.cache.ask(ops, func(ctx context.Context, t *txn) (err error) {
		rows, err = readOutbox(ctx, t)
		return err
	})
	return rows, err
}

// leaveHome makes all that is at home such as is to be sent, and reads what there is then.
func (c *Client) leaveHome(wait time.Duration) (rows []outboxRow, err error) {
	err = c.cache.askWithin(wait, c.cache.urgent, func(ctx context.Context, t *txn) (err error) {
		if err := leaveHome(ctx, t); err != nil {
			return err
		}
		rows, err = readOutbox(ctx, t)
		return err
	})
	return rows, err
}

// strand fails what another user of the same folder wrote, or the same one on
// another team: it must not be said in a name it was not written in.
func (c *Client) strand() {
	refusal := &chat.Error{Code: chat.CodeNotAllowed, Message: "this was written on another account; retry to send it on this one"}
	c.outbox.opens()
	c.cache.markDrafts(refusal)
	c.outbox.failAll(refusal)
}

// opens notes that there is a connection: what is taken from now on may be given to it before
// it is known on disk that it may. home are the drafts that were at home until now, true those
// that the database has there.
func (o *outbox) opens() (home map[string]bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.open = true
	home = make(map[string]bool)
	for _, e := range o.entries {
		if e.home {
			home[e.draft.ID] = e.where == inDatabase && e.synced == e.changed
			e.home = false
		}
	}
	return home
}

// homeless has the disk told later that drafts are at home no longer, since it could not be told
// now. They are sent all the same: who is connected goes on speaking when the disk is full. With
// hold it is not known what another process did with those that the disk has, and they wait for
// release.
func (o *outbox) homeless(home map[string]bool, hold bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for id, there := range home {
		switch e := o.byID[id]; {
		case e == nil || e.state != chat.DraftWaiting:
		case hold && there:
			e.held = true
		default:
			e.changed++
		}
	}
	o.changes()
}

// heldBack are the drafts that wait for release.
func (o *outbox) heldBack() map[string]bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	held := make(map[string]bool)
	for _, e := range o.entries {
		if e.held {
			held[e.draft.ID] = true
		}
	}
	return held
}

// release lets drafts go that were held back, but for those that are not to be sent any more by
// what the disk has, which is rows where that is known.
func (o *outbox) release(rows []outboxRow, held map[string]bool, known bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for id := range held {
		if e := o.byID[id]; e != nil && e.held {
			e.held = false
		} else { // its connection ended meanwhile
			delete(held, id)
		}
	}
	for _, r := range rows {
		if r.refusal == nil {
			delete(held, r.draft.ID)
		}
	}
	if known {
		o.elsewhere(held)
	}
	o.signal()
}

// elsewhere fails those of what the disk has had that are not to be sent any more.
func (o *outbox) elsewhere(home map[string]bool) {
	for id, there := range home {
		if e := o.byID[id]; there && e != nil && e.state == chat.DraftWaiting && !e.taking {
			o.refuse(e, errElsewhere)
		}
	}
}

// adopt takes over what another process left in the outbox on disk, whose drafts
// rows are in their order, and puts all that is to be sent into that order. Of those that were
// at home, and on disk, another process sent or took back what is not there.
func (o *outbox) adopt(rows []outboxRow, home map[string]bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	place := make(map[string]int, len(rows))
	for i, r := range rows {
		place[r.draft.ID] = i
		if r.refusal == nil {
			delete(home, r.draft.ID)
		}
		if r.refusal != nil || r.home || o.byID[r.draft.ID] != nil || o.left[r.draft.ID] {
			continue
		}
		if len(o.entries) < outboxCount && o.bytes+weighBody(r.draft.Body) <= outboxBytes {
			e := o.add(r.draft)
			e.where = inDatabase
			o.tell(e)
			o.signal()
		}
	}
	o.elsewhere(home)
	o.left = nil
	o.order(place)
}

// reads notes that the disk is read from now on, for adopt: what leaves meanwhile does not
// come back with it.
func (o *outbox) reads() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.left = make(map[string]bool)
	for _, id := range slices.Concat(o.gone, o.dropped) {
		o.left[id] = true
	}
}

// order puts the drafts into their order on disk. What is not there comes there later.
func (o *outbox) order(place map[string]int) {
	at := func(e *entry) int {
		if at, ok := place[e.draft.ID]; ok {
			return at
		}
		return len(place)
	}
	slices.SortStableFunc(o.entries, func(a, b *entry) int { return at(a) - at(b) })
}
