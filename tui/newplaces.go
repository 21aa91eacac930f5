package tui

import (
	"cmp"
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/overlay"
)

// somebody and toJoin stand in the ID of a place where elsewhereID has a team's.
const (
	somebody = "who"
	toJoin   = "join"
)

// newPlaces are the people one shares no direct room with yet and, as far as they are known, the
// rooms one may join. They are found where rooms are: nobody has to know which they have been to.
func (m *Model) newPlaces() (people, rooms []overlay.Place) {
	talks := map[string]bool{m.you.ID: true}
	for i := range m.rooms {
		if r := &m.rooms[i]; r.Kind == chat.RoomDirect && len(r.People) == 2 {
			for _, who := range r.People {
				talks[who.ID] = true
			}
		}
	}
	known := m.known()
	for id, name := range m.people {
		if talks[id] || known[written(name)] == "" { // who is banned is not known
			continue
		}
		about := "writes to them"
		if m.connection.State == chat.Online {
			about += wordsOfPresence(m.reach[id])
		}
		people = append(people, overlay.Place{ID: "\x00" + somebody + "\x00" + id, Name: "@" + name, About: about, Typed: true})
	}
	slices.SortFunc(people, func(a, b overlay.Place) int {
		return cmp.Or(cmp.Compare(chat.FoldName(a.Name), chat.FoldName(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	for i := range m.directory.rooms {
		if r := &m.directory.rooms[i]; m.member(r.ID) == nil {
			rooms = append(rooms, overlay.Place{ID: "\x00" + toJoin + "\x00" + r.Name, Name: "#" + r.Name, About: "joins it  " + r.Topic, Typed: true})
		}
	}
	return people, rooms
}
