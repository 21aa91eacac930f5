package cli

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// knownRooms are the rooms of an account as they were when a command asked last: for
// shells that complete their names, and for unread while there is no server.
type knownRooms struct {
	At    chat.Millis       `json:"at"`
	Rooms []chat.Membership `json:"rooms"`
}

func (a Account) roomsFile() string { return filepath.Join(a.state(), "rooms.json") }

// noteRooms keeps which rooms there are. Where that cannot be written, as in a
// container, nothing is lost that is not known again the next time.
func (at *seat) noteRooms(rooms []chat.Membership) {
	b, err := json.Marshal(knownRooms{chat.ToMillis(time.Now()), rooms})
	if err != nil {
		return
	}
	path := at.account.roomsFile()
	if NeedHome() != nil || os.MkdirAll(filepath.Dir(path), 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(path), "rooms-*.tmp") // which is readable by its owner only
	if err != nil {
		return
	}
	_, err = f.Write(b)
	if errors.Join(err, f.Close()) != nil || os.Rename(f.Name(), path) != nil {
		_ = os.Remove(f.Name()) // it is of no use to anybody
	}
}

// rooms are those noted last; ok is false where none were.
func (a Account) rooms() (known knownRooms, ok bool) {
	if NeedHome() != nil {
		return known, false
	}
	b, err := os.ReadFile(a.roomsFile())
	return known, err == nil && json.Unmarshal(b, &known) == nil
}

// roomWord is what a room is called on a command line.
func roomWord(m *chat.Membership, you string) string {
	if m.Kind != chat.RoomDirect {
		return m.Name
	}
	var people []string
	for _, u := range m.People {
		if u.ID != you {
			people = append(people, "@"+u.Name)
		}
	}
	if len(people) == 0 {
		return m.ID
	}
	return strings.Join(people, ",")
}

// completeRoom offers the rooms that are known for the first argument, and nothing
// for those that follow.
func completeRoom(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completeRooms(cmd, begun)
}

// completeRooms offers the rooms of the account that the command would act as.
func completeRooms(cmd *cobra.Command, begun string) ([]string, cobra.ShellCompDirective) {
	const as = cobra.ShellCompDirectiveNoFileComp
	list, err := loadAccounts(cmd.Context())
	if err != nil {
		return nil, as
	}
	named, _ := cmd.Flags().GetString("account") // or else it is ""
	a, err := list.find(named)
	if err != nil {
		return nil, as
	}
	known, _ := a.rooms()
	var words []string
	for i := range known.Rooms {
		m := &known.Rooms[i]
		word := chat.SanitizeLine(roomWord(m, a.User.ID))
		if strings.HasPrefix(word, strings.TrimPrefix(begun, "#")) {
			words = append(words, cobra.CompletionWithDesc(word, chat.SanitizeLine(m.Topic)))
		}
	}
	return words, as
}
