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

// leadsTo has the client answer with a room, or with an error.
func (s *screen) leadsTo(room string, err error) *screen {
	s.client.answer = func(_ string, out any) error {
		if a, ok := out.(*chat.RoomAnswer); ok {
			a.Room.ID = room
		}
		return err
	}
	return s
}

// drainOn is drainAll, and of what comes of that.
func (s *screen) drainOn(cmd tea.Cmd) {
	for _, c := range later(cmd) {
		if msg, ok := c().(asked); ok {
			s.drainOn(s.send(msg))
		}
	}
}

// waysToBob are the ways to a room that is not shown at once.
var waysToBob = map[string]string{
	"msg": "/msg bob{enter}", "query": "/query bob{enter}", "join": "/join plans{enter}", "create": "/create plans{enter}",
}

// What is written after a command that leads elsewhere is for where it leads, whenever the
// answer comes.
func TestWordsGoWhereACommandLeads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const words = "private words{enter}and more{enter}the rest"
		keys := splitKeys(words)
		for way, line := range waysToBob {
			room := map[bool]string{true: "dm1", false: "r4"}[way == "msg" || way == "query"]
			for at := range len(keys) + 1 {
				for _, told := range []bool{true, false} { // the room itself is told before the answer, or after it
					s := openTeam(100, 30).leadsTo(room, nil)
					if !told {
						s.send(chat.RoomsChanged{Rooms: without(room)})
					}
					answer := s.keys(t, line)
					s.keys(t, strings.Join(keys[:at], ""))
					drainAll(s, answer)
					if !told {
						s.send(chat.RoomsChanged{Rooms: acme()})
					}
					s.keys(t, strings.Join(keys[at:], ""))
					want := []string{room + ": private words", room + ": and more"}
					if got := s.sentTo(); !slices.Equal(got, want) || s.room != room || s.composer.Text() != "the rest" {
						t.Fatalf("%s, answered after %d keys: sent %q, in %s with %q", way, at, got, s.room, s.composer.Text())
					}
				}
			}
		}
	})
}

// Where it leads nowhere nothing is posted, and what was written is there with the reason. An
// Enter that was meant for the other room posts nothing either.
func TestWordsStayWhereACommandLeadsNowhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keys := splitKeys("one{enter}two")
		for way, line := range waysToBob {
			for at := 1; at <= len(keys); at++ {
				s := openTeam(100, 30).leadsTo("", errors.New("nobody is called so"))
				answer := s.keys(t, line)
				s.keys(t, strings.Join(keys[:at], ""))
				drainAll(s, answer)
				if text := s.text(); !strings.Contains(text, "nobody is called so · nothing was posted") || len(s.client.drafts) > 0 || s.room != chat.GeneralRoom {
					t.Fatalf("%s, answered after %d keys: sent %q\n%s", way, at, s.sentTo(), text)
				}
				s.keys(t, strings.Join(keys[at:], "")+"{enter}")
				said := strings.ReplaceAll(s.composer.Text(), "\n", "")
				if got := s.sentTo(); len(got) > 0 || said != "onetwo" || !strings.Contains(s.text(), "enter again posts this to #general; this was written for ") {
					t.Fatalf("%s, answered after %d keys: sent %q, has %q\n%s", way, at, got, said, s.text())
				}
				if s.keys(t, "{enter}"); len(s.client.drafts) != 1 {
					t.Errorf("%s: it cannot be posted here: %q", way, s.composer.Sentence())
				}
			}
		}
		s := openTeam(100, 30).leadsTo("", errors.New("nobody is called so"))
		answer := s.keys(t, "/msg bob a long text{enter}")
		s.keys(t, "words")
		drainAll(s, answer)
		if list := s.putBy[chat.GeneralRoom]; len(list) != 1 || list[0].Text != "/msg bob a long text" {
			t.Errorf("what was to be said to bob is put aside as %v", list)
		}
		s = openTeam(100, 30).leadsTo("", errors.New("nobody is called so"))
		answer = s.keys(t, "/msg bob{enter}")
		s.keys(t, "words")
		drainAll(s, answer)
		if s.keys(t, "{enter}{ctrl+u}others{enter}"); !slices.Equal(s.sentTo(), []string{"general: others"}) {
			t.Errorf("other words: sent %q, said %q", s.sentTo(), s.composer.Sentence())
		}
	})
}

