package tui

import (
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/screen/input"
)

// escSoon is how soon after an Esc, or after a notice that went by itself, another is no
// wish to select a message: whose letters then do things.
const escSoon = time.Second

// pressed takes a key, which may be two: see wasEsc.
func (m *Model) pressed(msg tea.KeyPressMsg) tea.Cmd {
	if behind, ok := m.wasEsc(msg); ok {
		return tea.Batch(m.one(tea.KeyPressMsg{Code: tea.KeyEscape}), m.one(behind))
	}
	return m.one(msg)
}

// one takes one key.
func (m *Model) one(msg tea.KeyPressMsg) tea.Cmd {
	m.flashed = m.status.Flashes()
	cmd := m.press(msg)
	m.calm = time.Time{}
	if matches(msg, m.keys.Back) {
		m.calm = m.now().Add(escSoon)
	}
	return cmd
}

// wasEsc is the key that was pressed after Esc, where a terminal sends that as it sends
// Alt and the key, and tells whether it was. It was Esc where that Alt means nothing, and
// where a command follows that would lose its slash, and be said.
func (m *Model) wasEsc(msg tea.KeyPressMsg) (behind tea.KeyPressMsg, ok bool) {
	if !msg.Mod.Contains(input.Escaped) {
		return behind, false
	}
	if msg.Code != '/' || !msg.Mod.Contains(input.GoesOn) || !m.composer.Empty() {
		for _, b := range m.keys.Named() {
			if matches(msg, *b.Binding) {
				return behind, false
			}
		}
	}
	if msg.Mod.Contains(tea.ModCtrl) {
		behind.Code, behind.Mod = msg.Code, msg.Mod&^(tea.ModAlt|input.Escaped|input.GoesOn)
		return behind, true
	}
	r := msg.Code
	if msg.Mod.Contains(tea.ModShift) {
		r = unicode.ToUpper(r)
	}
	return tea.KeyPressMsg{Code: unicode.ToLower(r), Text: string(r)}, true
}

// peel takes away what lies on top: what is being answered or edited, a thread, then what
// a line says; where there is nothing, and nothing is written, it goes to the messages. With the keys of
// vim it goes there whatever is written or said: there it is no slip.
func (m *Model) peel() {
	said := m.composer.Sentence()
	m.composer.Keep()
	switch {
	case m.onTheWay() != nil:
		m.waitNoLonger()
	case m.about() != nil && !m.escKeeps():
		m.cancel()
	case m.greets():
		m.firstTime = false
	case (m.in() != nil || m.split()) && !m.escKeeps():
		m.closeThread()
	case m.modal():
		m.composer.Say("")
		m.choose()
	case m.flashed || said != "" && said != m.selectsSaying() && !m.composer.Told():
		m.composer.Say("")
	case !m.composer.Empty() || m.now().Before(m.calm):
		// One Esc too many is no wish to have letters do things.
		m.hint()
		m.composer.Say(m.selectsSaying())
	default:
		m.choose()
	}
}

// selectsSaying says how a message is selected, "" if no key does that.
func (m *Model) selectsSaying() string {
	begin := keymap.Name(m.keys.Choose.Begin)
	if begin == "" {
		return ""
	}
	return begin + " selects a message"
}
