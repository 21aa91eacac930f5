// Package files is the files of a team: how one comes in, who may have it, and
// when it goes.
//
// It joins the contents, which package blob keeps under their hash, with what is
// known of them, which package store keeps, and holds the two together: a record
// whose content is missing, or a content without a record, is what its locks and
// its sweeper are there to prevent. It knows no HTTP and no message: that a message
// has a file, or has it no more, is noted in the store by whoever applies it. Who
// may post and read in a room it is told by the Rooms it is handed.
//
// The way of a file:
//
//	Receive   admitted (bounds, and one transfer an upload: a new one ends the
//	          one before) → the upload's record → a part on disk, durable every
//	          saveEvery bytes → sealed, placed under its hash, recorded as a file,
//	          the last two under the lock of its hash
//	a message takes it: its record is due no more
//	the last message that has it is gone: its record is due at once
//	sweeper   uploads that do not go on, records that are due, then, under the lock
//	          of its hash, each content that no record has any more
//
// Who owns what: a transfer's part is its goroutine's alone. mu guards who
// transfers. The sweeper is the Library's one goroutine; Close waits for it and for
// all transfers.
package files
