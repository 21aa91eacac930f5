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
//	         after a failure; owns the workers, and when each that failed may try
//	         again; writes down what was passed over, of all webhooks at once
//	worker   reads the log after its webhook's cursor, posts message after message,
//	         writes its cursor down; ends when there is nothing more, or at a failure
//
// New starts the manager. Close ends the requests under way and waits for all, then what was passed
// over is written down.
package webhook
