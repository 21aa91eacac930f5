package export

import "github.com/hobnob-chat/hobnob/net/chat"

// Version is the version of the lines. It changes when older programs would read new
// lines wrongly; fields that are added are none, and readers pass over those they do
// not know.
const Version = 1

// Line is one line: a *Start, *Person, *Room, *Message or *End.
type Line interface{ line() }

// Start is the first line.
type Start struct {
	Type     string        `json:"type"` // "export"
	Version  int           `json:"version"`
	By       string        `json:"by"` // which program wrote it
	At       chat.Millis   `json:"at"`
	Team     chat.Team     `json:"team"`
	Position chat.Position `json:"position"` // of the newest event that is in it
}

// Person is somebody who is or was in the team.
type Person struct {
	Type string `json:"type"` // "user"
	chat.User
	Entered chat.Millis `json:"entered"`
	Given   bool        `json:"role_given,omitempty"` // by an admin, whatever their token says
	Banned  bool        `json:"banned,omitempty"`
	Reason  string      `json:"reason,omitempty"` // why they are banned
}

// Room is a room, with who is in it.
type Room struct {
	Type     string        `json:"type"` // "room"
	ID       string        `json:"id"`
	Name     string        `json:"name,omitempty"` // absent for a direct one
	Kind     chat.RoomKind `json:"kind"`
	Topic    string        `json:"topic,omitempty"`
	Purpose  string        `json:"purpose,omitempty"`
	Archived bool          `json:"archived,omitempty"`
	Slow     int           `json:"slow,omitempty"` // seconds between two messages of one member
	Keep     int           `json:"keep,omitempty"` // days that messages are kept, 0 is for ever
	Creator  string        `json:"creator,omitempty"`
	Created  chat.Millis   `json:"created"`
	Members  []Member      `json:"members"`
}

// Member is somebody in a room.
type Member struct {
	ID     string      `json:"id"`
	Since  chat.Millis `json:"since"`
	Read   uint64      `json:"read,omitempty"`   // seq of the newest message they have read
	Notify chat.Notify `json:"notify,omitempty"` // absent for all
}

// Message is a message as it is now, with all who reacted, and the texts it had before.
// One that was deleted has a body of null.
type Message struct {
	Type string `json:"type"` // "message"
	chat.Message
	Edits []chat.Edit `json:"edits,omitempty"` // oldest first, without the text it has now
}

// End is the last line, with how many there were before it.
type End struct {
	Type     string `json:"type"` // "end"
	Users    int    `json:"users"`
	Rooms    int    `json:"rooms"`
	Messages int    `json:"messages"`
}

func (*Start) line()   {}
func (*Person) line()  {}
func (*Room) line()    {}
func (*Message) line() {}
func (*End) line()     {}
