// Package gateway is what a socket may ask: both ways in, the plain lane and the
// chat lane. It turns Socket.IO events into calls of the server's rules, and
// stored events into packets; docs/protocol.md is its contract.
//
// It owns the shape of each payload on the wire and the standing of each socket
// (who it is, how long its token lasts, which lane it is on). It decides nothing
// about messages: that is package server's.
//
// Event map of one session:
//
//	transport read goroutine   Connect, Receive, Closed: everything the client says, in order
//	hub (log's deliverer)      Send: live events, never blocks
//	log's deliverer            acks of posted messages
//	timers                     the end of the grace, the end of the token
//
// A session's fields are grouped by who owns them; what several goroutines use
// is guarded by session.mu, which is never held while a socket is written.
package gateway
