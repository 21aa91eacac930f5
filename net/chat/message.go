package chat

import (
	"encoding/json"
	"slices"
	"time"
)

// Body is what a message says: one JSON value, and the binary attachments its
// placeholders ({"_placeholder":true,"num":0}, Socket.IO protocol 5) point to.
// Chat text is a JSON string without attachments. A Body is not changed after
// it was made, so copies may share its bytes.
type Body struct {
	JSON        json.RawMessage `json:"body"`
	Attachments [][]byte        `json:"attachments,omitempty"`
}

// TextBody makes the body of a chat text.
func TextBody(text string) Body {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always marshals
	}
	return Body{JSON: b}
}

// Text returns the chat text, and whether the body is one.
func (b Body) Text() (string, bool) {
	if len(b.JSON) == 0 || b.JSON[0] != '"' || len(b.Attachments) > 0 {
		return "", false
	}
	var s string
	if json.Unmarshal(b.JSON, &s) != nil {
		return "", false
	}
	return s, true
}

// Draft is what a client asks to be posted. ID is made by the client (UUIDv7)
// and is the idempotency key of its author: however often a draft is sent, it
// is posted once.
type Draft struct {
	ID      string
	Room    string
	Body    Body
	ReplyTo string
	Thread  string
	Extra   Extra     // its Mentions are the server's to find
	At      time.Time // when it was written, on its author's clock; not sent
	Plain   bool      // it may be any JSON value, also an empty text: the plain lane's
}

// Message is one message of a room as everybody sees it.
type Message struct {
	Envelope
	Body
}

// Envelope is everything about a message but its body: the second argument of
// the chat lane's "message" event.
type Envelope struct {
	ID       string   `json:"id"`       // the draft's ID; unique for its author
	Room     string   `json:"room"`     // the room's ID
	Seq      uint64   `json:"seq"`      // number in its room: 1, 2, 3 …
	Position Position `json:"position"` // place in the log
	From     User     `json:"from"`
	At       Millis   `json:"at"` // when the server took it
	ReplyTo  string   `json:"reply_to,omitempty"`
	Thread   string   `json:"thread,omitempty"`
	Extra
	State
}

// Extra is what a message has beside its text, said when it was made.
type Extra struct {
	Style Style  `json:"style,omitempty"`
	Block *Block `json:"block,omitempty"` // StyleCode, StyleOutput
	Files []File `json:"files,omitempty"`

	// Auto: a program said it by itself, and whose token it has was perhaps not there:
	// their marker stays where it is, unless it stood right before.
	Auto bool `json:"auto,omitempty"`

	// Mentions are the IDs of the people the text names, and MentionRoom where it
	// names all of the room's. Behind MentionHere are the IDs of those it stood for.
	Mentions []string `json:"mentions,omitempty"`
}

// Bare tells whether x says nothing.
func (x *Extra) Bare() bool {
	return x.Style == "" && x.Block == nil && len(x.Files) == 0 && !x.Auto && len(x.Mentions) == 0
}

// MentionRoom stands among the IDs of Extra.Mentions for all members of the room;
// MentionHere says that the IDs behind it are of the members who were active.
const (
	MentionRoom = "@room"
	MentionHere = "@here"
)

// Calls tells whether mentions, as Extra has them, are of somebody: by their ID, or
// as one of all.
func Calls(mentions []string, user string) bool {
	return slices.ContainsFunc(mentions, func(id string) bool { return id == user || id == MentionRoom })
}

// Style says how a message's text is meant. The zero Style is Markdown as it was
// typed; clients render it.
type Style string

// The styles.
const (
	StyleMe     Style = "me"     // what From does: "ada waves"
	StyleCode   Style = "code"   // program text, as it stands
	StyleOutput Style = "output" // what a command printed, as it stands
)

// Block is what is known of program text or of a command's output.
type Block struct {
	Title    string `json:"title,omitempty"`    // a file's name, or the command
	Language string `json:"language,omitempty"` // as after a Markdown fence
	Exit     *int   `json:"exit,omitempty"`     // the command's exit code
	Duration int64  `json:"duration,omitempty"` // how long it ran, in milliseconds
}

// File is a file that was uploaded to the team: its content is at
// /api/files/ID.
type File struct {
	ID   string `json:"id"`   // made by the server
	Name string `json:"name"` // as people see it; cleaned, and never a path
	Type string `json:"type"` // media type, as the server found it (RFC 6838)
	Size int64  `json:"size"` // bytes
}

// State is what became of a message since. It is in pages of history and absent
// where nothing became of it; the live "message" event never has it.
type State struct {
	Revision  int        `json:"revision,omitempty"` // how often it was edited
	Edited    Millis     `json:"edited,omitempty"`   // when it was edited last
	Deleted   Millis     `json:"deleted,omitempty"`  // when; its text and all else it said is gone
	Pinned    bool       `json:"pinned,omitempty"`
	Reactions []Reaction `json:"reactions,omitempty"` // in the order in which they came first
	Replies   *Replies   `json:"replies,omitempty"`   // of the thread it began
}

// Reaction is one emoji under a message.
type Reaction struct {
	Emoji string   `json:"emoji"`
	Count int      `json:"count"`
	Users []string `json:"users"` // IDs, in the order in which they came, MaxReactors at most
}

// Replies sums a thread up: how many answers are left of it, and when the newest
// came, be it deleted since or not.
type Replies struct {
	Count  int    `json:"count"`
	Last   Millis `json:"last"`
	LastBy User   `json:"last_by"`
}

// Millis is a time as it goes on the wire: milliseconds since the Unix epoch.
type Millis int64

// ToMillis converts t, dropping what is finer than a millisecond.
func ToMillis(t time.Time) Millis { return Millis(t.UnixMilli()) }

// Time converts m to a time in the local zone.
func (m Millis) Time() time.Time { return time.UnixMilli(int64(m)) }
