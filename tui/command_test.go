package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// A command that did something, or that no other words would do, leaves nothing in the line: what is
// written next is no part of it.
func TestCommandsLeaveTheLineEmpty(t *testing.T) {
	for _, c := range []struct {
		line   string
		online bool
	}{
		{"/react", false}, // lists the emoji all the same
		{"/team", true},
		{"/invite", true},
		{"/logout", true},
		{"/unmute", true},
		{"/catchup", true},
		{"/search x", false},
		{"/settings", false},
		{"/go general", true},
	} {
		s := openTeam(100, 30)
		if !c.online {
			s.send(chat.Connection{State: chat.Offline})
		}
		if s.keys(t, c.line+"{enter}"); s.composer.Text() != "" {
			t.Errorf("%s leaves %q, and says %q", c.line, s.composer.Text(), s.composer.Sentence())
		}
	}
}

// TestFurtherLinesOfACommand are part of the text where it posts one; where it does not, it is said
// why nothing is done.
func TestFurtherLinesOfACommand(t *testing.T) {
	for _, c := range []struct {
		line  string
		posts []string
		says  string
	}{
		{"/me one{ctrl+j}two", []string{"one\ntwo"}, ""},
		{"/me{ctrl+j}  one{ctrl+j}two", []string{"  one\ntwo"}, ""},
		{"/shrug a{ctrl+j}b", []string{"a\nb " + slash.Shrug}, ""},
		{"/reply a{ctrl+j}{ctrl+j}b", []string{"a\n\nb"}, ""},
		{"/topic a{ctrl+j}b", nil, "/topic takes what stands on its own line, and there are more; nothing was done."},
		{"/away a{ctrl+j}b", nil, "/away takes what stands on its own line"},
		{"/thread{ctrl+j}b", nil, "/thread stands alone on its line; nothing was sent."},
		{"/quit{ctrl+j}b", nil, "/quit stands alone on its line; nothing was sent."},
	} {
		s := openRoom(120, 30)
		s.keys(t, c.line+"{enter}")
		if d := cmp.Diff(c.posts, s.client.sent()); d != "" || !strings.Contains(s.text(), c.says) {
			t.Errorf("%s: posts %s\n%s", c.line, d, s.text())
		}
		if left := s.composer.Text() != ""; left != (c.posts == nil) {
			t.Errorf("%s: left %q", c.line, s.composer.Text())
		}
	}
	s := openTeam(100, 30).leadsTo("dm1", nil)
	s.drainOn(s.keys(t, "/msg bob a{ctrl+j}b, c{enter}"))
	if d := cmp.Diff([]string{"a\nb, c"}, s.client.sent()); d != "" {
		t.Error(d)
	}
}

// TestReconnectSaysWhatItDid, whatever the connection is.
func TestReconnectSaysWhatItDid(t *testing.T) {
	for state, says := range map[chat.ConnectionState]string{
		chat.Online:     "you are connected: there was nothing to be done",
		chat.Connecting: "that is being tried already",
		chat.Waiting:    "trying to connect now",
		chat.Refused:    "trying to connect now",
		chat.Offline:    "trying to connect now",
	} {
		s := openTeam(100, 30)
		s.send(chat.Connection{State: state})
		if s.keys(t, "/reconnect{enter}"); !strings.Contains(s.text(), says) || s.composer.Text() != "" || s.client.reconnects != 1 {
			t.Errorf("%d: asked %d times, left %q:\n%s", state, s.client.reconnects, s.composer.Text(), s.text())
		}
	}
}

