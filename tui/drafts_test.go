package tui

import (
	"maps"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// diary is a Keeper that knows what is kept of each place.
type diary map[Unsent]string

func (d diary) Keep(u Unsent) {
	text := u.Text
	u.Text, u.To = "", To{}
	if d[u] = text; text == "" {
		delete(d, u)
	}
}

func (diary) Show(chat.Room) {}

// What is written in a room stays with it, is kept under its name, and is there again.
func TestDraftsOfRooms(t *testing.T) {
	kept := diary{}
	s := openTeam(80, 24)
	s.keeper = kept
	first, second := chat.GeneralRoom, "r2"
	s.keys(t, "in one{alt+1}in two{alt+2}")
	if s.room != first {
		t.Fatalf("this is %s", s.room)
	}
	want := diary{{Room: first}: "in one", {Room: second}: "in two"}
	if d := cmp.Diff(want, kept); d != "" {
		t.Fatal(d)
	}
	s.keys(t, "{ctrl+u}/go "+s.nameOf(second)+"{enter}") // the command is written in one room, and done in another
	if d := cmp.Diff(diary{{Room: second}: "in two"}, kept); d != "" {
		t.Error(d)
	}
	s.Model = New(Config{Client: s.client, Unsent: []Unsent{
		{Room: first, Text: "old one"}, {Room: second, Text: "old two"}, {Room: second, Thread: "m1", Text: "of a thread"},
	}})
	s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	s.send(chat.RoomsChanged{Rooms: acme()})
	for _, c := range []struct {
		keys, want string
	}{{"", "old one"}, {"{alt+1}", "old two"}} {
		if s.keys(t, c.keys); s.composer.Text() != c.want {
			t.Errorf("after %s there is %q, want %q", c.keys, s.composer.Text(), c.want)
		}
	}
	if s.enterThread("m1"); s.composer.Text() != "of a thread" {
		t.Errorf("in the thread there is %q", s.composer.Text())
	}
}

// A text that grows beyond what a line takes, when its controls are shown, is put aside,
// and kept for every start.
func TestADraftThatGrowsIsPutAside(t *testing.T) {
	long := strings.Repeat("\x1b", 60000)
	for _, u := range []Unsent{{Room: chat.GeneralRoom, Text: long}, {Room: chat.GeneralRoom, Edit: 7, Text: long}, {Room: chat.GeneralRoom, Also: 1, Text: long}} {
		kept := papers{}
		kept.Keep(u)
		for range 2 {
			s := openTeam(100, 30)
			s.Model = New(Config{Client: s.client, You: you, Keeper: kept, Unsent: slices.Collect(maps.Values(kept))})
			s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
			s.send(chat.Identified{You: you, Team: chat.Team{Name: "acme"}, Rooms: acme()})
			s.keys(t, "x{backspace}")
			if got := kept.all(chat.GeneralRoom); len(got) != 2 || got[0] != "" || chat.Sanitize(got[1]) != chat.Sanitize(long) {
				t.Fatalf("of %d/%d there are kept %d", u.Edit, u.Also, len(got))
			}
		}
	}
}
