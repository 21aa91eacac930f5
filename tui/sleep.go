package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/keymap"
)

// sleep stops the program until its shell goes on with it, and says so where that cannot be.
func (m *Model) sleep() tea.Cmd {
	switch k := keymap.Name(m.keys.Sleep); {
	case m.hosting:
		m.refuses("the server runs in this terminal: "+k+" would stop it for everybody", k+" would stop the server", "the server runs here")
	case m.shell != nil && !m.shell():
		m.refuses("there is no shell to go back to: this terminal runs hobnob and nothing else", "there is no shell to go back to", "no shell is here")
	default:
		return tea.Suspend
	}
	return nil
}

// refuses says why a key does nothing, in words that get shorter: below the line, or where
// a message has the whole screen, in place of its last row.
func (m *Model) refuses(why ...string) {
	if m.whole != nil {
		m.sheetSays = why
		return
	}
	m.composer.Say(why[0])
}
