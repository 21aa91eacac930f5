package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Who chose the keys of vim leaves and saves with lines of its own, before they think of where they
// are. None of those is ever said to a room.

// vimLeaves and vimSaves are such lines: those that leave, and those that save alone.
var (
	vimLeaves = []string{":q", ":quit", ":qa", ":qall", ":wq", ":wqa", ":x", ":xa", ":exit"}
	vimSaves  = []string{":w", ":write", ":wa"}
)

// modal tells whether the keys are those of vim, where Esc leads from writing to what the letters do.
func (m *Model) modal() bool { return m.preset == "vim" }

// escKeeps tells whether Esc leads from what is written to the messages beside it, and closes nothing.
func (m *Model) escKeeps() bool { return m.modal() && !m.composer.Empty() }

// givesUp says which key gives up what is being written for a message: where Esc keeps what is written,
// the one that clears it ends an edit, and none an answer at once.
func (m *Model) givesUp(a *about) string { return does(m.givingUp(a), "cancels") }

func (m *Model) givingUp(a *about) key.Binding {
	switch {
	case !m.escKeeps():
		return m.keys.Back
	case a != nil && a.editing != nil:
		return m.keys.Clear
	}
	return key.Binding{}
}

// vimLine tells whether all that is written is such a line, and which.
func (m *Model) vimLine(text string) (leaves, saves bool) {
	if !m.modal() {
		return false, false
	}
	text = strings.TrimSuffix(strings.TrimRight(text, " \n"), "!")
	return slices.Contains(vimLeaves, text), slices.Contains(vimSaves, text)
}

// vim does what such a line asks for, and tells whether it was one. A message that is being edited
// stays as it is: the line stands where its text was.
func (m *Model) vim(text string) (cmd tea.Cmd, took bool) {
	switch leaves, saves := m.vimLine(text); {
	case !leaves && !saves:
		return nil, false
	case m.about() != nil && m.about().editing != nil:
		m.composer.Say("you are editing a message, and nothing was saved: " + keymap.Name(m.keys.Send) + " saves what stands here, " + m.givesUp(m.about()) + "; a space before " + text + " says it")
		return nil, true
	case saves:
		m.composer.Clear()
		m.composer.Tell(m.vimSaving() + ", a space before " + text + " says it")
		return nil, true
	}
	m.composer.Clear()
	return m.leave(), true
}

// vimAsk takes a line of vim where a message is selected, in a line of its own: what is written in the
// composer is no part of it, and stays.
func (m *Model) vimAsk() {
	q := &question{says: []string{":"}}
	q.changed = func(text string) {
		if q.line = ""; strings.Contains(text, " ") { // words, which may be of a message
			q.line = ":" + text
		}
		say := ""
		if leaves, _ := m.vimLine(":" + text); leaves {
			say = keymap.Name(m.keys.Send) + " quits; what you write is kept"
		}
		m.composer.Say(say)
	}
	q.done = func(text string) tea.Cmd {
		line := ":" + text
		leaves, saves := m.vimLine(line)
		editing := m.about() != nil && m.about().editing != nil
		switch {
		case editing && (saves || leaves && strings.ContainsAny(text, "wx")):
			m.composer.Say("you are editing a message, and nothing was saved: " + keymap.Name(m.keys.Choose.Leave) + " goes on with it, then " + keymap.Name(m.keys.Send) + " saves it")
		case leaves:
			m.composer.Say("")
			return m.leave()
		case saves:
			m.composer.Tell(m.vimSaving())
		default:
			m.noVimLine(line)
		}
		return nil
	}
	m.askFor(q)
}

// noVimLine says that a line does nothing. Its words are put aside.
func (m *Model) noVimLine(line string) {
	why := theme.Clip(line, maxQuoted) + " does nothing here, and was not sent; :q quits"
	if strings.Contains(line, " ") {
		at := m.place()
		m.putAside(at, Unsent{Text: line})
		m.keepsAt(at)
		if search := keymap.Name(m.keys.Write.Search); search != "" {
			why += " · " + search + " finds what you wrote"
		}
	}
	m.composer.Say(why)
}

// vimSaving says what saves, to who knows :w.
func (m *Model) vimSaving() string {
	return "what you write is kept by itself, and sent by " + keymap.Name(m.keys.Send) + "; :q quits"
}

// vimHint says what such a line does while it is written.
func (m *Model) vimHint(text string) []string {
	switch leaves, saves := m.vimLine(text); {
	case leaves:
		return []string{text + " · quit; a space before it says it to " + m.called(), text + " · quit"}
	case saves:
		return []string{text + " · says what saves and quits; a space before it says it to " + m.called(), text + " · what saves"}
	}
	return nil
}
