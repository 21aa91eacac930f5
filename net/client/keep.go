package client

import (
	"context"
	"errors"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// The outbox is in memory, where Enqueue, Retry and Drop change it at once (TakeBack, which the disk decides, does not). One goroutine
// makes the disk the same, in order: within milliseconds, and where another program holds
// the database, in a file beside it (spare.go). A draft goes to the server when it is on
// disk, or when it is known that it cannot be: so whatever kills the program, what was
// taken is found again, and what was not is still with who wrote it.

const (
	// keepWait is how long the database is waited for before a draft goes into the spare
	// file: longer than a transaction of another process, and no more than a moment.
	keepWait = 250 * time.Millisecond

	// keepAgain is how long after a try that failed the next one is, at first; it doubles up
	// to keepSeldom, for a disk may be full for days.
	keepAgain  = time.Second
	keepSeldom = 30 * time.Second

	// hangWait is how long a disk may neither take a draft nor fail before the user is told
	// and it goes from memory.
	hangWait = 3 * time.Second

	// yieldWait bounds Config.Dropping.
	yieldWait = 3 * time.Second
)

// keptWhere is where a draft would be found after the process was killed.
type keptWhere int

const (
	inMemory   keptWhere = iota // nowhere
	inSpare                     // in the spare file alone
	inDatabase                  // in the database
)

// keeper is what the goroutines have that make the disk what the outbox is.
type keeper struct {
	stop, ended        chan struct{} // of the one that writes
	yield              chan struct{} // capacity 1: something was dropped
	unyield, unyielded chan struct{} // stop and ended of the one that waits for Dropping
}

func newKeeper() keeper {
	return keeper{
		stop: make(chan struct{}), ended: make(chan struct{}), yield: make(chan struct{}, 1),
		unyield: make(chan struct{}), unyielded: make(chan struct{}),
	}
}

// keep makes the disk follow the outbox until it is stopped.
func (c *Client) keep() {
	defer close(c.keeper.ended)
	again := time.NewTimer(0)
	defer again.Stop()
	pause, armed := keepAgain, false
	for {
		select {
		case <-c.outbox.dirty:
		case <-again.C:
			if armed {
				pause = min(2*pause, keepSeldom)
			}
			armed = false
		case <-c.keeper.stop:
			return
		case <-c.cache.done: // it panicked
			return
		}
		hangs := time.AfterFunc(hangWait, func() { c.lend(errHangs) })
		err := c.keepNow(keepWait)
		if err == nil {
			err = c.release()
		}
		hangs.Stop()
		if err == nil {
			pause = keepAgain
			continue
		}
		if !armed { // what is said meanwhile puts it off no further
			again.Reset(pause)
			armed = true
		}
	}
}

// keepNow makes the disk what the outbox is. With an error the database did not take it,
// and it is in the spare file if that can be written.
func (c *Client) keepNow(wait time.Duration) error {
	what := c.outbox.unsaved()
	if what.none() {
		return nil
	}
	err := c.cache.askWithin(wait, c.cache.urgent, func(ctx context.Context, t *txn) error {
		what = c.outbox.unsaved() // as it is by now
		return what.save(ctx, t)
	})
	if err == nil {
		c.outbox.saved(what, inDatabase)
		c.spare.remove()
		c.keptAgain(what)
		return nil
	}
	if what = c.outbox.unsaved(); c.cache.damaged.Load() { // who knows what can be read of it
		what = c.outbox.all()
	}
	what, shared := c.outbox.share(what)
	spare := c.spare.write(what)
	if shared(spare == nil); spare != nil {
		c.log.Debug("what is to be sent cannot be kept", "error", errors.Join(err, spare))
		c.lend(err)
		return err
	}
	c.log.Debug("what is to be sent is kept beside the message cache", "error", err)
	c.outbox.saved(what, inSpare)
	c.keptAgain(what)
	return err
}

// lend lets what could not be kept go from memory, and says so once.
func (c *Client) lend(err error) {
	if !c.outbox.lend() {
		return
	}
	says := "it cannot be written"
	if trouble, ok := ofDisk(err); ok {
		says = trouble.says
	}
	c.telling.Lock()
	defer c.telling.Unlock()
	if c.notKept == "" {
		c.log.Warn("what is to be sent cannot be kept", "error", err)
		c.notKept = "what you send goes from memory and is not kept: " + says
		c.feed.push(chat.Noticed{Text: c.notKept})
	}
}

// keptAgain says that what is sent is kept, where it was not.
func (c *Client) keptAgain(what unsaved) {
	c.telling.Lock()
	defer c.telling.Unlock()
	if c.notKept != "" && len(what.rows) > 0 {
		c.feed.push(chat.Noticed{Text: "what you send is kept again until it is sent", Instead: c.notKept})
		c.notKept = ""
	}
}

// dropAgain drops what was dropped and is there nevertheless, before anything is told of it.
func (c *Client) dropAgain(ids []string) {
	for _, id := range ids {
		_ = c.Drop(id) // it is unknown if it was off the disk
	}
}

// yieldDropped takes what was dropped off the disk, once what became of it is kept.
func (c *Client) yieldDropped() {
	defer close(c.keeper.unyielded)
	for {
		select {
		case <-c.keeper.yield:
			c.forgetDropped()
		case <-c.keeper.unyield:
			c.forgetDropped()
			return
		}
	}
}

func (c *Client) forgetDropped() {
	n := c.outbox.droppedNow()
	if n == 0 {
		return
	}
	if c.cfg.Dropping != nil {
		ctx, cancel := context.WithTimeout(context.Background(), yieldWait)
		defer cancel()
		c.cfg.Dropping(ctx)
	}
	c.outbox.forget(n)
}

// Kept waits until all that Enqueue took before is on disk, and returns nil then; with
// ErrNotKept when it is known that some of it cannot be.
func (c *Client) Kept(ctx context.Context) error {
	sure, lent := c.outbox.certainty()
	if sure != nil {
		select {
		case <-sure:
		case <-c.keeper.ended:
		case <-ctx.Done():
			return ctx.Err()
		}
		sure, lent = c.outbox.certainty()
	}
	switch {
	case lent:
		return ErrNotKept
	case sure != nil && c.keeper.over():
		return ErrClosed
	}
	return nil
}

func (k *keeper) over() bool {
	select {
	case <-k.ended:
		return true
	default:
		return false
	}
}

// endKeeping makes the disk what the outbox is for the last time.
func (c *Client) endKeeping() {
	close(c.keeper.unyield)
	<-c.keeper.unyielded
	close(c.keeper.stop)
	<-c.keeper.ended
	c.outbox.close()
	wait := keepWait
	if _, lent := c.outbox.certainty(); lent {
		wait = askWait
	}
	if err := c.keepNow(wait); err != nil {
		c.log.Warn("what is to be sent is not in the message cache", "error", err)
	}
}

// unsaved is what the disk does not have of the outbox.
type unsaved struct {
	rows []outboxRow
	gone []string
}

func (u *unsaved) none() bool { return len(u.rows) == 0 && len(u.gone) == 0 }

// save makes it of a database.
func (u *unsaved) save(ctx context.Context, s execer) error {
	for _, r := range u.rows {
		save := insertDraft
		if r.stored {
			save = updateDraft
		}
		if err := save(ctx, s, r); err != nil {
			return err
		}
	}
	for _, id := range u.gone {
		if err := deleteDraft(ctx, s, id); err != nil {
			return err
		}
	}
	return nil
}

// unsaved is what the disk does not have.
func (o *outbox) unsaved() (u unsaved) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.entries {
		if e.where != inDatabase || e.synced != e.changed && !e.taking { // what is taken back is not to be sent there again
			u.rows = append(u.rows, outboxRow{e.draft, e.refusal, e.where == inDatabase, e.home, e.changed})
		}
	}
	u.gone = append(u.gone, o.gone...)
	return u
}

