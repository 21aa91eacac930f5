// Package webhook tells other programs what is said, by HTTP: the outgoing webhooks
// of a team. Each message of a webhook's room is posted to its address, signed, in
// order, and again until it is taken. It follows Standard Webhooks
// (standardwebhooks.com, version 1.0.0), for which there are libraries in many
// languages. It knows no tokens and no rules: before each message it asks whether the
// webhook may still tell, and one that may not is as one whose address fails.
//
// Event map:
//
//	the log's deliverer ──Wake (never waits)──▶ manager ◀──Made── who made a webhook
//
//	manager  reads which webhooks there are, and passes over what they do not hear;
//	         starts a worker for each that has something to tell and is not waiting
//	         after a failure, the one first whose last turn is longest ago; owns the
//	         workers; writes down what was passed over, of all webhooks at once
//	worker   is one turn of a webhook: reads the log after its cursor, posts message
//	         after message, writes its cursor down; ends after a page or turnTime, or
//	         at a failure
//	turns    says who may have a worker and who waits: those whose addresses are slow
//	         hold some of the workers and never all of them
//
// New starts the manager. Close ends the requests under way and waits for all, then what was passed
// over is written down.
package webhook
