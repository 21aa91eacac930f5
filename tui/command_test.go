package tui

import (
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
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
