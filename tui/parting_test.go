package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// leaving is a screen in a room that is then left.
func leaving(width, height int) *screen {
	s := openTeam(width, height)
	s.keys(&testing.T{}, "{alt+1}") // #deploys
	return s
}

// What is written after /part is posted in no room by itself: it comes along, and one is
// asked first.
func TestWordsAfterPartComeAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := splitKeys("good {enter}bye all")
		for at := 1; at <= len(keys); at++ {
			for _, first := range []bool{true, false} { // the answer, or that the room is left
				s := leaving(100, 30)
				answer := s.keys(t, "/part{enter}")
				s.keys(t, strings.Join(keys[:at], ""))
				if first {
					drainAll(s, answer)
				}
				s.send(chat.RoomsChanged{Rooms: without("r2")})
				if !first {
					drainAll(s, answer)
				}
				if text := s.text(); s.room != chat.GeneralRoom || !strings.Contains(text, "you are in #deploys no longer · enter twice posts this to #general") {
					t.Fatalf("after %d keys: in %s\n%s", at, s.room, text)
				}
				s.keys(t, strings.Join(keys[at:], "")+"{enter}")
				said := strings.NewReplacer("\n", "", " ", "").Replace(s.composer.Text())
				if len(s.client.drafts) > 0 || said != "goodbyeall" || !strings.Contains(s.text(), "this was written for another room") {
					t.Fatalf("after %d keys: sent %q, and %q is written\n%s", at, s.sentTo(), said, s.text())
				}
				if s.keys(t, "{enter}"); len(s.client.drafts) != 1 || s.client.drafts[0].Room != chat.GeneralRoom {
					t.Fatalf("after %d keys: sent %q", at, s.sentTo())
				}
			}
		}
	})
}

// Who wrote nothing is in the first room, and writes there as ever.
func TestPartGoesToTheFirstRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := leaving(100, 30)
		drainAll(s, s.keys(t, "/part{enter}"))
		s.send(chat.RoomsChanged{Rooms: without("r2")})
		if s.room != chat.GeneralRoom || s.going != nil || !strings.Contains(s.text(), "you are in #deploys no longer") {
			t.Errorf("in %s:\n%s", s.room, s.text())
		}
		if s.keys(t, "hello{enter}"); !slices.Equal(s.sentTo(), []string{"general: hello"}) {
			t.Errorf("sent %q", s.sentTo())
		}
	})
}

// Where the room is not left, what was written is there with the reason, and posted by nobody;
// and who waits no longer, or went elsewhere, has it as a draft.
func TestPartThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := leaving(100, 30).leadsTo("", errors.New("you made it"))
		answer := s.keys(t, "/part{enter}")
		s.keys(t, "so long{enter}")
		drainAll(s, answer)
		if s.composer.Text() != "so long" || s.room != "r2" || !strings.Contains(s.text(), "you made it · nothing was posted") {
			t.Errorf("in %s %q is written:\n%s", s.room, s.composer.Text(), s.text())
		}
		if s.keys(t, "{enter}"); len(s.client.drafts) > 0 {
			t.Errorf("sent %q", s.sentTo())
		}
		s = leaving(100, 30)
		s.keys(t, "/part{enter}so long{enter}{esc}")
		if s.composer.Text() != "so long" || !strings.Contains(s.text(), "you go on to leave #deploys; enter posts this to #deploys") {
			t.Errorf("%q is written:\n%s", s.composer.Text(), s.text())
		}
		s.send(chat.RoomsChanged{Rooms: without("r2")})
		if s.keys(t, "{enter}"); len(s.client.drafts) > 0 || s.composer.Text() != "so long" {
			t.Errorf("sent %q, and %q is written", s.sentTo(), s.composer.Text())
		}
		s = leaving(100, 30)
		s.keys(t, "/part{enter}so long{alt+2}")
		s.send(chat.RoomsChanged{Rooms: without("r2")})
		if s.keys(t, "{ctrl+r}so lo{enter}"); s.composer.Text() != "so long" || s.room != chat.GeneralRoom || len(s.client.drafts) > 0 {
			t.Errorf("in %s %q is written", s.room, s.composer.Text())
		}
		s = leaving(100, 30)
		s.send(chat.Connection{State: chat.Offline, Reason: "no network"})
		if s.keys(t, "/part{enter}"); s.going != nil || s.composer.Text() != "/part" || !strings.Contains(s.composer.Sentence(), "needs a connection") {
			t.Errorf("%q is written, it says %q", s.composer.Text(), s.composer.Sentence())
		}
	})
}

