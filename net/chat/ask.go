package chat

import "time"

// Args are the arguments of a request that takes more than one, as "message:edit"
// takes the text and which message it is for.
type Args []any

// MessageRef names a message: by its number in its room.
type MessageRef struct {
	Room string `json:"room,omitempty"` // ID or name; GeneralRoom when empty
	Seq  uint64 `json:"seq"`
}

// EditRequest asks for a message's text to be replaced. Revision, when given, is
// that of the text the asker saw; of an edit that came in between they are told
// CodeConflict.
type EditRequest struct {
	MessageRef
	Revision *int `json:"revision,omitempty"`
}

// Edited is the answer to an EditRequest.
type Edited struct {
	Revision int      `json:"revision"`
	Position Position `json:"position"`
	At       Millis   `json:"at"`
}

// Edit is a text that a message once had.
type Edit struct {
	At Millis `json:"at"` // when it was written
	Body
}

// Edits is the answer to "message:edits": the texts a message had, oldest first,
// with the one it has now as the last. More tells that it had older ones, for which
// there was no room.
type Edits struct {
	Edits []Edit `json:"edits"`
	More  bool   `json:"more,omitempty"`
}

// ReactRequest asks for a reaction to be there or not.
type ReactRequest struct {
	MessageRef
	Emoji string `json:"emoji"`
	On    *bool  `json:"on,omitempty"` // true when absent
}

// PinRequest asks for a message to be pinned or not.
type PinRequest struct {
	MessageRef
	On *bool `json:"on,omitempty"` // true when absent
}

// Done is the answer to a request that changed something: it is durable, and
// stands at Position. A request that found all as it asked for it is answered
// with the position of the newest event, and that it changed nothing.
type Done struct {
	Position  Position `json:"position"`
	Unchanged bool     `json:"unchanged,omitempty"`
}

// RoomListRequest asks which rooms there are: those the asker is in and those they
// may join, at most Limit of those that come after the room of the ID After. Query is a
// part of their names.
type RoomListRequest struct {
	Query    string `json:"query,omitempty"`
	Archived bool   `json:"archived,omitempty"` // those as well
	After    string `json:"after,omitempty"`
	Limit    int    `json:"limit,omitempty"` // MaxList when absent
}

// RoomList is the answer to RoomListRequest. The rooms that the asker is in are of
// RoomsAt, see Welcome.
type RoomList struct {
	Rooms   []Membership `json:"rooms"`
	RoomsAt Position     `json:"rooms_at"`
	More    bool         `json:"more,omitempty"`
}

// RoomCreateRequest asks for a room, with the asker and Users in it.
type RoomCreateRequest struct {
	ID      string   `json:"id,omitempty"` // makes it safe to repeat
	Name    string   `json:"name"`
	Kind    RoomKind `json:"kind,omitempty"` // RoomPublic when empty
	Topic   string   `json:"topic,omitempty"`
	Purpose string   `json:"purpose,omitempty"`
	Users   []string `json:"users,omitempty"` // IDs or names
}

// RoomRequest names a room, and where it is asked for, people of it.
type RoomRequest struct {
	Room   string   `json:"room"`
	User   string   `json:"user,omitempty"` // ID or name
	Users  []string `json:"users,omitempty"`
	Reason string   `json:"reason,omitempty"`
}

// RoomChangeRequest asks for a room to be changed; what is nil stays.
type RoomChangeRequest struct {
	Room     string  `json:"room"`
	Name     *string `json:"name,omitempty"`
	Topic    *string `json:"topic,omitempty"`
	Purpose  *string `json:"purpose,omitempty"`
	Archived *bool   `json:"archived,omitempty"`
	Slow     *int    `json:"slow,omitempty"`
	Keep     *int    `json:"keep,omitempty"`
}

// RoomAnswer is the answer to a request that makes or changes a room.
type RoomAnswer struct {
	Room     Membership `json:"room"`
	Position Position   `json:"position"`
}

// MembersRequest asks who is in a room, or in the team when Room is empty: at most
// Limit of those who come after the person of the ID After.
type MembersRequest struct {
	Room  string `json:"room,omitempty"`
	After string `json:"after,omitempty"`
	Limit int    `json:"limit,omitempty"` // MaxList when absent
}

// Members is the answer to MembersRequest, by name.
type Members struct {
	Members []Member `json:"members"`
	More    bool     `json:"more,omitempty"`
}

// ReadRequest says up to where the asker has read a room. It never goes back.
type ReadRequest struct {
	Room string `json:"room,omitempty"`
	Seq  uint64 `json:"seq"`
}

// Marker is where somebody is in a room: the answer to ReadRequest, and the "read"
// event for one's own devices. What the room's LastSeq is above Read is unread.
type Marker struct {
	Room     string   `json:"room"`
	Read     uint64   `json:"read"`
	Mentions int      `json:"mentions"` // that are left above Read
	Position Position `json:"position"`
}

// NotifyRequest says what the asker wants to be told of a room.
type NotifyRequest struct {
	Room  string `json:"room,omitempty"`
	Level Notify `json:"level"`
}

