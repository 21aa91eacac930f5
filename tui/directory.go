package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/overlay"
)

// directory lists the rooms that can be joined.
func directory(a chat.RoomList) asked {
	var places []overlay.Place
	for _, r := range a.Rooms {
		if r.Joined || r.Kind != chat.RoomPublic {
			continue
		}
		about := plural(r.Members, "member")
		if r.Topic != "" {
			about += " · " + r.Topic
		}
		places = append(places, overlay.Place{ID: r.ID, Name: sign(r.Room) + r.Name, About: about})
	}
	if len(places) == 0 {
		return asked{text: "there is no other room to join; /create makes one"}
	}
	return asked{do: func(m *Model) tea.Cmd { return m.offerRooms(places, a.More) }}
}

// offerRooms opens the list of rooms to join.
func (m *Model) offerRooms(places []overlay.Place, more bool) tea.Cmd {
	none := "no room to join is called that"
	if more {
		none = fmt.Sprintf("none of the first %d rooms is called that; /list TEXT looks further", len(places))
	}
	m.pick(overlay.Words{Asks: "join ", None: none, Feet: m.feet("comes in")}, places, func(p overlay.Place) tea.Cmd {
		return ask(m, "room:join", chat.RoomRequest{Room: p.ID}, goes)
	})
	return nil
}
