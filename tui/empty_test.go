package tui

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestRoomOfWhichNothingIsLoaded says so, and what to do, instead of nothing.
func TestRoomOfWhichNothingIsLoaded(t *testing.T) {
	s := open(100, 12)
	says := func(when, want string) {
		t.Helper()
		if text := s.text(); want != "" && !strings.Contains(text, want) || want == "" && strings.Contains(text, "nothing of") {
			t.Errorf("%s: %q is not said:\n%s", when, want, text)
		}
	}
	says("at the start", "")
	s.send(chat.Connection{State: chat.Waiting, RetryAt: s.clock.Add(9e9)})
	says("without a connection", "nothing of #general is loaded yet: it comes with the connection")
	s.send(tea.WindowSizeMsg{Width: 20, Height: 5})
	says("in little room", "nothing of")
	s.send(tea.WindowSizeMsg{Width: 100, Height: 12})
	s.send(chat.Connection{State: chat.Refused, Reason: "no"})
	says("refused", "")
	s.send(chat.Connection{State: chat.Online})
	says("connected", "")
	s.client.older = func(uint64, int) (chat.History, error) { return chat.History{}, errors.New("the disk is\x1b full") }
	drainAll(s, s.send(chat.Reloaded{Room: chat.GeneralRoom, More: true}))
	says("failed", "nothing of #general could be loaded; pgup tries again: the disk is␛ full")
	s.client.older = func(uint64, int) (chat.History, error) {
		return chat.History{Messages: []chat.Message{said(1, ada, 0, "here it is")}}, nil
	}
	drainAll(s, s.keys(t, "{pgup}"))
	says("tried again", "here it is")
	says("and then", "")
}
