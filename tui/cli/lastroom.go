package cli

import (
	"encoding/json"
	"log/slog"
	"path/filepath"

	"github.com/google/renameio/v2/maybe"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// roomFile is the file of a state folder that says which room was shown last: a chat.Room
// with what is needed to name it.
const roomFile = "room.json"

// lastRoom is the room that was shown last; none where that is not known.
func lastRoom(dir string) (r chat.Room) {
	b, err := readBounded(filepath.Join(dir, roomFile))
	if err != nil || json.Unmarshal(b, &r) != nil {
		return chat.Room{} // which is no more than a place to begin
	}
	return r
}

// keepRoom keeps which room is shown: as long as the chat is open unsent does that, and it is
// done as the chat is left. Of several processes on an account the last one counts.
func keepRoom(dir string, r chat.Room, log *slog.Logger) {
	if r.ID == "" {
		return
	}
	b, err := json.Marshal(r)
	if err == nil {
		err = maybe.WriteFile(filepath.Join(dir, roomFile), b, 0o600)
	}
	if err != nil {
		log.Warn("which room was shown last cannot be kept", "err", err)
	}
}
