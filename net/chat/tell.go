package chat

// What the server tells on the chat lane beside messages. Each has the place of
// its event in the log; who hears an event again after a resume may apply it
// again.

// Told is what every such event has.
type Told struct {
	Position Position `json:"position"`
	At       Millis   `json:"at"`
	By       User     `json:"by"`
}

// MessageChanged is "message:edited", "message:deleted", "message:reaction" and
// "message:pinned": Revision and Mentions are of the first, Mentioned of the first
// two, Thread of the second, Emoji and On of the third, On of the last.
type MessageChanged struct {
	Told
	Room      string   `json:"room"`
	Seq       uint64   `json:"seq"`
	Emoji     string   `json:"emoji,omitempty"`
	On        *bool    `json:"on,omitempty"`
	Revision  int      `json:"revision,omitempty"`
	Mentions  []string `json:"mentions,omitempty"`
	Mentioned []string `json:"mentioned,omitempty"` // whom the text named before; not told again after a resume
	Thread    string   `json:"thread,omitempty"`    // that it was an answer in
}

// RoomTold is "room:updated": a room as it is now, for who is in it or may join it.
// Users are those who are in a new one from its beginning.
type RoomTold struct {
	Told
	Room  Room   `json:"room"`
	Users []User `json:"users,omitempty"`
}

// RoomMoved is "room:joined" and "room:left": Users came into the room, or have
// left it. Whoever came in is told all of the room.
type RoomMoved struct {
	Told
	Room   Room   `json:"room"`
	Users  []User `json:"users"`
	Reason string `json:"reason,omitempty"`
}

// RoomTrimmedTold is "room:trimmed": the room's messages up to Seq are gone, as its
// Keep says.
type RoomTrimmedTold struct {
	Told
	Room string `json:"room"`
	Seq  uint64 `json:"seq"`
}

// NotifyTold is "notify", for one's own devices.
type NotifyTold struct {
	Told
	Room  string `json:"room"`
	Level Notify `json:"level"`
}

// FollowTold is "follow", for one's own devices.
type FollowTold struct {
	Told
	Room   string `json:"room"`
	Thread string `json:"thread"`
	On     bool   `json:"on"`
}

// UserTold is "user:updated": somebody came into the team, which is New and makes
// GeneralRoom one larger, or their role or standing is another one now.
type UserTold struct {
	Told
	User   User    `json:"user"`
	New    bool    `json:"new,omitempty"`
	Banned bool    `json:"banned,omitempty"`
	Muted  *Millis `json:"muted,omitempty"` // until when, in Room or everywhere; 0 is no longer
	Room   string  `json:"room,omitempty"`
	Reason string  `json:"reason,omitempty"`
}

// SessionTold is "session:ended", for one's own devices: the sign-in of that ID is over,
// or with Others all until now but that one.
type SessionTold struct {
	Told
	ID     string `json:"id,omitempty"`
	Others bool   `json:"others,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// TypingTold is "typing". It is not in the log.
type TypingTold struct {
	Room string `json:"room"`
	User User   `json:"user"`
	On   bool   `json:"on"`
}

// PresenceTold is "presence". It is not in the log.
type PresenceTold struct {
	User     string   `json:"user"` // ID
	Presence Presence `json:"presence"`
}
