package chat

// ProtocolVersion is the version of the chat lane this package describes.
const ProtocolVersion = 1

// Hello begins the chat lane. Position, when not zero, asks for everything
// after it.
type Hello struct {
	Protocol int      `json:"protocol"`
	Client   string   `json:"client,omitempty"` // name and version, for its user
	Device   string   `json:"device,omitempty"` // name of the machine, for its user
	Position Position `json:"position,omitzero"`

	// Quiet is for what runs by itself, a script or a line of status: by this
	// connection nobody is there.
	Quiet bool `json:"quiet,omitempty"`
}

// Welcome is the answer to Hello. Resumed tells that every event after the
// position asked for follows, in order and without a gap; otherwise the client
// drops what it had and asks for history. Position is the place in the log at
// which the live events begin. Rooms is of RoomsAt, which is not before it: what is
// told up to there changes none of its numbers.
type Welcome struct {
	You      User         `json:"you"`
	Team     Team         `json:"team"`
	Rooms    []Membership `json:"rooms"` // those one is in, by name
	RoomsAt  Position     `json:"rooms_at"`
	Limits   Limits       `json:"limits"`
	Position Position     `json:"position"`
	Resumed  bool         `json:"resumed"`
	Expires  Millis       `json:"expires"` // when the token that opened this session ends
}

// Team names the team behind a server.
type Team struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Limits are what this server takes.
type Limits struct {
	Body    int `json:"body"`    // bytes of a message's body, as JSON with its attachments
	History int `json:"history"` // messages in one page of history
}

// PostOptions is the second argument of the chat lane's "message" request.
type PostOptions struct {
	Room    string `json:"room,omitempty"` // ID or name; GeneralRoom when empty
	ID      string `json:"id,omitempty"`   // UUID; made by the server when empty
	ReplyTo string `json:"reply_to,omitempty"`
	Thread  string `json:"thread,omitempty"`

	Style Style    `json:"style,omitempty"`
	Block *Block   `json:"block,omitempty"`
	Files []string `json:"files,omitempty"` // IDs of files the sender uploaded
}

// Posted is the answer to a "message" request: it is durable, and this is where
// it stands.
type Posted struct {
	ID       string   `json:"id"`
	Room     string   `json:"room"`
	Seq      uint64   `json:"seq"`
	Position Position `json:"position"`
	At       Millis   `json:"at"`
}

// HistoryRequest asks for messages of a room, at most one of Before and After
// set: the newest Limit below Before, or the oldest Limit above After, or with
// neither the newest Limit. Both bounds are seqs and exclusive. A Before of 0 is
// none, since nothing is below it; an After of 0 is the beginning of the room. With
// Thread, the ID of the message that began it, it asks for that message and its
// thread alone.
type HistoryRequest struct {
	Room   string  `json:"room,omitempty"`
	Thread string  `json:"thread,omitempty"`
	Before uint64  `json:"before,omitempty"`
	After  *uint64 `json:"after,omitempty"`
	Limit  int     `json:"limit,omitempty"`
}

// History is a page of a room's messages, always oldest first. More tells that
// the room has further messages in the direction asked for. A body with
// attachments keeps its placeholders, and its attachments are base64 beside it:
// no page is ever a binary packet. Position is the place in the log that the page is
// of: what was told of these messages up to there is in it.
type History struct {
	Room     string    `json:"room"` // ID, by whichever name it was asked for
	Messages []Message `json:"messages"`
	More     bool      `json:"more"`
	Position Position  `json:"position"`
}
