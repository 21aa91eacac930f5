// Package bench finds out what a chat server holds: it fills rooms with clients,
// lets some of them speak, and checks at each of them that every message came
// once and in order, while it measures how long that took and what it cost.
//
// It knows protocols and not servers: how a client gets in, speaks and hears is a
// Protocol, so that servers of other kinds can be measured beside ours by the
// same clients. What a server does inside it learns only from outside: from the
// clock, and on Linux from the processor time and memory of its process.
//
// The generator must cost much less than what it measures, so a client is one
// goroutine with one buffer, which reads many frames at once, and finds in each
// the stamp of who said it, as which number, and when, without decoding the rest.
//
// Goroutines of a Fleet, all of which Close waits for:
//
//	reader   one a client: reads frames, checks stamps, answers pings, counts.
//	         It owns what the client has heard. Others see only its counters.
//	senders  one for each client that speaks, for the length of a phase.
//	pump     one for the length of a saturated phase: looks at every client's
//	         counter, and tells the senders of a room how far they may go.
package bench
