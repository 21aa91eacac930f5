package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestManyRoomsSettle: who is in many rooms sees what was told of one with the next frame, and
// what is seen is told to be read, by a key or when it is time, as for who is in few.
func TestManyRoomsSettle(t *testing.T) {
	rooms := make([]chat.Membership, manyRooms)
	for i := range rooms {
		rooms[i].Room = chat.Room{ID: fmt.Sprintf("r%d", i), Kind: chat.RoomPublic, Name: fmt.Sprintf("room-%d", i)}
	}
	rooms[0].ID, rooms[0].Name = chat.GeneralRoom, chat.GeneralRoom
	for name, wakes := range map[string]tea.Msg{"in time": settled{}, "by a key": tea.KeyPressMsg{Code: 'x', Text: "x"}} {
		t.Run(name, func(t *testing.T) {
			s := open(100, 12, chat.RoomsChanged{Rooms: rooms}, chat.Connection{State: chat.Online})
			s.send(settled{})
			say := func(seq uint64, room, text string) tea.Cmd {
				msg := said(seq, ada, 0, text)
				msg.Room = room
				return s.send(chat.Arrived{Messages: []chat.Message{msg}})
			}
			if say(1, "r1", "elsewhere") == nil || !s.unsettled {
				t.Error("nothing says when the panes take it")
			}
			if view := s.text(); !strings.Contains(view, "# room-1     1") || s.unsettled {
				t.Errorf("not in the next frame:\n%s", view)
			}
			say(1, "r2", "and there")
			s.send(wakes)
			if s.unsettled {
				t.Error("the panes do not have it")
			}
			say(1, chat.GeneralRoom, "here")
			if view := s.text(); !strings.Contains(view, "here") || !strings.Contains(view, "# general      │") || s.client.read[chat.GeneralRoom] != 1 {
				t.Errorf("told to be read: %v, in\n%s", s.client.read, view)
			}
			if s.send(settled{}); s.settling {
				t.Error("it still waits for when it is time")
			}
		})
	}
}