// FollowRequest says whether the asker follows a thread. Who speaks in one does.
type FollowRequest struct {
	Room   string `json:"room,omitempty"`
	Thread string `json:"thread"`
	On     *bool  `json:"on,omitempty"` // true when absent
}

// ThreadsRequest asks for the threads that the asker follows, newest answer first, below
// Before, the Newest of the last one of the page before.
type ThreadsRequest struct {
	Before Position `json:"before,omitzero"`
	Limit  int      `json:"limit,omitempty"`
}

// Thread is a thread that somebody follows: the message that began it, whose Replies sum
// it up, the position and the number of its newest answer, and how many answers are above
// their marker of the room.
type Thread struct {
	Message Message  `json:"message"`
	Newest  Position `json:"newest"`
	LastSeq uint64   `json:"last_seq"`
	Unread  int      `json:"unread"`
}

// Threads is the answer to ThreadsRequest.
type Threads struct {
	Threads []Thread `json:"threads"`
	More    bool     `json:"more"`
}

// InboxRequest asks for the messages that mention the asker, newest first, below
// the position Before.
type InboxRequest struct {
	Before Position `json:"before,omitzero"`
	Limit  int      `json:"limit,omitempty"`
}

// SearchRequest asks for messages of the rooms the asker may see, newest first.
// All words of Query must be in the text, whatever their case; those in double
// quotes as they stand.
type SearchRequest struct {
	Query  string   `json:"query"`
	Room   string   `json:"room,omitempty"`  // ID or name
	From   string   `json:"from,omitempty"`  // a person's ID or name
	Since  Millis   `json:"since,omitempty"` // no older ones
	Until  Millis   `json:"until,omitempty"` // older ones alone
	Before Position `json:"before,omitzero"` // the next page: the last message's position
	Limit  int      `json:"limit,omitempty"`
}

// Found is a page of messages of several rooms, newest first: the answer to
// SearchRequest and InboxRequest.
type Found struct {
	Messages []Message `json:"messages"`
	More     bool      `json:"more"`
}

// PresenceRequest says how the asker can be reached. Active and Idle are what a
// device is; Away and DoNotDisturb are what a person says, until they say Active.
// Auto marks what a device found out by itself: it does not change what the person
// said.
type PresenceRequest struct {
	State PresenceState `json:"state"`
	Text  string        `json:"text,omitempty"`
	Auto  bool          `json:"auto,omitempty"`
	Until Millis        `json:"until,omitempty"` // of Away and DoNotDisturb: they end then by themselves
}

// PresenceAnswer says when what was said ends by itself: 0 for never, as from a server that knows no end.
type PresenceAnswer struct {
	Until Millis `json:"until,omitempty"`
}

// Ends is when, zero for never.
func (a PresenceAnswer) Ends() time.Time {
	if a.Until == 0 {
		return time.Time{}
	}
	return a.Until.Time()
}

// TypingRequest says whether the asker is writing. It holds for TypingLease.
type TypingRequest struct {
	Room string `json:"room,omitempty"`
	On   bool   `json:"on"`
}

// UserRequest asks for something to be done with a person.
type UserRequest struct {
	User   string `json:"user"` // ID or name
	Role   Role   `json:"role,omitempty"`
	Room   string `json:"room,omitempty"`  // user:mute: there alone
	Until  Millis `json:"until,omitempty"` // user:mute: 0 is no longer
	On     *bool  `json:"on,omitempty"`    // user:ban: true when absent
	Reason string `json:"reason,omitempty"`
}

// AuditRequest asks what moderators did, newest first.
type AuditRequest struct {
	Before Position `json:"before,omitzero"`
	Limit  int      `json:"limit,omitempty"`
}

// AuditEntry is one thing a moderator did.
type AuditEntry struct {
	Position Position  `json:"position"`
	Kind     EventKind `json:"kind"`
	At       Millis    `json:"at"`
	By       User      `json:"by"`
	Room     string    `json:"room,omitempty"`
	Change
}

// MaxSignIn is the longest ID of a sign-in, in bytes.
const MaxSignIn = 256

// Session is where somebody is signed in. ID is that of the sign-in: one token and its
// successors, which may have several connections, or none now.
type Session struct {
	ID        string `json:"id"`
	Client    string `json:"client,omitempty"`    // name and version of the program that was there last, as it said in hello
	Device    string `json:"device,omitempty"`    // name of the machine, as it said in hello
	Address   string `json:"address,omitempty"`   // it comes from, or came from last
	Since     Millis `json:"since"`               // when it was first there
	Seen      Millis `json:"seen,omitempty"`      // when it was there last; 0 where it is connected
	Connected bool   `json:"connected,omitempty"` // now
	Current   bool   `json:"current,omitempty"`   // the one that asks
}

// SessionEndRequest ends a sign-in of the asker by its ID, or all Others but the one
// that asks; an admin's also those of a User, by ID or name.
type SessionEndRequest struct {
	ID     string `json:"id,omitempty"`
	Others bool   `json:"others,omitempty"`
	User   string `json:"user,omitempty"`
	Reason string `json:"reason,omitempty"`
}
