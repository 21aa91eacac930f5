package chat

// Code tells a program what went wrong; its names are part of the wire.
type Code string

// The codes. docs/protocol.md says when each is answered.
const (
	CodeBadRequest      Code = "bad_request"       // a field is missing, malformed or of the wrong type
	CodeTooLarge        Code = "too_large"         // over a limit that hello announced
	CodeUnknownRoom     Code = "unknown_room"      // no such room, or not one the asker may see
	CodeNotFound        Code = "not_found"         // no such message
	CodeNotAllowed      Code = "not_allowed"       // the asker's role does not allow it
	CodeUnknownEvent    Code = "unknown_event"     // the server has no request of this name
	CodeUnsupported     Code = "unsupported"       // a protocol version the server does not speak
	CodeUnavailable     Code = "unavailable"       // the server cannot store now; nothing happened, try again
	CodeNameTaken       Code = "name_taken"        // another member has that name, in whatever case or spelling
	CodeTooMany         Code = "too_many_requests" // slow down and ask again
	CodeInvite          Code = "invalid_invite"    // no such invite, or it was used or has ended
	CodeUnauthenticated Code = "unauthenticated"   // the socket has not shown a token yet
	CodeNotMember       Code = "not_a_member"      // the asker is not in the room; room:join is the way in
	CodeArchived        Code = "archived"          // the room is read only
	CodeConflict        Code = "conflict"          // it was changed meanwhile: look, and ask again
	CodeMuted           Code = "muted"             // a moderator has muted the asker
	CodeSlowMode        Code = "slow_mode"         // the room takes a message of each member now and then
	CodeDeleted         Code = "deleted"           // the message is gone
	CodeBanned          Code = "banned"            // the person may not be in the team
	CodeFull            Code = "full"              // the team has no room for one more: its files, webhooks or open invites
	CodePrivate         Code = "private_address"   // a webhook may not tell an address of a private network
	CodeInternal        Code = "internal"

	// CodeUnchanged is never answered: it is of an event that would have changed
	// nothing, and so was not stored.
	CodeUnchanged Code = "unchanged"
)

// Error is what a request is answered when it fails: a code for programs and a
// sentence for people. It never carries internals.
type Error struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
}

// Error implements error.
func (e *Error) Error() string { return e.Message }

// Is makes errors.Is match by code, whatever the sentence.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}
