package tui

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// What a list says of a message has no lines that are drawn nowhere.
func TestNoFencesInLists(t *testing.T) {
	for text, want := range map[string]string{
		"look:\n```go\nx := 1\n```\nso": "look:\nx := 1\nso",
		"~~~\na\n~~~":                   "a",
		"```inline```":                  "```inline```",
		"```\n```":                      "```\n```",
		"no code":                       "no code",
		"a ``` b":                       "a ``` b",
	} {
		if got := withoutFences(text); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

// Nor does what is found without a connection.
func TestNoFencesInWhatIsFoundOffline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 30)
		s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{said(20, ada, 0, "look:\n```\nrareword := 1\n```")}})
		s.send(chat.Connection{State: chat.Offline})
		s.do(t, "{ctrl+f}rareword")
		if text := s.text(); !strings.Contains(text, "look: rareword := 1") || strings.Contains(text, "```") {
			t.Errorf("%s", text)
		}
	})
}

// TestTheBarIsWhereOneTypes: in what lies over the room, and then not below it.
func TestTheBarIsWhereOneTypes(t *testing.T) {
	s := openTeam(100, 30)
	bars := func() (lit, all int) {
		content := s.View().Content
		return strings.Count(content, s.theme.Accent.Render("┃")) + strings.Count(content, s.theme.Accent.Render("┃ ")), strings.Count(content, "┃")
	}
	if lit, all := bars(); lit != 1 || all != 1 {
		t.Fatalf("in the room %d of %d", lit, all)
	}
	s.keys(t, "{ctrl+k}")
	if lit, all := bars(); lit != 1 || all != 2 {
		t.Errorf("in a list %d of %d:\n%s", lit, all, s.text())
	}
	s.keys(t, "{esc}")
	if lit, all := bars(); lit != 1 || all != 1 {
		t.Errorf("after it %d of %d", lit, all)
	}
}
