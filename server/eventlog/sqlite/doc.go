// Package sqlite is the embedded log of a team, for one server: the engine of
// eventlog that keeps its events in SQLite, in the same file as the read model,
// so that an event is stored and applied in one transaction or not at all.
//
// It knows no rule of chat and no read model: it is handed Apply, which runs in
// its transaction, and Deliver. The contract of its methods is eventlog.Log's.
//
// Event map:
//
//	callers of Append ──queue (bounded by events and bytes)──▶ writer
//	writer: takes what is queued, up to a bound, as one batch;
//	        BEGIN · Apply · INSERT INTO log · COMMIT (one sync for all)
//	writer ──committed (one batch)──▶ deliverer
//	deliverer: Deliver(new events), then each done in the order of the appends,
//	           some of them Together, then gives the batch's room in the queue back
//
// Some time after a batch that erased texts of earlier ones, and when it ends, the
// writer has Scrub called, which takes them from the disk.
//
// While the deliverer tells one batch the writer commits the next. The writer
// owns the queue's receiving end, the statements and the last offset; the
// deliverer owns nothing. Open starts both; Close closes the queue, the writer
// drains it and closes committed, the deliverer drains that, and Close waits
// for both.
//
// A batch is stored the fast way at first: as if all its events were new, they
// are applied and inserted together. Where that fails for a reason that is not
// the disk's (an author's ID that the log or the batch has already, an event that
// Apply refuses), the transaction is undone and the batch is stored with care: in one transaction again, but each event looked up
// first and under a savepoint of its own, so that it alone fails.
package sqlite
