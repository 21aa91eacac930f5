package client

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// A draft is at home until a connection may be given it: of this process or of another one on
// the folder. Until then it can be taken back, and is either taken back and never sent, or sent
// and not taken back. That is decided on disk, where both change the same row (stateHome): who
// takes it back makes it one that was refused, who connects makes all of them such as are to be
// sent, before the first is given to the connection. What is online when it is written is never
// at home, so that sending costs no more writes; nor is what was in the spare file, which the
// next process takes to its own.

// errTakenBack is why a draft is not sent that was taken back, while it is in the outbox.
var errTakenBack = &chat.Error{Code: chat.CodeNotAllowed, Message: "you took it back"}

// errElsewhere is why one is not sent here that is on disk no longer.
var errElsewhere = &chat.Error{Code: chat.CodeNotAllowed, Message: "another window of yours has sent it or taken it back"}

// rowFound is what was found on disk of a draft that is to be taken back.
type rowFound int

const (
	rowGone    rowFound = iota // nothing
	rowTaken                   // it was at home, and is refused now
	rowRefused                 // it was refused before
	rowLeft                    // a connection may have been given it
)

// TakeBack keeps a draft from being sent that was not given to any connection yet. It is one
// that failed then, also after a kill, until Retry or Drop. It waits for the disk, some seconds
// at most, of which ctx ends those in which nothing was decided yet: who has asked the disk to take
// it back waits for the answer. The error is ErrLeft where the draft may be on the server, and says otherwise why it
// could not be; it is sent then as if nothing had been asked.
func (c *Client) TakeBack(ctx context.Context, id string) error {
	if done, _, err := c.outbox.takeable(id, false); done || err != nil {
		return err
	}
	if err := c.Kept(ctx); err != nil && !errors.Is(err, ErrNotKept) { // first: then it is known where it is
		return err
	}
	done, there, err := c.outbox.takeable(id, true)
	for errors.Is(err, errShares) {
		if err := c.outbox.shared(ctx); err != nil {
			return err
		}
		done, there, err = c.outbox.takeable(id, true)
	}
	if done || err != nil {
		return err
	}
	hangs := time.AfterFunc(hangWait, func() { c.outbox.letGo(id) })
	defer hangs.Stop()
	var found rowFound
	err = c.cache.ask(c.cache.urgent, func(ctx context.Context, t *txn) (err error) {
		found, err = takeRow(ctx, t, id)
		return err
	})
	return c.outbox.taken(id, there, found, err)
}

// takeable tells whether a draft can be taken back, which is an error if not; done where it is
// not to be sent as it is. With hold nothing is sent until letGo or taken. there is what is to be
// found of it on disk if nobody else has changed it: rowTaken; rowGone where it is in memory only;
// rowRefused where the disk does not know yet that it was retried.
func (o *outbox) takeable(id string, hold bool) (done bool, there rowFound, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch e := o.byID[id]; {
	case e == nil:
		return false, rowLeft, ErrUnknownDraft
	case e.state == chat.DraftFailed:
		return true, rowLeft, nil
	case e.taking:
		return false, rowLeft, errTaking
	case !e.home || e.state != chat.DraftWaiting:
		return false, rowLeft, ErrLeft
	case hold && o.shares != nil:
		return false, rowLeft, errShares
	case e.where == inMemory:
		e.taking = hold
		return false, rowGone, nil
	case e.synced != e.changed:
		e.taking = hold
		return false, rowRefused, nil
	default:
		e.taking = hold
		return false, rowTaken, nil
	}
}

// errTaking is said where it is asked for twice at once.
var errTaking = errors.New("it is being taken back")

// errShares is said while the spare file is written: then it is known whether a draft is in it.
var errShares = errors.New("the spare file is being written")

// shared waits until it is.
func (o *outbox) shared(ctx context.Context) error {
	o.mu.Lock()
	shares := o.shares
	o.mu.Unlock()
	if shares == nil {
		return nil
	}
	late := time.NewTimer(hangWait)
	defer late.Stop()
	select {
	case <-shares:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-late.C:
		return notNow(errHangs)
	}
}

// notNow says that the disk keeps a draft from being taken back.
func notNow(err error) error {
	says := err.Error()
	if trouble, ok := ofDisk(err); ok {
		says = trouble.says
	}
	return &diskError{"it cannot be taken back now: " + says, err}
}

// letGo has drafts sent again that waited for one to be taken back.
func (o *outbox) letGo(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if e := o.byID[id]; e != nil {
		e.taking = false
		o.signal()
		o.changes()
	}
}

// taken makes of a draft what was found on disk, where takeable has said what was to be there: by
// now a connection may have come, and the disk may have been told of it.
func (o *outbox) taken(id string, there, found rowFound, err error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	e := o.byID[id]
	if e == nil {
		return ErrUnknownDraft
	}
	held := e.taking
	e.taking = false
	o.signal()
	o.changes() // which waited for it
	switch {
	case e.state == chat.DraftFailed:
		return nil
	case !held: // it was waited for long enough, and it is sent
		e.changed++
		o.changes()
		return notNow(errHangs)
	case err == nil && found == rowTaken:
		e.where, e.lent = inDatabase, false
		o.refuse(e, errTakenBack)
		return nil
	case err == nil && found == there, err != nil && there == rowGone && e.where == inMemory: // nobody else knows it
		o.refuse(e, errTakenBack)
		return nil
	case err != nil:
		return notNow(err)
	case found == rowLeft:
		e.home = false
		return ErrLeft
	default:
		o.refuse(e, errElsewhere)
		return errElsewhere
	}
}

// takeRow makes a draft on disk one that was refused, where it is at home there.
func takeRow(ctx context.Context, t *txn, id string) (rowFound, error) {
	state, refusal, err := storedState(outboxRow{refusal: errTakenBack})
	if err != nil {
		return rowGone, err
	}
	const query = "UPDATE outbox SET state = ?, error = ? WHERE id = ? AND state = ?"
	done, err := t.ExecContext(ctx, query, state, refusal, id, stateHome)
	if err != nil {
		return rowGone, err
	}
	if n, err := done.RowsAffected(); err != nil || n > 0 {
		return rowTaken, err
	}
	err = t.QueryRowContext(ctx, "SELECT state FROM outbox WHERE id = ?", id).Scan(&state)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return rowGone, nil
	case err == nil && state == stateRefused:
		return rowRefused, nil
	}
	return rowLeft, err
}

// leaveHome makes all that is at home such as is to be sent.
func leaveHome(ctx context.Context, t *txn) error {
	_, err := t.ExecContext(ctx, "UPDATE outbox SET state = ? WHERE state = ?", stateKept, stateHome)
	return err
}

// share is what of it may go where another process finds it and sends it; what is being taken back
// waits. Nothing else is taken back until done is told whether it is there: it is at home no longer
// then.
func (o *outbox) share(u unsaved) (shared unsaved, done func(there bool)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	shared.gone = u.gone
	for _, r := range u.rows {
		if e := o.byID[r.draft.ID]; e == nil || !e.taking {
			shared.rows = append(shared.rows, r)
		}
	}
	o.shares = make(chan struct{})
	return shared, func(there bool) {
		o.mu.Lock()
		defer o.mu.Unlock()
		for _, r := range shared.rows {
			if e := o.byID[r.draft.ID]; e != nil && there {
				e.home = false
			}
		}
		close(o.shares)
		o.shares = nil
	}
}
