package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/layout"
)

// TestWhatHasTheKeysIsSeen: on a small screen a sentence of several rows leaves a list, and a
// message that is selected, their place.
func TestWhatHasTheKeysIsSeen(t *testing.T) {
	const says = "what is said here takes some rows, since it is long, and there are few columns"
	for height := 4; height < 16; height++ {
		s := openTeam(20, height)
		s.composer.Say(says)
		s.keys(t, "{ctrl+k}")
		s.composer.Say(says) // whatever says so by then
		s.send(tea.WindowSizeMsg{Width: 20, Height: height})
		if s.keys(t, "dep"); !strings.Contains(s.text(), "┃ dep ") || !strings.Contains(s.text(), "deploys") {
			t.Errorf("20x%d: a list is open, and not seen:\n%s", height, s.text())
		}
		if a := s.areas; height >= 5 && a.Timeline.Height < layout.ListRows {
			t.Errorf("20x%d: a list has %d rows", height, a.Timeline.Height)
		}
		s = openTeam(20, height)
		s.keys(t, "{alt+k}")
		s.composer.Say(says)
		s.send(tea.WindowSizeMsg{Width: 20, Height: height})
		if a := s.areas; a.Timeline.Height < layout.ChosenRows {
			t.Errorf("20x%d: the message that is selected has %d rows:\n%s", height, a.Timeline.Height, s.text())
		}
	}
}
