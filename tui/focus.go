package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/keymap"
)

// focus is what has the keys. Those that do the same everywhere (of rooms, help, pages,
// leaving) are the root's in any case.
type focus uint8

const (
	writing   focus = iota // the composer takes what is typed
	choosing               // keys do something with the message that is selected
	catching               // keys go on through what is unread, see catchup.go
	answering              // the line above the composer takes what is typed
)

// setFocus gives something else the keys.
func (m *Model) setFocus(f focus) {
	if m.focus == catching && f != catching {
		m.stopCatching()
	}
	if m.focus == choosing && f == writing {
		m.shown().Unchoose()
	}
	if f == choosing && (m.composer.Sentence() == m.selectsSaying() || m.composer.Told()) {
		m.composer.Say("") // it is known
	}
	m.focus = f
	m.hint()
}

// takes hands a key to what has the focus, and tells whether it was for that. An overlay
// comes first.
func (m *Model) takes(msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	if m.top() != nil {
		return nil, false
	}
	switch m.focus {
	case choosing:
		return m.withChosen(msg)
	case answering:
		return m.answer(msg)
	case catching:
		return m.whileCatching(msg)
	case writing:
		return m.whileWriting(msg)
	}
	return nil, false
}

// whileWriting are the keys that mean something else where nothing is written, and Esc.
func (m *Model) whileWriting(msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	m.beganWord(msg)
	if cmd, took := m.helpsWriting(msg); took {
		return cmd, true
	}
	switch k := m.keys; {
	case matches(msg, k.Back):
		m.peel()
	case matches(msg, k.Choose.Begin):
		m.choose()
	case matches(msg, k.EditLast) && m.composer.Empty() && m.about() == nil && m.onTheWay() == nil:
		return m.editLast()
	default:
		return nil, false
	}
	return nil, true
}

// editLast begins to edit the newest message: an edit that was not saved first. It tells
// whether there is one to edit; if not, what was sent before is recalled. What is on its
// way is no message yet, and never an older one in its place.
func (m *Model) editLast() (cmd tea.Cmd, took bool) {
	if m.openSaved(0) || m.away() {
		return nil, true
	}
	last, ok := m.shown().LastOwn()
	switch {
	case ok && last.Waiting && m.stays != last.ID:
		return m.takesBack(last, ""), true
	case ok && last.Seq == 0 && !last.Failed:
		up := keymap.Name(m.keys.EditLast)
		why := "your newest message is not sent yet; it can be edited when it is. " + up + " again brings back what you sent before"
		if m.composer.Sentence() == why || m.stays == last.ID {
			return nil, false
		}
		m.composer.Say(why)
		return nil, true
	case ok && (editable(last) || last.Failed):
		return m.edit(last), true
	}
	return nil, false
}

// choose selects the newest message on the screen, if there is one.
func (m *Model) choose() {
	if !m.shown().Choose() {
		return
	}
	m.setFocus(choosing)
}
