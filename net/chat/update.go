package chat

import "time"

// Update is one thing the client's end of the wire tells its screen. Updates
// come in order; a screen that applies each as it comes shows what the client
// knows.
type Update interface{ update() }

// Connection is the state of the connection. It is told at every change.
type Connection struct {
	State   ConnectionState
	Reason  string    // in words, for people; "" while all is well
	RetryAt time.Time // Waiting, and Refused unless zero: when the next attempt begins
	Banned  bool      // Refused: it is not the token; no other one will change that
}

// ConnectionState is one of the constants below.
type ConnectionState uint8

// The states of a connection.
const (
	Offline    ConnectionState = iota // not yet begun, or ended
	Connecting                        // dialing, authenticating or resuming
	Online                            // resumed: what is shown is current
	Waiting                           // for RetryAt, after a failure
	Refused                           // the server will not have this token; it is tried again at RetryAt, or only when asked to
)

// Identified tells who the user is and what the team has: from the cache at
// first, then at every welcome. Limits are zero while they are not known.
type Identified struct {
	You    User
	Team   Team
	Rooms  []Membership
	Limits Limits
}

// Arrived are messages that were not there before, in order, newest last. Each
// room's messages follow the ones told before without a gap.
type Arrived struct{ Messages []Message }

// Reloaded replaces all messages of a room by its newest ones: the first screen
// from the cache, or a history the client could not resume. More tells that
// older messages can be had.
type Reloaded struct {
	Room     string
	Messages []Message
	More     bool
}

// DraftChanged tells how a draft fares. Drafts of a room are shown after its
// messages, in the order of their first DraftChanged.
type DraftChanged struct {
	Draft Draft
	State DraftState
	Err   error  // DraftFailed: why, in words
	Seq   uint64 // DraftSent: the message's number in its room, 0 when not known
}

// DraftState is one of the constants below.
type DraftState uint8

// The states of a draft.
const (
	DraftWaiting DraftState = iota // kept on disk, for a connection
	DraftSending                   // on the wire, not yet acknowledged
	DraftSent                      // stored by the server; the message itself comes as Arrived
	DraftFailed                    // refused; it stays in the outbox until it is retried or dropped
)

func (Connection) update()   {}
func (Identified) update()   {}
func (Arrived) update()      {}
func (Reloaded) update()     {}
func (DraftChanged) update() {}
