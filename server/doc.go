// Package server holds the rules of chat: who may do what, what a valid message
// is, when it is stored, and who hears of it.
//
// It knows no transport, no token format and no database. It is handed a Log
// that makes events durable, a ReadModel that answers questions, and it hands
// batches of stored events to a Hub, which knows who listens.
//
// The way of a message:
//
//	read goroutine of a session   Service.Throttle, then Post: validate, Log.Append
//	the log's writer              durable and applied to the read model
//	the log's deliverer           Service.Deliver: room index, then Hub.Broadcast
//	                              → encoded once a lane → Subscriber.Send
//	                              then done, in the order of the appends
//
// Who comes into the team waits at the door (door.go) for who comes at the same time:
// all of them are appended together. Its lock comes before the team's.
//
// Who owns what: the Hub's audience and its position are guarded by Hub.mu, the
// Service's room index by Service.mu, the limiters by rates.mu. Hub.mu is held
// while subscribers are sent to, so a subscriber's own locks come after it.
package server
