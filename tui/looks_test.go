package tui

import (
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestHelpOfACommand is a line that says what it does; with no such command why not.
func TestHelpOfACommand(t *testing.T) {
	for line, want := range map[string]string{
		"/help rename":   "/rename NAME: call this room by another name",
		"/help /rename":  "/rename NAME: call this room by another name",
		"/? who":         "/members: list who is in this room; also /who /names",
		"/help renmae":   "no command /renmae: did you mean /rename?",
		"/help rename x": "no command /rename x",
	} {
		s := openTeam(100, 30)
		s.keys(t, line+"{enter}")
		if got := s.text(); !strings.Contains(got, want) || s.top() != nil {
			t.Errorf("%s: no %q in\n%s", line, want, got)
		}
	}
	s := openTeam(100, 30)
	if s.keys(t, "/help rename{enter}x"); strings.Contains(s.text(), "call this room by another name") {
		t.Errorf("it stays while one writes, as no message does:\n%s", s.text())
	}
	s = openTeam(100, 30)
	if s.keys(t, "/help{enter}"); s.top() == nil {
		t.Error("alone it shows no help")
	}
	s = openTeam(100, 30)
	if s.keys(t, "/help renam{tab}"); s.composer.Text() != "/help rename" {
		t.Errorf("tab makes it %q", s.composer.Text())
	}
}

// TestNthRoomsInTheHelp: nine keys in a row are one line of it.
func TestNthRoomsInTheHelp(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "{f1}{pgdown}")
	if got := s.text(); !strings.Contains(got, "alt+1–9") || strings.Contains(got, "alt+2") {
		t.Errorf("the help:\n%s", got)
	}
}

// TestWhatIsNotSentTakesNoReply: a key that types nothing says so and leaves it selected; a letter is
// one of what somebody writes.
func TestWhatIsNotSentTakesNoReply(t *testing.T) {
	for _, state := range []chat.DraftState{chat.DraftWaiting, chat.DraftFailed} {
		for _, key := range []string{"r", "t", "p", "u"} {
			s := openTeam(100, 30)
			s.send(chat.DraftChanged{Draft: chat.Draft{ID: "d", Room: chat.GeneralRoom, Body: chat.TextBody("mine")}, State: state})
			s.keys(t, "{alt+k}"+key)
			if got := s.text(); !strings.Contains(got, "that is not sent yet, and "+key+" does nothing with it") || s.focus != writing || s.composer.Text() != key {
				t.Errorf("%v %s: focus %v, %q\n%s", state, key, s.focus, s.composer.Text(), got)
			}
			s = openTeam(100, 30)
			s.send(chat.DraftChanged{Draft: chat.Draft{ID: "d", Room: chat.GeneralRoom, Body: chat.TextBody("mine")}, State: state})
			s.keys(t, "{alt+k}{enter}")
			chosen, ok := s.shown().Chosen()
			if got := s.text(); !strings.Contains(got, "not sent yet: e takes it back, to be changed · esc goes back to writing") || s.focus != choosing || !ok || chosen.ID != "d" {
				t.Errorf("%v enter: focus %v\n%s", state, s.focus, got)
			}
		}
	}
}

// TestHowManyAreThere is also said where there is one room, and no list beside it; not in place of
// what the room is about.
func TestHowManyAreThere(t *testing.T) {
	for _, c := range []struct {
		width int
		topic string
		want  string
	}{
		{100, "", "acme · 3 members"},
		{40, "", "acme · 3 members"},
		{40, "releases and rollbacks of all", "acme"},
		{20, "", "acme"},
	} {
		s := openTeam(c.width, 12)
		room := chat.Membership{Room: chat.Room{ID: chat.GeneralRoom, Kind: chat.RoomPublic, Name: "general", Topic: c.topic, Members: 3}, Joined: true}
		s.send(chat.RoomsChanged{Rooms: []chat.Membership{room}})
		first, _, _ := strings.Cut(s.text(), "\n")
		if !strings.HasSuffix(first, " "+c.want) || strings.Contains(first, "3 members") != strings.Contains(c.want, "3 members") {
			t.Errorf("%+v: %q", c, first)
		}
	}
}

// TestALineBelowWhatBeganAThread says how many answers there are, where there is room for it.
func TestALineBelowWhatBeganAThread(t *testing.T) {
	for height, want := range map[int]bool{5: false, 12: true, 30: true} {
		s := openTeam(40, height)
		root := inRoom(chat.GeneralRoom, 40, ada, "who reviews it?")
		first, second := inRoom(chat.GeneralRoom, 41, bob, "I do"), inRoom(chat.GeneralRoom, 42, you, "and I")
		first.Thread, second.Thread = root.ID, root.ID
		root.Replies = &chat.Replies{Count: 2, Last: second.At, LastBy: you}
		s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{root, first, second}})
		s.enterThread(root.ID)
		s.arrange()
		if got := s.text(); strings.Contains(got, "─ 2 replies ─") != want || strings.Count(got, "replies") > 1 {
			t.Errorf("%d rows:\n%s", height, got)
		}
	}
}

// TestWhatIsSelectedIsMarked on every small screen, wherever one goes.
func TestWhatIsSelectedIsMarked(t *testing.T) {
	for height := 3; height < 8; height++ {
		for width := 8; width < 60; width++ {
			s := openTeam(width, height)
			s.keys(t, "{alt+k}")
			for step, keys := range []string{"", "k", "k", "k", "k", "k", "k", "j", "j", "G", "g"} {
				s.keys(t, keys)
				if content := s.View().Content; !strings.Contains(content, "▌") && !strings.Contains(content, "\x1b[7m") && !strings.Contains(content, ";7m") {
					t.Fatalf("%dx%d, after step %d nothing is marked:\n%s", width, height, step, s.text())
				}
			}
		}
	}
}