// all is what a new database is to have.
func (o *outbox) all() (u unsaved) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.entries {
		u.rows = append(u.rows, outboxRow{e.draft, e.refusal, false, false, e.changed})
	}
	u.gone = append(u.gone, o.gone...) // what is carried over from the old one may have them
	return u
}

// saved notes where something is by now that was unsaved.
func (o *outbox) saved(u unsaved, where keptWhere) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range u.rows {
		e := o.byID[r.draft.ID]
		if e == nil {
			continue // it is among those that are gone
		}
		if e.where == inMemory && !e.lent {
			o.certain()
		}
		e.lent = false
		e.where = max(e.where, where)
		if where == inDatabase {
			e.synced = r.changed
		}
	}
	if where == inDatabase {
		o.gone = o.gone[min(len(u.gone), len(o.gone)):]
	}
	o.signal()
}

// lend lets all go that is not on disk, and tells whether there is any.
func (o *outbox) lend() (some bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.entries {
		if e.where != inMemory {
			continue
		}
		if some = true; !e.lent {
			e.lent = true
			o.certain()
		}
	}
	o.signal()
	return some
}

// certain counts one less that may be kept or not.
func (o *outbox) certain() {
	if o.unsure--; o.unsure == 0 {
		close(o.sure)
		o.sure = nil
	}
}

// certainty is closed when it is known of all whether they are kept, nil where it is known;
// lent where one is not.
func (o *outbox) certainty() (sure <-chan struct{}, lent bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.entries {
		lent = lent || e.lent
	}
	return o.sure, lent
}

// droppedNow is how many were dropped that the disk still has.
func (o *outbox) droppedNow() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.dropped)
}

// forget has the first n of them taken off the disk.
func (o *outbox) forget(n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.gone = append(o.gone, o.dropped[:n]...)
	o.dropped = o.dropped[n:]
	o.changes()
}

// close takes no more.
func (o *outbox) close() {
	o.mu.Lock()
	o.closed = true
	o.mu.Unlock()
}

// changes wakes who makes the disk follow.
func (o *outbox) changes() {
	select {
	case o.dirty <- struct{}{}:
	default:
	}
}
