package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/overlay"
)

// unlessBusy does something that takes the screen, unless something else was done since
// it was asked for: who types is not interrupted.
func (m *Model) unlessBusy(do func(*Model) tea.Cmd) func(*Model) tea.Cmd {
	from := m.origin()
	return func(m *Model) tea.Cmd {
		if !m.still(from) {
			return m.late()
		}
		return do(m)
	}
}

// late says that what was asked for came too late.
func (m *Model) late() tea.Cmd {
	return m.say("what you asked for came while you did something else; ask again", "it came late; ask again")
}

// listRooms lists the rooms that can be joined.
func (m *Model) listRooms(query string) tea.Cmd {
	var places []overlay.Place
	var more bool
	offer := m.unlessBusy(func(m *Model) tea.Cmd { return m.offerRooms(places, more) })
	return ask(m, "room:list", chat.RoomListRequest{Query: query}, func(a chat.RoomList) asked {
		if places, more = joinable(a), a.More; len(places) == 0 {
			return asked{text: "there is no other room to join; /create makes one"}
		}
		return asked{do: offer}
	})
}

// joinable are the rooms that can be joined.
func joinable(a chat.RoomList) []overlay.Place {
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
	return places
}

// offerRooms opens the list of rooms to join.
func (m *Model) offerRooms(places []overlay.Place, more bool) tea.Cmd {
	none := "no room to join is called that"
	if more {
		none = fmt.Sprintf("none of the first %d rooms is called that; /list TEXT looks further", len(places))
	}
	m.pick(overlay.Words{Title: "rooms to join", None: none, Does: "comes in"}, places, func(p overlay.Place) tea.Cmd {
		return m.askRoom("joining a room", p.Name, "room:join", chat.RoomRequest{Room: p.ID})
	})
	return nil
}
