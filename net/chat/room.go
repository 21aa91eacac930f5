package chat

// GeneralRoom is the ID of the room every team has and the plain lane speaks in.
const GeneralRoom = "general"

// Room is a place with messages in one order. ID is opaque and stable; Name is
// what people see, without the leading "#".
type Room struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Topic   string `json:"topic,omitempty"`
	LastSeq uint64 `json:"last_seq"` // number of its newest message, 0 while it is empty
}
