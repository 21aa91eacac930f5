package client

import "errors"

// Errors of this package's calls, matched with errors.Is.
var (
	// ErrClosed is returned after Close.
	ErrClosed = errors.New("the client is closed")

	// ErrRunning is returned by a second Run while the first has not returned.
	ErrRunning = errors.New("the client is already running")

	// ErrOffline is returned by Older when the cache does not have the messages
	// and there is no connection to ask on, or it ended before the answer.
	ErrOffline = errors.New("not connected to the server")

	// ErrNoToken may be returned, also wrapped, by Config.Token: there is none,
	// and asking again will not change that. The connection becomes Refused.
	ErrNoToken = errors.New("not signed in")

	// ErrOutboxFull is returned by Enqueue: too much is waiting to be sent.
	ErrOutboxFull = errors.New("too many messages are waiting to be sent")

	// ErrDraft is returned by Enqueue for a draft no server would take.
	ErrDraft = errors.New("not a message that can be sent")

	// ErrNotKept is returned by Kept: what is to be sent is in memory alone.
	ErrNotKept = errors.New("what is to be sent cannot be kept on this machine")

	// ErrDuplicate is returned by Enqueue for an ID that is already waiting.
	ErrDuplicate = errors.New("a message with this ID is already waiting to be sent")

	// ErrUnknownDraft is returned by Retry, Drop and TakeBack for an ID not in the outbox,
	// perhaps because the draft was sent meanwhile.
	ErrUnknownDraft = errors.New("no such message is waiting to be sent")

	// ErrLeft is returned by TakeBack: the draft may be on the server.
	ErrLeft = errors.New("it may be there already; it can be deleted when it is")

	// ErrHeld is returned by Open when another program holds the database, and has not let
	// go of it for some seconds.
	ErrHeld = errors.New("another program holds what is kept on this machine")
)

// errBusy is what the cache tells its callers here: the disk is too slow, or another process
// holds the database. Nothing was changed.
var errBusy = errors.New("the disk is busy")
