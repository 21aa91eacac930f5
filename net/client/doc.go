// Package client is the client's end of the wire. A Client is for a screen: it dials
// a server, authenticates, resumes where it was, sends what was written in the order
// it was written, and keeps a copy of the newest messages on disk so that there is
// something to show before there is a network. A Line is for a script: one connection
// that asks and listens, and keeps nothing. Files moves files over HTTP for both.
//
// It knows nothing of screens, keyrings or the rules of chat. A screen is told
// chat.Updates; a token comes from a function that is asked at every attempt,
// and its successor goes to another.
//
// # Who runs, and who tells whom
//
//	caller of Run      dials, then is the read loop of the one connection; owns
//	                   view (what the screen was told, and the position) and the
//	                   gaps being filled; backs off between connections
//	  session.write    the one writer of that connection: answers to pings,
//	                   requests, drafts; started after the dial, waited for when
//	                   the connection ends
//	  session.renew    asks for a successor to a token that ends soon, has it kept
//	                   and shows it; started at the welcome, waited for by the
//	                   read loop when that ends
//	keep               makes the disk what the outbox is, and yieldDropped lets it
//	                   forget what was dropped; started by Open, waited for by Close
//	cache.write        owns the database's write handles, groups what is queued, and
//	                   what comes soon after where nobody waits for it, into
//	                   transactions; started by Open, waited for by Close
//	keepInputs         puts lines that were sent into the cache; started by Open, waited
//	                   for by Close
//	pump               hands updates to the one consumer; started by Open, waited
//	                   for by Close
//
//	read loop  → feed (pump)      messages, in order; waits while the feed is full
//	read loop  → cache.write      messages, and what became of them, with the
//	                              position they bring; waits while that queue is full
//	read loop  → session.write    "answer the ping" (never waits), history requests, and
//	                              where the user is in rooms that had a gap
//	read loop  → outbox           what the server acknowledged
//	Enqueue    → outbox           the draft (never waits); wakes Client.keep
//	keep       → cache.write      what the disk does not have of the outbox; waits for its
//	                              commit, then wakes session.write, which takes drafts in
//	                              order, at most 64 unacknowledged
//	Remember   → keepInputs       a line that was sent (never waits)
//	keepInputs → cache.write      the lines there are; waits for their commit
//	Drop       → yieldDropped     what is off the disk after Config.Dropping (never waits)
//	TakeBack   → cache.write      a draft that is not to be sent; waits for its commit
//	session.renew → session.write its requests; the read loop hands it the answers
//	Older      → cache.write      waits for what was queued before, so as not to read
//	                              what is out of date
//	Older      → session.write    a history request; the read loop hands it the answer
//	Reconnect  → caller of Run    "try at once" (never waits)
//
// A full feed stops the read loop, the read loop stops reading the socket, and
// the server sees a slow reader: nothing grows without bound on the way.
//
// # What a screen may rely on
//
// Every message is told once, and each room's messages follow one another
// without a gap; where that cannot be had, Reloaded replaces the room. A draft
// and the message it became carry the same ID, and the message's From.ID is the
// user's own: DraftSent always comes before the Arrived or Reloaded that has the
// message, never after it, so a screen that removes a draft's line when a
// message of the user with that ID comes shows one line all the while. A DraftSent
// with a Seq above the newest message of the room is followed by its message, or
// by a Reloaded whose newest is not below it. Otherwise the message is in older
// history already, which happens when an earlier answer was lost; nothing follows
// then, so a screen removes the line at that DraftSent, or at the Reloaded.
//
// What became of a message (MessageRevised, MessageErased and so on) comes after the
// message and may come again; of a message that is not shown it is to be ignored.
// Pages of history, and Reloaded, have the messages as they are by then. A room that
// is not among those of Identified or RoomsChanged is one the user is not in any more:
// nothing follows of it, and nothing of it is kept.
//
// # State folder
//
// One SQLite file per account, in a folder only its owner can enter. A file that
// is damaged, or was made by a newer hobnob, is set aside when it is opened, and
// the drafts that can be read are carried into the new one. One that is found damaged
// while it is used is set aside when it is closed, and the new one has all drafts there
// are in memory. What is to be sent while another program holds the database, or it is
// damaged, is in a file beside it, which the next process to open the folder puts there.
// What a full or broken disk does not take is sent from memory while
// there is a connection, and what is left of it in the end is in Left. Several
// processes of one person may use it at once: inserts are idempotent by room and
// seq, the saved position only moves forward within an epoch, and a draft that
// two processes send is posted once because the server knows it by its ID. What one
// that died left in the outbox another sends at its next welcome. What
// the cache holds of a room is always one run of seqs without a gap that ends at
// the newest known; a message that would leave a gap starts the run anew. It is as
// the server has it: who was not told what they missed has their rooms read anew, and
// a page that was read before a change and comes after it is corrected. What was
// deleted, and rooms that were left, are gone from the file, with the pages and the
// journal that they were in.
// Lines that were sent are there, too, and go with the messages that they became (inputs.go).
// The oldest messages go where a room has more than some thousand or some megabytes
// (cachebounds.go). A Close saves what only this client has, and messages for a moment:
// those it leaves out are told again.
//
// # A Line
//
// The caller of its methods reads the socket; link.write is its one goroutine beside
// that, ended and waited for by Close. What the server tells while a request is
// answered waits for Next, within bounds.
package client