// What comes along is seen and kept, and a draft in the room that one comes to is put aside.
func TestWhatComesAlongIsSeenAndKept(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		s := openTeam(size[0], size[1])
		kept := diary{}
		s.keeper = kept
		s.keys(t, "half a thought{alt+1}/part{enter}")
		if text := s.text(); size[0] > 20 && !strings.Contains(text, "leaving #deploys …") {
			t.Errorf("%v says\n%s", size, text)
		}
		s.keys(t, "see you{enter}two{enter}tomo")
		if text := s.text(); !strings.Contains(text, "leaving #deploys") || size[0] == 100 && !strings.Contains(text, "2 lines come along: two · esc gives it up") {
			t.Errorf("%v says\n%s", size, text)
		}
		if all := fmt.Sprint(kept); !strings.Contains(all, "see you") || !strings.Contains(all, "tomo") {
			t.Errorf("kept is %s", all)
		}
		s.send(chat.RoomsChanged{Rooms: without("r2")})
		if s.composer.Text() != "see you\ntwo\ntomo" || s.room != chat.GeneralRoom {
			t.Errorf("in %s %q is written", s.room, s.composer.Text())
		}
		if list := s.putBy[chat.GeneralRoom]; len(list) != 1 || list[0].Text != "half a thought" {
			t.Errorf("put aside is %v", list)
		}
		if all := fmt.Sprint(kept); !strings.Contains(all, "see you") || !strings.Contains(all, "half a thought") {
			t.Errorf("kept is %s", all)
		}
	}
}

// isUntold hands on the end of a wait for a room.
func (s *screen) isUntold(t *testing.T, cmd tea.Cmd) {
	t.Helper()
	for _, msg := range messages(cmd) {
		if u, is := msg.(untold); is {
			s.send(u)
			return
		}
	}
	t.Error("it is waited for without end")
}

// A room that the server answered and does not tell of is not waited for without end: that is
// said, and what was written is there again. When it comes after all, one is told.
func TestRoomThatIsNeverToldOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for way, line := range waysToBob {
			room, called := "r4", "#plans"
			if way == "msg" || way == "query" {
				room, called = "dm1", "@bob"
			}
			for _, words := range []string{"", "words{enter}", "words"} {
				s := openTeam(100, 30).leadsTo(room, nil)
				s.send(chat.RoomsChanged{Rooms: without(room)})
				ask := s.keys(t, line)
				s.keys(t, words)
				var wait tea.Cmd
				for _, msg := range messages(ask) {
					wait = tea.Batch(wait, s.send(msg))
				}
				if s.going == nil {
					t.Fatalf("%s%s: it is not waited for", line, words)
				}
				s.isUntold(t, wait)
				says := called + " has not come, 15 seconds after the server let you in"
				if words != "" {
					says += " · this is not posted"
				}
				want := strings.TrimSuffix(words, "{enter}")
				if s.going != nil || s.composer.Sentence() != says || s.composer.Text() != want || len(s.client.drafts) > 0 {
					t.Fatalf("%s%s: %q is written\n%s", line, words, s.composer.Text(), s.text())
				}
				if s.keys(t, "{enter}"); len(s.client.drafts) > 0 {
					t.Errorf("%s%s: sent %q at once", line, words, s.sentTo())
				}
				if cmd := s.send(chat.RoomsChanged{Rooms: acme()}); s.room != chat.GeneralRoom || cmd == nil || !strings.Contains(s.text(), called[1:]+" now; alt+/ goes there") {
					t.Errorf("%s%s: it came, in %s\n%s", line, words, s.room, s.text())
				}
			}
		}
		s := leaving(100, 30)
		ask := s.keys(t, "/part{enter}")
		s.keys(t, "words")
		var wait tea.Cmd
		for _, msg := range messages(ask) {
			wait = tea.Batch(wait, s.send(msg))
		}
		s.isUntold(t, wait)
		if says := "#deploys is still here, 15 seconds after the server let you go · this is not posted"; s.composer.Sentence() != says || s.composer.Text() != "words" {
			t.Errorf("%q is written\n%s", s.composer.Text(), s.text())
		}
	})
}

// The end of a wait is none of the way that was taken since.
func TestAnotherWayIsNotGivenUp(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "/join plans{enter}")
	first := s.going.from
	s.keys(t, "{esc}/msg bob{enter}")
	if s.send(untold{first}); s.going == nil || s.going.to != "@bob" {
		t.Errorf("the way is %+v", s.going)
	}
}

// TestPartingWordsAreSaidToNobody: the room is left all the same, and that is said.
func TestPartingWordsAreSaidToNobody(t *testing.T) {
	s := openTeam(100, 30)
	drainAll(s, s.keys(t, "/part #random so long, all{enter}"))
	if got := strings.Join(s.client.asked, "\n"); !strings.Contains(got, `room:leave {"room":"r3"}`) || !strings.Contains(s.text(), "what stands behind the room is said to nobody") {
		t.Errorf("asked %q:\n%s", got, s.text())
	}
	if len(s.client.sent()) > 0 {
		t.Errorf("sent %q", s.client.sent())
	}
	s.client.asked = nil
	drainAll(s, s.keys(t, "/part so long{enter}"))
	if len(s.client.asked) > 0 || !strings.Contains(s.text(), "you are in no room called so long; nothing was left") {
		t.Errorf("asked %q:\n%s", s.client.asked, s.text())
	}
}

// TestQWithANameIsAQuery, and leaves nothing.
func TestQWithANameIsAQuery(t *testing.T) {
	s := openTeam(100, 30).leadsTo("dm1", nil)
	s.drainOn(s.keys(t, "/q bob hello{enter}"))
	if got := s.client.sent(); len(got) != 1 || got[0] != "hello" || s.room != "dm1" || s.quitting {
		t.Errorf("sent %q, in %s", got, s.room)
	}
}
