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

// talksTo is with whom alone the user is in a room, "" where that is not so.
func (m *Model) talksTo(r *chat.Room) string {
	if r.Kind == chat.RoomDirect && len(r.People) == 2 {
		for i := range r.People {
			if r.People[i].ID != m.you.ID {
				return r.People[i].ID
			}
		}
	}
	return ""
}

// newPlaces are the people one shares no direct room with yet and, as far as they are known, the
// rooms one may join. They are found where rooms are: nobody has to know which they have been to.
// With those of one name stands which of them it is.
func (m *Model) newPlaces() (places []overlay.Place) {
	talks := map[string]bool{m.you.ID: true}
	for i := range m.rooms {
		talks[m.talksTo(&m.rooms[i].Room)] = true
	}
	ids := make([]string, 0, len(m.mates.named))
	for id := range m.mates.named {
		if !talks[id] {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(m.mates.named[a].folded, m.mates.named[b].folded), cmp.Compare(a, b))
	})
	for _, id := range ids {
		about := "writes to them"
		if m.connection.State == chat.Online {
			about += wordsOfPresence(m.reach[id], m.now())
		}
		if which := m.mates.which(id); which != "" {
			about = which + " · " + about
		}
		places = append(places, overlay.Place{ID: "\x00" + somebody + "\x00" + id, Name: "@" + m.mates.named[id].name, About: about})
	}
	for i := range m.directory.rooms {
		if r := &m.directory.rooms[i]; m.member(r.ID) == nil {
			places = append(places, overlay.Place{ID: "\x00" + toJoin + "\x00" + r.Name, Name: "#" + r.Name, About: "joins it  " + r.Topic})
		}
	}
	return places
}
