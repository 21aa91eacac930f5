package chat

// EventKind says what happened.
type EventKind string

// The kinds of event, and what each has beside Author and At. Their names are
// stored in the log and never change. Target is a message's number in Room; fields
// of Change are named with a dot before them.
const (
	// Messages.
	MessageCreated EventKind = "message"         // Room, Seq, Body, ReplyTo, Thread, Extra
	MessageEdited  EventKind = "message:edited"  // Room, Body, Extra.Mentions, .Target, .Revision (of the text it replaces)
	MessageDeleted EventKind = "message:deleted" // Room, Thread (it was in), .Target, .User (whose it was), .Reason
	MessageReacted EventKind = "message:reacted" // Room, .Target, .Emoji, .On
	MessagePinned  EventKind = "message:pinned"  // Room, .Target, .On

	// Rooms. Room is the room's ID.
	RoomCreated EventKind = "room:created" // .Kind, .Name, .Topic, .Purpose, .Users (its first members)
	RoomChanged EventKind = "room:changed" // what changes: .Name .Topic .Purpose .Archived .Slow .Keep
	RoomJoined  EventKind = "room:joined"  // .Users: Author joined, or let them in
	RoomLeft    EventKind = "room:left"    // .User: left, or was removed by Author; .Reason
	RoomTrimmed EventKind = "room:trimmed" // .Target: messages up to there are gone, for Keep; who had not read so far has

	// What is one person's own; Author's devices alone are told.
	MarkerMoved    EventKind = "read"   // Room, .Target: read up to there
	NotifyChanged  EventKind = "notify" // Room, .Level
	ThreadFollowed EventKind = "follow" // Room, Thread, .On

	// People.
	UserEntered  EventKind = "user:entered"  // Author is in the team from now on, or has another name or role
	RoleChanged  EventKind = "user:role"     // .User with the Role they have from now on
	UserBanned   EventKind = "user:banned"   // .User, .On, .Reason
	UserMuted    EventKind = "user:muted"    // .User, Room or "" for all, .Until (0 is no longer), .Reason
	SessionEnded EventKind = "session:ended" // .User, .SignIn; with .On all of theirs until now but that one; .Reason

	// Webhooks, which are kept beside the log; it says who made and ended them. Nobody is told.
	HookCreated EventKind = "hook:created" // Room or "" for all, .User (as which it posts), .On: it posts, and is not one that tells
	HookDeleted EventKind = "hook:deleted" // the same
)

// ReservedID begins the IDs of who is no person and has no token.
const ReservedID = "hobnob:"

// System is the author of what nobody in particular did.
var System = User{ID: ReservedID + "system", Name: "hobnob", Role: RoleOwner}

// Event is one thing that happened in a team, as the log keeps it. The log sets
// Position; applying the event to the read model sets Seq. Everything else is
// set by whoever appends it.
type Event struct {
	Position Position
	Kind     EventKind
	ID       string // idempotency key, scoped to Author.ID
	Author   User
	At       Millis
	Room     string // ID; "" for what concerns the team
	// Seq is what applying made of the event: of a message its number in Room, of
	// MessageEdited the revision, of MarkerMoved the mentions that are left, of
	// UserEntered 1 for who was not in the team before.
	Seq     uint64
	Body    Body
	ReplyTo string // MessageCreated: ID of a message of Room, or ""
	Thread  string // ID of the message that began the thread, or ""
	Extra   Extra  // MessageCreated, MessageEdited
	Change  Change // every other kind

	// What is below is not stored with the event.

	// Erases are the offsets of earlier events whose text this one takes away: their
	// Body and, but for Auto, Extra. Applying sets it, and the log forgets them with it.
	Erases []uint64
	// Was is whom the text named until this event, as Extra.Mentions has it.
	// Applying MessageEdited and MessageDeleted sets it.
	Was []string
	// Passed tells of MessageCreated that a program said it by itself (Extra.Auto) and
	// that Author's marker, which stood right before it, went past it. Applying sets it.
	Passed bool
	// Now is Room as whoever is told of the event may know it. It is set when a
	// RoomCreated, RoomChanged, RoomJoined or RoomLeft is told.
	Now *Room
}

// Change is what kinds of event other than MessageCreated say. Each kind has the
// fields named beside it; all others are empty, and a nil pointer says that
// something stays as it is.
type Change struct {
	Target   uint64   `json:"target,omitempty"`
	Revision *int     `json:"revision,omitempty"`
	User     *User    `json:"user,omitempty"`
	Users    []User   `json:"users,omitempty"`
	Kind     RoomKind `json:"kind,omitempty"`
	Name     *string  `json:"name,omitempty"`
	Topic    *string  `json:"topic,omitempty"`
	Purpose  *string  `json:"purpose,omitempty"`
	Archived *bool    `json:"archived,omitempty"`
	Slow     *int     `json:"slow,omitempty"` // seconds between two messages of one member
	Keep     *int     `json:"keep,omitempty"` // days that messages are kept, 0 is for ever
	Level    Notify   `json:"level,omitempty"`
	Emoji    string   `json:"emoji,omitempty"`
	On       bool     `json:"on,omitempty"`
	Until    Millis   `json:"until,omitempty"`
	Reason   string   `json:"reason,omitempty"`
	SignIn   string   `json:"sign_in,omitempty"`
}

// IsZero tells whether c says nothing.
func (c *Change) IsZero() bool {
	return c.Target == 0 && c.Revision == nil && c.User == nil && len(c.Users) == 0 && c.Kind == "" &&
		c.Name == nil && c.Topic == nil && c.Purpose == nil && c.Archived == nil && c.Slow == nil && c.Keep == nil &&
		c.Level == "" && c.Emoji == "" && !c.On && c.Until == 0 && c.Reason == "" && c.SignIn == ""
}

// Message is the message a MessageCreated event made.
func (e Event) Message() Message {
	return Message{
		Envelope: Envelope{
			ID: e.ID, Room: e.Room, Seq: e.Seq, Position: e.Position,
			From: e.Author, At: e.At, ReplyTo: e.ReplyTo, Thread: e.Thread, Extra: e.Extra,
		},
		Body: e.Body,
	}
}