// The line of a command that was not done is there to be changed, and who types on has not seen it:
// what they type is no part of it. Where it was to lead to another room it is asked about once.
func TestWhoTypesOnAfterAFailedCommand(t *testing.T) {
	for _, c := range []struct {
		line, then string
		text       string
		posted     []string
	}{
		{"/frob x", "hello", "hello", nil},
		{"/frob x", "hello{enter}", "", []string{"hello"}},
		{"/frob x", "hello{up}", "/frob x", nil},
		{"/frob x", "{backspace}", "/frob ", nil},
		{"/frob x", "{home}/{enter}", "", []string{"/frob x"}},
		{"/frob x", "{esc}y", "/frob xy", nil},
		{"/quit now", "hello", "hello", nil},
		{"/notify much", "hello", "hello", nil},
		{"/topic x", "hello", "hello", nil}, // refused by the server
		{"/whois", "bob", "/whois bob", nil},
		{"/go nowhere", "hi all{enter}", "hi all", nil},
		{"/go nowhere", "hi all{enter}{enter}", "", []string{"hi all"}},
		{"/go nowhere", "/go deploys{enter}", "", nil},
		{"/msg Cyn O hi", "hi cyn{enter}", "hi cyn", nil},
		{"/q Cyn O hi", "hi cyn{enter}", "hi cyn", nil},
		{"/DM Cyn O hi", "hi cyn{enter}", "hi cyn", nil},
		{"/msg Cyn O hi", "hi cyn{enter}{ctrl+u}/go deploys{enter}", "", nil},
		{"/msg Cyn O hi", "hi cyn{enter}{ctrl+a}/me {enter}", "", []string{"hi cyn"}},
	} {
		s := openTeam(100, 30)
		s.client.answer = func(string, any) error { return errors.New("nobody here is called that") }
		drainAll(s, s.keys(t, c.line+"{enter}"))
		if s.composer.Sentence() == "" {
			t.Fatalf("%s: nothing is said", c.line)
		}
		if s.keys(t, c.then); s.composer.Text() != c.text || !slices.Equal(s.client.sent(), c.posted) {
			t.Errorf("%s and %s: %q is written, %q posted; it says %q", c.line, c.then, s.composer.Text(), s.client.sent(), s.composer.Sentence())
		}
		if strings.HasSuffix(c.then, "/go deploys{enter}") && s.room != "r2" {
			t.Errorf("%s and %s lead to %s", c.line, c.then, s.room)
		}
	}
	s := openTeam(100, 30)
	s.keys(t, "/go nowhere{enter}hi all{enter}")
	if !strings.Contains(s.text(), "enter again posts this to #general; /go nowhere was not done") {
		t.Errorf("why it asks:\n%s", s.text())
	}
}

// A line that gives way takes no draft along, and stays where the cursor is put into it or where a word
// of it is to be completed.
func TestALineThatGivesWayLosesNothing(t *testing.T) {
	s := openTeam(100, 30)
	kept := diary{}
	s.keeper = kept
	s.keys(t, "deploy done{enter}draft A{up}{home}/annouce {enter}ok")
	if list := s.putBy[chat.GeneralRoom]; len(list) != 1 || list[0].Text != "draft A" || s.composer.Text() != "ok" || !strings.Contains(fmt.Sprint(kept), "draft A") {
		t.Errorf("%q is written, aside is %v, kept %v", s.composer.Text(), list, kept)
	}
	if s.keys(t, "{ctrl+u}{ctrl+r}draft{enter}"); s.composer.Text() != "draft A" {
		t.Errorf("brought back: %q\n%s", s.composer.Text(), s.text())
	}
	s = openTeam(100, 30)
	s.keys(t, "/quit zzzzq{enter}{tab}x")
	if s.composer.Text() != "/quit zzzzqx" {
		t.Errorf("after tab %q is written", s.composer.Text())
	}
	s = openTeam(100, 30)
	s.keys(t, "/frob abc{enter}")
	s.clicks(t, "abc")
	if s.keys(t, "x"); s.composer.Text() != "/frob xabc" {
		t.Errorf("after a click %q is written", s.composer.Text())
	}
	s = openTeam(100, 30)
	s.keys(t, "/go nowhere{enter}")
	s.send(tea.PasteMsg{Content: strings.Repeat("a line\n", 30)})
	if s.keys(t, "{tab}"); !strings.HasPrefix(s.composer.Text(), "```\na line\n") {
		t.Errorf("a large paste: %q is written", s.composer.Text())
	}
	if s.keys(t, "{enter}"); len(s.client.drafts) > 0 || !strings.Contains(s.text(), "/go nowhere was not done") {
		t.Errorf("sent %q\n%s", s.client.sent(), s.text())
	}
}
