// Package eventlog says what a log of events is, and holds the conformance suite
// that every engine passes: TestLog. The engines are the packages below it; they
// do not import this one, which is for their tests and their readers.
//
// A log is the ordered, durable sequence of all events of a team. It knows what
// happened and in which order; what follows from it is the read model's to say.
package eventlog

import (
	"context"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Log is the contract of an engine. Its methods are safe from any goroutine.
//
// A log has an epoch, a name for its history, made with it and the same every
// time it is opened; no two logs have the same. Its events have the offsets 1,
// 2, 3 … in the order in which they became durable, without gaps: an event that
// failed has none.
//
// An event's key is its author's ID together with its own. The first event of a
// key is the only one that is stored; every further one, whenever it comes and
// whatever it says, is a duplicate.
type Log interface {
	// Append hands e to the log, which sets its Position and its Seq. It blocks
	// only while the log's queue is full; ctx ends that wait and nothing else.
	// When it returns an error e was not taken, done is never called, and the
	// error is the context's or the engine's for a closed log. The bytes of e's
	// body are not changed by the caller from here on.
	//
	// done is called once, in the order in which the events were appended, after
	// e is durable, applied to the read model, and Deliver has returned for it.
	// It is called with e as it is stored; for a duplicate, with the first event
	// of the key: that one's position, seq, time and body. Or it is called with
	// e as it was appended and an error, which has a *chat.Error in it:
	// chat.CodeUnavailable, with its cause, when the storage failed and nothing
	// of e was stored; another when e itself cannot be applied. The log goes on
	// after either. done must not block, nor call Append or Close.
	//
	// Two events appended one after the other by one goroutine are stored in
	// that order; of two goroutines, in any.
	Append(ctx context.Context, e chat.Event, done func(chat.Event, error)) error

	// AppendIf is Append of an event that its asker may come to want no more: may
	// is called before e is stored, and when it is false e is answered with
	// chat.CodeUnavailable. When the storage has failed, every done that has to
	// tell of it returns before the next may is called. So who has sent events
	// ahead can see to it that none is stored behind a later one. may must not
	// block, nor call Append or Close; nil is always true.
	AppendIf(ctx context.Context, e chat.Event, may func() bool, done func(chat.Event, error)) error

	// Read answers stored events after an offset, in order, without gaps, at
	// most limit of them. It may answer fewer than there are, but none only at
	// the end of the log, or when limit is below 1.
	Read(ctx context.Context, after uint64, limit int) ([]chat.Event, error)

	// Last is the position of the newest durable event, which may not have been
	// delivered yet: zero while the log is empty.
	Last() chat.Position

	// Close takes no more events, stores and delivers what it took, calls every
	// done, and waits for all of that. Afterwards Append and Read fail. Closing
	// again does nothing. It must not be called from Deliver or done.
	Close() error
}

// Deliver is what an engine is opened with. It is told all new events (no
// duplicates), each once, in log order, in batches, from one goroutine, after
// they are durable and before their done is called. Events that were stored
// before the log was opened are not told. The batch is Deliver's to keep; the
// bodies in it are shared.
type Deliver func(batch []chat.Event)