// Who goes elsewhere, or gives it up, is taken nowhere, and has a draft where it was written.
func TestWordsStayWithWhoGoesElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct{ keys, room, back string }{
			{"{alt+1}", "r2", "{alt+2}"},
			{"{ctrl+k}", chat.GeneralRoom, "{esc}"},
			{"{ctrl+k}random{enter}", "r3", "{ctrl+k}general{enter}"},
			{"{esc}", chat.GeneralRoom, ""},
			{"{ctrl+r}", chat.GeneralRoom, "{esc}"},
			{"{ctrl+f}", chat.GeneralRoom, "{esc}"},
		} {
			s := openTeam(100, 30).leadsTo("dm1", nil)
			answer := s.keys(t, "/msg bob{enter}")
			s.keys(t, "one{enter}two"+c.keys)
			drainAll(s, answer)
			if s.room != c.room || len(s.client.drafts) > 0 {
				t.Errorf("%s: in %s, sent %q", c.keys, s.room, s.sentTo())
			}
			if s.keys(t, c.back); s.room != chat.GeneralRoom || s.composer.Text() != "one\ntwo" || s.going != nil {
				t.Errorf("%s%s: in %s with %q", c.keys, c.back, s.room, s.composer.Text())
			}
		}
		s := openTeam(100, 30).leadsTo("dm1", nil)
		answer := s.keys(t, "/msg bob{enter}")
		if s.keys(t, "words{esc}"); !strings.Contains(s.text(), "@bob is not waited for any longer; enter posts this to #general") {
			t.Errorf("given up:\n%s", s.text())
		}
		if drainAll(s, answer); s.room != chat.GeneralRoom || !strings.Contains(s.text(), "you are in @bob now; alt+/ goes there") {
			t.Errorf("in %s\n%s", s.room, s.text())
		}
	})
}

// The help can be looked at on the way, and who goes elsewhere is asked before what was written for the
// other room is posted where they come back to.
func TestWordsOnTheWayAreAskedAbout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for keys, at := range map[string]string{
			"secret{f1}{esc}{enter}": "dm1", "secret{enter}{f1}": "dm1", "{f1}find{esc}secret{enter}{f1}": "dm1", "secret{enter}/help{enter}": "dm1",
			"secret{alt+1}{alt+2}{enter}": "", "secret{enter}{alt+1}{alt+2}{enter}": "", "secret{ctrl+k}{esc}{enter}": "", "secret{f1}{alt+1}{esc}{alt+2}{enter}": "",
		} {
			s := openTeam(100, 30).leadsTo("dm1", nil)
			answer := s.keys(t, "/msg bob{enter}")
			s.keys(t, keys)
			drainAll(s, answer)
			if at != "" {
				if got := s.sentTo(); !slices.Equal(got, []string{at + ": secret"}) {
					t.Errorf("%s: sent %q\n%s", keys, got, s.text())
				}
				continue
			}
			if len(s.client.drafts) > 0 || s.composer.Text() != "secret" || !strings.Contains(s.composer.Sentence(), "enter again posts this to #general; this was written for @bob") {
				t.Errorf("%s: sent %q, and says %q", keys, s.sentTo(), s.composer.Sentence())
			}
			if s.keys(t, "{enter}"); !slices.Equal(s.sentTo(), []string{"general: secret"}) {
				t.Errorf("%s: enter again sends %q", keys, s.sentTo())
			}
		}
		s := openTeam(100, 30).leadsTo("dm1", nil) // who gives it up is told at once
		s.keys(t, "/msg bob{enter}")
		if s.keys(t, "words{esc}{enter}"); !slices.Equal(s.sentTo(), []string{"general: words"}) {
			t.Errorf("given up: sent %q\n%s", s.sentTo(), s.text())
		}
	})
}

