package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
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
		m.composer.Say("you are editing a message, and nothing was saved: " + name(m.keys.Send) + " saves what stands here, " + m.cancels() + "; a space before " + text + " says it")
		return nil, true
	case saves:
		m.composer.Clear()
		m.composer.Tell("what you write is kept by itself, and sent by " + name(m.keys.Send) + "; :q quits, a space before " + text + " says it")
		return nil, true
	}
	m.composer.Clear()
	return m.leave(), true
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
