package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// behind is a team with unread rooms: a mention of bob's, three messages in #deploys, of
// which one is an answer in a thread, and nine in a room that is muted.
func behind(width, height int) *screen {
	s := openTeam(width, height)
	team(s)
	s.client.older = func(before uint64, limit int) (chat.History, error) {
		if s.room == "dm1" {
			return chat.History{Messages: []chat.Message{inRoom("dm1", 2, bob, "hi"), inRoom("dm1", 3, bob, "@you are you there?")}}, nil
		}
		h := history(before, limit)
		for i := range h.Messages {
			if h.Messages[i].Seq == 19 {
				h.Messages[i].Thread = "r2-3"
			}
		}
		return h, nil
	}
	return s
}

func TestCatchUpGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		for name, keys := range map[string]string{
			"catch-first": "{alt+c}", "catch-room": "{alt+c}{enter}", "catch-thread": "{alt+c}{enter}{enter}",
			"catch-over": "{alt+c}{enter}{enter}{enter}", "catch-left": "{alt+c}s{enter}{enter}",
		} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := behind(size[0], size[1])
					for _, k := range splitKeys(keys) {
						settleShort(s, s.keys(t, k))
					}
					golden(t, s.text()+"\n")
				})
			})
		}
	}
}

// settleShort is settle without what comes after a long time.
func settleShort(s *screen, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil, flashEnds, writersLook, caughtUp:
	case tea.BatchMsg:
		for _, c := range msg {
			settleShort(s, c)
		}
	default:
		settleShort(s, s.send(msg))
	}
}

// TestCatchUpTellsWhatWasReadAtItsEnd, and nothing that was undone.
func TestCatchUpTellsWhatWasReadAtItsEnd(t *testing.T) {
	for _, c := range []struct{ keys, before, after string }{
		{"{alt+c}", "", ""},
		{"{alt+c}{enter}", "", ""},
		{"{alt+c}{enter}{enter}{enter}", "", ""},
		{"{alt+c}{esc}", "", "dm1:3"}, // it is on the screen
		{"{alt+c}{enter}{enter}{enter}{esc}", "", "dm1:3 r2:20"},
		{"{alt+c}{enter}{enter}{enter}{enter}", "", "dm1:3 r2:20"},
		{"{alt+c}{alt+c}{alt+c}{alt+c}{alt+c}", "", "dm1:3 r2:20"},
		{"{alt+c}{enter}{alt+a}", "", "dm1:3 r2:20"},
		{"{alt+c}{enter}{enter}{esc}", "", "dm1:3"}, // in the thread
		{"{alt+c}s{enter}{enter}{esc}", "", "r2:20"},
		{"{alt+c}ss{esc}", "", "r2:20"},               // where one is left on the screen
		{"{alt+c}{enter}u{alt+/}", "", "dm1:2 r2:20"}, // the marker never goes back, and #deploys is seen
		{"/catchup{enter}{enter}{esc}", "", "dm1:3 r2:20"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := behind(100, 30)
			for _, k := range splitKeys(c.keys) {
				if s.catch != nil && len(s.client.read) > 0 {
					t.Errorf("%s: told %v before its end", c.keys, s.client.read)
				}
				settleShort(s, s.keys(t, k))
			}
			var told []string
			for _, room := range slices.Sorted(maps.Keys(s.client.read)) {
				told = append(told, fmt.Sprintf("%s:%d", room, s.client.read[room]))
			}
			if got := strings.Join(told, " "); got != c.after {
				t.Errorf("%s tells %q, want %q\n%s", c.keys, got, c.after, s.text())
			}
		})
	}
}

// TestCatchUpIsToldWhenTheProgramEnds: what was marked on a walk that nobody ended, and not
// what is only shown.
func TestCatchUpIsToldWhenTheProgramEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := behind(100, 30)
		for _, k := range splitKeys("{alt+c}{enter}{enter}") { // in the thread of the second room
			settleShort(s, s.keys(t, k))
		}
		s.Leave()
		s.Leave()
		if got := fmt.Sprint(s.client.read); got != "map[dm1:3]" {
			t.Errorf("tells %s", got)
		}
	})
}

// TestCatchUpIsKept step by step, and what is undone as well: whatever kills the program.
func TestCatchUpIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := behind(100, 30)
		var kept []string
		s.caught = func(room string, seq uint64) { kept = append(kept, fmt.Sprintf("%s:%d", room, seq)) }
		for _, c := range []struct{ keys, kept string }{
			{"{alt+c}", ""},
			{"{enter}", "dm1:3"},
			{"u", "dm1:2"},
			{"{enter}", "dm1:3"},
			{"{enter}", ""}, // to the thread
			{"{enter}", "r2:20"},
			{"{esc}", ""},
		} {
			kept = nil
			for _, k := range splitKeys(c.keys) {
				settleShort(s, s.keys(t, k))
			}
			if got := strings.Join(kept, " "); got != c.kept {
				t.Errorf("after %s is kept %q, want %q", c.keys, got, c.kept)
			}
		}
	})
}