// What was being written where one comes from, and where one arrives, is not mixed with it.
func TestWordsOnTheWayAndDrafts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 30).leadsTo("dm1", nil)
		s.keys(t, "{ctrl+k}bob{enter}half a thought{alt+/}")
		answer := s.keys(t, "/msg bob{enter}")
		s.keys(t, "a line{enter}and on")
		drainAll(s, answer)
		if got := s.sentTo(); !slices.Equal(got, []string{"dm1: a line"}) || s.composer.Text() != "and on" {
			t.Errorf("sent %q, and %q is written", got, s.composer.Text())
		}
		if s.keys(t, "{ctrl+u}{ctrl+r}half{enter}"); s.composer.Text() != "half a thought" {
			t.Errorf("the draft is %q", s.composer.Text())
		}
		// An answer that was begun there is not what the line is.
		s = openTeam(100, 30).leadsTo("dm1", nil)
		s.send(chat.Arrived{Messages: []chat.Message{inRoom("dm1", 4, bob, "well?")}})
		s.keys(t, "{ctrl+k}bob{enter}/reply{enter}half{alt+/}")
		answer = s.keys(t, "/msg bob{enter}")
		s.keys(t, "/me waves{enter}/bogus{enter}not sent{enter}on")
		drainAll(s, answer)
		if d := s.client.drafts; len(d) != 1 || d[0].ReplyTo != "" || d[0].Extra.Style != chat.StyleMe || s.composer.Text() != "/bogus\nnot sent\non" {
			t.Errorf("sent %+v, and %q is written", d, s.composer.Text())
		}
		if !strings.Contains(s.composer.Sentence(), "no command /bogus") {
			t.Errorf("it says %q", s.composer.Sentence())
		}
	})
}

// What waits is seen, kept, and nobody's business.
func TestWordsOnTheWayAreSeenAndKept(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		s := openTeam(size[0], size[1]).leadsTo("dm1", nil)
		kept := diary{}
		s.keeper = kept
		s.keys(t, "/msg bob{enter}")
		if text := s.text(); size[0] > 20 && !strings.Contains(text, "waiting for @bob …") {
			t.Errorf("%v says\n%s", size, text)
		}
		s.keys(t, "see you{enter}tomo")
		if text := s.text(); !strings.Contains(text, "waiting for @bob") || !strings.Contains(text, "tomo") || size[0] == 100 && !strings.Contains(text, "1 line goes there: see you · esc gives it up") {
			t.Errorf("%v says\n%s", size, text)
		}
		if all := fmt.Sprint(kept); !strings.Contains(all, "see you") || !strings.Contains(all, "tomo") {
			t.Errorf("kept is %s", all)
		}
		s.send(tea.PasteMsg{Content: strings.Repeat("a line\n", 30)})
		if s.going == nil || s.question != nil || strings.Count(s.composer.Text(), "a line") != 30 {
			t.Errorf("pasted: %q", s.composer.Text())
		}
		if len(s.client.typing) > 0 {
			t.Errorf("others are told %q", s.client.typing)
		}
	}
}

// strangers are the rooms of who is in none with bob alone.
func strangers() []chat.Membership {
	return slices.DeleteFunc(acme(), func(r chat.Membership) bool { return r.Kind == chat.RoomDirect })
}

// Without a connection it is said at once; while the program starts it is waited for.
func TestNoRoomWithoutAConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for way, line := range waysToBob {
			s := openTeam(100, 30)
			s.send(chat.RoomsChanged{Rooms: strangers()})
			s.send(chat.Connection{State: chat.Waiting, RetryAt: monday})
			s.keys(t, line)
			if s.going != nil || s.composer.Text() != strings.TrimSuffix(line, "{enter}") || !strings.Contains(s.text(), "needs a connection, and there is none now") {
				t.Errorf("%s: %q is written, and it says %q", way, s.composer.Text(), s.composer.Sentence())
			}
		}
		for _, fails := range []bool{false, true} {
			s := open(100, 30, chat.Connection{State: chat.Connecting})
			s.send(chat.RoomsChanged{Rooms: strangers()})
			s.leadsTo("dm1", nil)
			drainAll(s, s.keys(t, "/msg bob{enter}"))
			s.keys(t, "words{enter}")
			if len(s.client.asked)+len(s.client.drafts) > 0 {
				t.Fatalf("asked %q, sent %q", s.client.asked, s.sentTo())
			}
			came := chat.Connection{State: chat.Online}
			if fails {
				came = chat.Connection{State: chat.Waiting, RetryAt: s.clock.Add(0)}
				s.leadsTo("", errors.New("not connected"))
			}
			drainAll(s, s.send(came))
			if !fails { // the server tells of it
				drainAll(s, s.send(chat.RoomsChanged{Rooms: acme()}))
			}
			switch got := s.sentTo(); {
			case !fails && (!slices.Equal(got, []string{"dm1: words"}) || s.room != "dm1"):
				t.Errorf("sent %q, in %s", got, s.room)
			case fails && (len(got) > 0 || s.composer.Text() != "words" || !strings.Contains(s.text(), "not connected · nothing was posted")):
				t.Errorf("sent %q, and %q is written:\n%s", got, s.composer.Text(), s.text())
			}
		}
	})
}
