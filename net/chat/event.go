package chat

// EventKind says what happened.
type EventKind string

// The kinds of event. Their names are stored in the log and never change.
const (
	MessageCreated EventKind = "message"
)

// Event is one thing that happened in a team, as the log keeps it. The log sets
// Position; applying the event to the read model sets Seq. Everything else is
// set by whoever appends it.
type Event struct {
	Position Position
	Kind     EventKind
	ID       string // idempotency key, scoped to Author.ID
	Author   User
	At       Millis
	Room     string
	Seq      uint64 // MessageCreated: the message's number in Room
	Body     Body   // MessageCreated
	ReplyTo  string // MessageCreated: ID of a message of Room, or ""
	Thread   string // MessageCreated: ID of the message that began the thread, or ""
}

// Message is the message a MessageCreated event made.
func (e Event) Message() Message {
	return Message{
		Envelope: Envelope{
			ID: e.ID, Room: e.Room, Seq: e.Seq, Position: e.Position,
			From: e.Author, At: e.At, ReplyTo: e.ReplyTo, Thread: e.Thread,
		},
		Body: e.Body,
	}
}