// TestCatchUpCanBeUndone to its beginning.
func TestCatchUpCanBeUndone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := behind(100, 30)
		do := func(keys, room string, unreadDM, unreadDeploys int) {
			t.Helper()
			for _, k := range splitKeys(keys) {
				settleShort(s, s.keys(t, k))
			}
			if dm, d := s.unread.Of(s.member("dm1")), s.unread.Of(s.member("r2")); s.room != room || dm != unreadDM || d != unreadDeploys {
				t.Fatalf("after %s in %s with %d and %d unread, want %s with %d and %d\n%s", keys, s.room, dm, d, room, unreadDM, unreadDeploys, s.text())
			}
		}
		do("{alt+c}", "dm1", 1, 3)
		do("{enter}", "r2", 0, 3)
		do("{enter}", "r2", 0, 3)
		if s.threads["r2"] == nil {
			t.Error("the thread is not shown")
		}
		do("{enter}", "r2", 0, 0)
		if !strings.Contains(s.text(), "all read") {
			t.Errorf("the end is not said:\n%s", s.text())
		}
		rooms := acme()
		s.send(chat.RoomsChanged{Rooms: rooms}) // as the server still has them
		do("", "r2", 0, 0)
		do("u", "r2", 0, 3)
		do("u", "r2", 0, 3)
		if s.threads["r2"] != nil {
			t.Error("the thread is still shown")
		}
		do("u", "dm1", 1, 3)
		if s.member("dm1").Mentions != 1 {
			t.Error("the mention is not back")
		}
		do("u", "dm1", 1, 3)
		do("{enter}s", "r2", 0, 3)
		if !strings.Contains(s.text(), "1 room left unread") {
			t.Errorf("what is left is not said:\n%s", s.text())
		}
		do("u", "r2", 0, 3)
	})
}

// TestCatchUpEndsByItself, so that other devices hear of it.
func TestCatchUpEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := behind(100, 30)
		for _, k := range splitKeys("{alt+c}{enter}{enter}{enter}") {
			settle(s, s.keys(t, k))
		}
		if s.catch != nil || s.client.read["dm1"] != 3 || s.client.read["r2"] != 20 {
			t.Errorf("it goes on, and told %v", s.client.read)
		}
		settle(s, s.keys(t, "{alt+c}"))
		if !strings.Contains(s.text(), "all read") {
			t.Errorf("the screen has\n%s", s.text())
		}
	})
}

// TestNothingIsTypedWhileCatchingUp, and nothing that was is lost.
func TestNothingIsTypedWhileCatchingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := behind(100, 30)
		for _, k := range splitKeys("draft{alt+c}xyz{pgup}{pgdown}{esc}{alt+3}") {
			settleShort(s, s.keys(t, k))
		}
		s.show(chat.GeneralRoom)
		if got := s.composer.Text(); got != "draft" {
			t.Errorf("written is %q", got)
		}
	})
}

// TestCatchUpIsSound whatever comes meanwhile.
func TestCatchUpIsSound(t *testing.T) {
	rapid.Check(t, walkAtRandom)
}

func walkAtRandom(t *rapid.T) {
	s := behind(rapid.IntRange(1, 120).Draw(t, "width"), rapid.IntRange(1, 40).Draw(t, "height"))
	seq := map[string]uint64{"r2": 20, "dm1": 3, chat.GeneralRoom: 6}
	for range rapid.IntRange(1, 30).Draw(t, "steps") {
		switch rapid.IntRange(0, 3).Draw(t, "what") {
		case 0:
			room := rapid.SampledFrom([]string{"r2", "dm1", chat.GeneralRoom}).Draw(t, "room")
			seq[room]++
			s.send(chat.Arrived{Messages: []chat.Message{inRoom(room, seq[room], ada, "more")}})
		case 1:
			s.send(chat.RoomsChanged{Rooms: acme()[:rapid.IntRange(1, 5).Draw(t, "rooms")]})
		default:
			s.keys(rapidTB{t: t}, rapid.SampledFrom([]string{"{alt+c}", "{enter}", "s", "u", "{esc}", "{alt+a}", "{pgup}", "{ctrl+f}", "{f1}"}).Draw(t, "key"))
		}
		if s.seeking != nil && rapid.Bool().Draw(t, "loaded") {
			s.send(s.lookAroundSpot(*s.seeking)())
		}
		check(t, s)
		if (s.focus == catching) != (s.catch != nil) {
			t.Fatalf("focus %d, walk %+v", s.focus, s.catch)
		}
	}
}

// TestWhoTypesOnTheWalkAnswers: what means nothing there is written, from its first letter on, and
// the walk is over.
func TestWhoTypesOnTheWalkAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := behind(100, 30)
		for _, k := range splitKeys("{alt+c}hello, us") {
			settleShort(s, s.keys(t, k))
		}
		if s.catch != nil || s.composer.Text() != "hello, us" || s.room != "dm1" {
			t.Errorf("%q is written in %s\n%s", s.composer.Text(), s.room, s.text())
		}
	})
}
