package archive

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/export"
)

// room is a channel, a group or a conversation, as Slack lists it.
type room struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Created  int64    `json:"created"` // seconds since 1970
	Creator  string   `json:"creator"`
	Archived bool     `json:"is_archived"`
	General  bool     `json:"is_general"`
	Members  []string `json:"members"`
	Topic    about    `json:"topic"`
	Purpose  about    `json:"purpose"`
	Pins     []struct {
		ID string `json:"id"` // a message's time stamp
	} `json:"pins"`

	kind   chat.RoomKind
	file   string // that lists it
	folder string
	pinned map[string]bool
}

// about is a topic or a purpose.
type about struct {
	Value string `json:"value"`
}

// lists are the files that list rooms. A free export has the first alone.
var lists = []struct {
	file string
	kind chat.RoomKind
}{
	{"channels.json", chat.RoomPublic},
	{"groups.json", chat.RoomPrivate},
	{"mpims.json", chat.RoomDirect},
	{"dms.json", chat.RoomDirect},
}

// loadRooms reads the lists of rooms.
func (a *Archive) loadRooms() error {
	there := make(map[string]bool)
	for _, list := range lists {
		err := each(a, list.file, "room", func(r *room) error {
			if r.ID == "" || there[r.ID] {
				return nil
			}
			there[r.ID] = true
			r.kind, r.file, r.pinned = list.kind, list.file, make(map[string]bool, len(r.Pins))
			for _, p := range r.Pins {
				r.pinned[p.ID] = true
			}
			r.folder = r.ID
			if r.Name != "" && len(a.days[r.Name+"/"]) > 0 {
				r.folder = r.Name
			}
			for _, m := range r.Members {
				a.people.user(m)
			}
			a.rooms = append(a.rooms, r)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// dest is the room's ID in hobnob.
func (r *room) dest() string {
	if r.General && r.kind == chat.RoomPublic {
		return chat.GeneralRoom
	}
	return idPrefix + shortID(r.ID)
}

// roomLine is a room as a line. Everybody has read all of it: Slack does not tell.
func (a *Archive) roomLine(r *room) *export.Room {
	line := &export.Room{
		ID: r.dest(), Kind: r.kind, Topic: oneLine(r.Topic.Value), Purpose: oneLine(r.Purpose.Value),
		Archived: r.Archived && r.dest() != chat.GeneralRoom, Created: chat.Millis(r.Created * 1000),
	}
	if r.Creator != "" && a.people.byID[r.Creator] != nil {
		line.Creator = a.people.user(r.Creator).ID
	}
	members := slices.Compact(slices.Sorted(slices.Values(r.Members)))
	for _, m := range members {
		line.Members = append(line.Members, export.Member{ID: a.people.user(m).ID, Since: line.Created, Read: 1 << 62})
	}
	switch {
	case r.kind != chat.RoomDirect:
		line.Name = roomName(r.Name, r.ID)
	case len(members) < 2 || len(members) > chat.MaxPeople: // somebody's notes to themselves
		line.Kind = chat.RoomPrivate
		line.Name = roomName("notes-"+strings.ToLower(r.ID), r.ID)
		line.Topic, line.Purpose = "", ""
	default:
		line.Topic, line.Purpose, line.Archived = "", "", false
	}
	return line
}

// direct tells whether the room is one between people.
func (r *room) direct() bool {
	n := len(slices.Compact(slices.Sorted(slices.Values(r.Members))))
	return r.kind == chat.RoomDirect && n >= 2 && n <= chat.MaxPeople
}

// roomName is a channel's name as one of a room.
func roomName(name, id string) string {
	for _, wanted := range []string{name, strings.Map(plain, name), "room-" + strings.ToLower(strings.Map(plain, id))} {
		runes := []rune(wanted)
		wanted = strings.TrimRight(string(runes[:min(len(runes), chat.MaxRoomName)]), "-_.")
		if chosen, err := chat.ChooseRoomName(wanted); err == nil {
			return chosen
		}
	}
	return "room-" + hash(cmp.Or(id, name))
}

// plain keeps what a room's name always may have.
func plain(r rune) rune {
	if (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9') || r == '-' || r == '_' {
		return r
	}
	return '-'
}

// oneLine is a topic as hobnob has it.
func oneLine(s string) string {
	s = chat.SanitizeLine(strings.Join(strings.Fields(unescape(s)), " "))
	n := 0
	for i := range s {
		if n == chat.MaxTopic {
			return chat.SanitizeLine(strings.TrimSpace(s[:i]))
		}
		n++
	}
	return s
}

// unescape undoes the escapes of Slack's text, where it has no other markup.
func unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}
