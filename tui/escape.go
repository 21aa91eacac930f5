package tui

import (
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/screen/input"
)

// escSoon is how soon after an Esc, or after a notice that went by itself, another is no
// wish to select a message: whose letters then do things.
const escSoon = time.Second

// pressed takes a key, which may be two: see wasEsc.
func (m *Model) pressed(msg tea.KeyPressMsg) tea.Cmd {
	if r := m.wasEsc(msg); r != 0 {
		return tea.Batch(m.one(tea.KeyPressMsg{Code: tea.KeyEscape}), m.one(tea.KeyPressMsg{Code: unicode.ToLower(r), Text: string(r)}))
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

// wasEsc is the character that was typed after Esc, where a terminal sends that as it
// sends Alt and the character; 0 if it was Alt. It was Esc where that Alt means nothing,
// and where a command follows that would lose its slash, and be said.
func (m *Model) wasEsc(msg tea.KeyPressMsg) rune {
	if !msg.Mod.Contains(input.Escaped) {
		return 0
	}
	r := msg.Code
	if msg.Mod.Contains(tea.ModShift) {
		r = unicode.ToUpper(r)
	}
	if r == '/' && msg.Mod.Contains(input.GoesOn) && m.composer.Empty() {
		return r
	}
	for _, b := range m.keys.named() {
		if matches(msg, *b.Binding) {
			return 0
		}
	}
	return r
}

// peel takes away what lies on top: what is being answered or edited, a thread, then what
// a line says; where there is nothing, and nothing is written, it goes to the messages.
func (m *Model) peel() {
	said := m.composer.Sentence()
	switch {
	case m.onTheWay() != nil:
		m.waitNoLonger()
	case m.about() != nil:
		m.cancel()
	case m.greets():
		m.firstTime = false
	case m.in() != nil || m.split():
		m.closeThread()
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
	begin := name(m.keys.Choose.Begin)
	if begin == "" {
		return ""
	}
	return begin + " selects a message"
}
