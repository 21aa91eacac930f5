package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Who writes on while something is asked has not seen the question: their words go where they
// would have gone without it, whole, and nothing is done.
func TestQuestionsEatNoLetters(t *testing.T) {
	const asks = "/create deploys releases and rollbacks{enter}"
	for _, c := range []struct {
		keys string
		wait bool // after the first key
		line string
		made bool // the room
	}{
		{keys: "hello there", line: "hello there"},
		{keys: "/create random", line: "/create random"},
		{keys: "not yet", line: "not yet"},
		{keys: "Nobody", line: "Nobody"},
		{keys: "n"},
		{keys: "n{backspace}"},
		{keys: "n/list", line: "/list"},
		{keys: "nhello", wait: true, line: "hello"},
		{keys: "{enter}hello", line: "hello"},
		{keys: "{ctrl+d}"},
		{keys: "{esc}hello", line: "hello"},
		{keys: "{ctrl+c}hello", line: "hello"},
		{keys: "y", made: true},
	} {
		s := openTeam(100, 30).leadsTo("r4", nil)
		s.keys(t, asks)
		if text := s.text(); !strings.Contains(text, "make a room called #deploys-releases-and-rollbacks? y makes it") {
			t.Fatalf("it does not ask:\n%s", text)
		}
		keys := splitKeys(c.keys)
		cmd := s.keys(t, keys[0])
		if c.made {
			drainAll(s, cmd)
		}
		if c.wait {
			s.clock = s.clock.Add(time.Second)
		}
		s.keys(t, strings.Join(keys[1:], ""))
		made := slices.ContainsFunc(s.client.asked, func(a string) bool { return strings.HasPrefix(a, "room:create") })
		if s.composer.Text() != c.line || made != c.made || s.question != nil || s.quitting || len(s.client.drafts) > 0 {
			t.Errorf("%s: the line is %q; made %v, asked %v, posted %q", c.keys, s.composer.Text(), made, s.question != nil, s.client.sent())
		}
	}
}

// Where a message is selected a key that answers nothing does what it does there, and a word is
// written whole.
func TestQuestionsAboutMessagesEatNoLetters(t *testing.T) {
	for _, c := range []struct {
		keys, line string
	}{
		{"hello", "hello"},
		{"nah", "nah"},
		{"no", "no"},
		{"n{down}o", ""},
		{"okay", "okay"},
		{"copy", "copy"},
		{"true", "true"},
		{"+1", "+1"},
		{"r", "r"},
		{"keep it", "keep it"},
		{"good", "good"},
		{"n", ""},
		{"k", ""},
		{"{enter}", ""},
	} {
		s := openTeam(100, 30)
		s.send(chat.Arrived{Messages: []chat.Message{said(7, you, 0, "mine")}})
		s.keys(t, "{alt+k}d")
		if s.question == nil {
			t.Fatalf("it does not ask:\n%s", s.text())
		}
		s.keys(t, c.keys)
		chosen, some := s.shown().Chosen()
		if s.composer.Text() != c.line || s.question != nil || some != (c.line == "") || c.keys == "k" && chosen.Seq == 7 || s.in() != nil || len(s.client.asked) > 0 {
			t.Errorf("%s: the line is %q, asked %v, selected %v %d, and the server %q", c.keys, s.composer.Text(), s.question != nil, some, chosen.Seq, s.client.asked)
		}
	}
}

// So it is where something is chosen by a key, but a slip ends nothing.
func TestChoicesEatNoLetters(t *testing.T) {
	for _, c := range []struct {
		keys, line string
		asks       bool
	}{
		{"hello", "hello", false},
		{"7", "", true},
		{"{enter}", "", true},
	} {
		s, _ := withFolder(graph, notes)
		s.keys(t, "{alt+k}o")
		if s.question == nil {
			t.Fatalf("it does not ask:\n%s", s.text())
		}
		s.keys(t, c.keys)
		if s.composer.Text() != c.line || (s.question != nil) != c.asks {
			t.Errorf("%s: the line is %q, asked %v", c.keys, s.composer.Text(), s.question != nil)
		}
	}
}
