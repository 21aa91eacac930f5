package chat

// Upload is how far a file is on its way to the team: the answer to every request
// at /api/uploads. docs/protocol.md tells how it goes on.
type Upload struct {
	ID      string `json:"id"`                // made by the client; unique for its person
	Room    string `json:"room"`              // ID
	Name    string `json:"name"`              // cleaned
	Size    *int64 `json:"size,omitempty"`    // bytes; nil while nobody has said
	Offset  int64  `json:"offset"`            // bytes that have come
	Expires Millis `json:"expires,omitempty"` // when it is dropped, unless it goes on; 0 once a message has it
	File    *File  `json:"file,omitempty"`    // once it is whole
	SHA256  string `json:"sha256,omitempty"`  // then, in hexadecimal
}
