// Package store is the read model of a team in one SQLite file: rooms, messages,
// accounts, invites and the team's name. It answers questions; what happened is
// the log's to say. Rooms and messages are made from the log by Apply and can
// be made again by Rebuild; accounts, invites (with who came in
// by them), files (but for which message has which), who was seen last when, where
// people are signed in, and the team are kept only here.
//
// It knows no transport, no token and no rule of chat, and it never imports a
// log engine: the engine of the embedded log keeps its own tables in the same
// file, by way of Writer, so that appending and applying are one transaction.
//
// Who touches what:
//
//	log's writer goroutine  Apply in its transaction   → the one writer connection
//	request goroutines      CreateInvite, Redeem, …    → the one writer connection
//	package files           BeginUpload, DropFiles, …  → the one writer connection
//	a host's command        Attach: another process, of whose transactions the same is true
//	request goroutines      History, After, Rooms, …   → a pool of readers
//	Search                  the same, maxSearches at a time
//	Indexer                 reads, then a transaction a batch → the one writer connection
//
// The writer connection is a queue of one: whoever writes waits for the other's
// transaction. Readers never wait for the writer nor it for them (WAL): each
// sees the file as of the last commit. What the Store itself remembers belongs to
// whoever has the writer connection (memo.go), but for how many searches run.
//
// Durability is SQLite's: WAL with synchronous=FULL, so that a transaction that
// was committed survives kill -9 and loss of power.
package store
