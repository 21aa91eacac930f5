package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// reopen opens the chat again as it was left.
func (s *screen) reopen(list ...Unsent) *screen {
	next := &screen{client: &fake{}, clock: s.clock}
	next.Model = New(Config{Client: next.client, You: you, Room: s.Shown(), Unsent: list})
	next.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	return next
}

func TestItOpensWhereItWasLeft(t *testing.T) {
	s := openTeam(100, 30)
	if want := (chat.Room{ID: chat.GeneralRoom, Name: "general", Kind: chat.RoomPublic}); !cmp.Equal(s.Shown(), want) {
		t.Errorf("shown is %+v", s.Shown())
	}
	s.keys(t, "{alt+5}")
	s = s.reopen(Unsent{Room: "dm1", Text: "half a word"})
	if text := s.text(); s.room != "dm1" || !strings.Contains(text, " @bob") || s.composer.Text() != "half a word" {
		t.Errorf("before anything is known it shows %s:\n%s", s.room, text)
	}
	s.keys(t, " more") // what is typed at once goes where it is seen to go
	s = s.reopen(Unsent{Room: "dm1", Text: s.composer.Text()})
	s.send(chat.Identified{You: you, Team: chat.Team{Name: "acme"}, Rooms: acme()})
	s.loaded("dm1", 1, 3)
	s.keys(t, "{enter}")
	if d := s.client.drafts; s.room != "dm1" || len(d) != 1 || d[0].Room != "dm1" {
		t.Errorf("sent %+v", d)
	}
	if s.client.read["dm1"] != 3 || !strings.Contains(s.text(), "─ new ─") {
		t.Errorf("read %v:\n%s", s.client.read, s.text())
	}
}

// shows is a Keeper that knows which rooms were shown.
type shows []string

func (*shows) Keep(Unsent)        {}
func (k *shows) Show(r chat.Room) { *k = append(*k, sign(r)+r.Name) }

// The room that is shown is kept as soon as it is, and once.
func TestTheRoomIsKeptWhenItIsShown(t *testing.T) {
	kept := &shows{}
	s := open(100, 30)
	s.keeper = kept
	s.send(chat.Identified{You: you, Team: chat.Team{Name: "acme"}, Rooms: acme()})
	s.keys(t, "x{alt+1}yz{alt+2}")
	if d := cmp.Diff(shows{"#general", "#deploys", "#general"}, *kept); d != "" {
		t.Error(d)
	}
}

// Who is no more in that room begins in the first, without a word of it.
func TestItDoesNotOpenInARoomOneHasLeft(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "{ctrl+k}plans{enter}")
	s = s.reopen()
	s.send(chat.Identified{You: you, Team: chat.Team{Name: "acme"}, Rooms: acme()[:3]})
	if text := s.text(); s.room != chat.GeneralRoom || strings.Contains(text, "no longer") || strings.Contains(text, "*plans") {
		t.Errorf("in %s:\n%s", s.room, text)
	}
	s = (&screen{Model: New(Config{Client: s.client})}).reopen()
	if s.room != chat.GeneralRoom {
		t.Errorf("without any: %s", s.room)
	}
}

// Rooms in which something is being written say so, also of a thread there.
func TestRoomsWithDrafts(t *testing.T) {
	s := openTeam(100, 30)
	s.loaded("r2", 1, 20)
	s.keys(t, "half a word")
	if strings.Contains(s.text(), "✎") {
		t.Errorf("of the room that is shown:\n%s", s.text())
	}
	s.keys(t, "{alt+1}{esc}tin a thread{esc}{alt+5}")
	for _, room := range []string{"general", "deploys"} {
		if row := s.rowOf(room); !strings.Contains(row, "✎") || strings.HasPrefix(row, "✎") {
			t.Errorf("the row of %s is %q", room, row)
		}
	}
	s.keys(t, "{ctrl+k}")
	for _, want := range []string{"#general   ✎ draft  what all should know", "#deploys   ✎ draft  releases"} {
		if !strings.Contains(s.text(), want) {
			t.Errorf("no %q:\n%s", want, s.text())
		}
	}
	s.keys(t, "{esc}{alt+2}{ctrl+u}{alt+5}")
	if strings.Contains(s.rowOf("general"), "✎") {
		t.Errorf("nothing is written there now:\n%s", s.text())
	}
}
