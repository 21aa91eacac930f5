package chat

import (
	"encoding/json"
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
	At      time.Time // when it was written, on its author's clock; not sent
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
}

// Millis is a time as it goes on the wire: milliseconds since the Unix epoch.
type Millis int64

// ToMillis converts t, dropping what is finer than a millisecond.
func ToMillis(t time.Time) Millis { return Millis(t.UnixMilli()) }

// Time converts m to a time in the local zone.
func (m Millis) Time() time.Time { return time.UnixMilli(int64(m)) }
