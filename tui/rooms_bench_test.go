package tui

import (
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/unread"
)

// BenchmarkRooms5000 is what one event costs somebody who is in as many rooms as a server
// lets one be in, and follows as many threads as are remembered: what is told of each of
// them when one connects must not cost a look at all of them.
func BenchmarkRooms5000(b *testing.B) {
	team := func() *screen {
		rooms := make([]chat.Membership, 5000)
		for i := range rooms {
			rooms[i] = chat.Membership{Room: chat.Room{ID: fmt.Sprintf("r%d", i), Kind: chat.RoomPublic, Name: fmt.Sprintf("room-%d", i), Members: 2}}
		}
		rooms[0].ID, rooms[0].Name = chat.GeneralRoom, chat.GeneralRoom
		s := open(100, 30, chat.RoomsChanged{Rooms: rooms})
		for i := range 1999 {
			s.unread.Follow(unread.Thread{Room: fmt.Sprintf("r%d", i+1), ID: "t"}, 1)
		}
		s.View()
		return s
	}
	b.Run("told", func(b *testing.B) {
		s, n := team(), 0
		b.ReportAllocs()
		for b.Loop() {
			n++
			s.send(chat.Reloaded{Room: fmt.Sprintf("r%d", n%5000)})
		}
	})
	b.Run("key", func(b *testing.B) {
		s, n := team(), 0
		b.ReportAllocs()
		for b.Loop() {
			if n++; n%40 == 0 {
				s.keys(b, "{ctrl+u}")
			}
			s.send(tea.KeyPressMsg{Code: 'x', Text: "x"})
			s.View()
		}
	})
}

// BenchmarkManyThreads is what a look at a room costs in which others answered in many threads
// while nobody was there: what it grows with is the messages alone.
func BenchmarkManyThreads(b *testing.B) {
	const messages = 20_000
	for _, threads := range []int{10, 1000} {
		b.Run(fmt.Sprint(threads), func(b *testing.B) {
			list := make([]chat.Message, messages)
			for i := range list {
				list[i] = said(uint64(i+1), bob, 0, "line")
				if i >= threads {
					list[i].Thread = list[i%threads].ID
				}
			}
			s := openTeam(100, 30)
			s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: list})
			r := s.member(chat.GeneralRoom)
			r.Kind = chat.RoomDirect // where all is for the user
			r.LastSeq, r.Read = messages, 0
			for b.Loop() {
				s.unread = unread.Book{}
				s.unread.Pass(r, s.timeline(r.ID), s.seesThread)
			}
		})
	}
}
