// Package unread is the account of what the user has not read in a team: in which rooms, how much of
// it, in which threads, and what of that is for them.
//
// A room has one marker, which the server keeps (chat.Membership), and what stands above it is unread.
// That is corrected by three things that are known here alone: which messages are deleted (deleted.go),
// which answers in threads the marker has passed on no screen (threads.go), and which rooms the user
// wants unread again, for the marker never goes back (held.go).
//
// A Book is for one goroutine, and waits for nothing.
package unread
