package tui

import (
	tea "charm.land/bubbletea/v2"
)

// lookFor takes a key that finds something, and tells whether it was one.
func (m *Model) lookFor(msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	var do func() tea.Cmd
	switch k := m.keys.Look; {
	case matches(msg, k.Search):
		do = func() tea.Cmd { return m.search("") }
	case matches(msg, k.Inbox):
		do = m.inbox
	case matches(msg, k.Threads):
		do = m.listThreads
	case matches(msg, k.NextMention, k.PreviousMention):
		do = func() tea.Cmd { return m.nextMention(matches(msg, k.PreviousMention)) }
	case matches(msg, k.FirstUnread):
		do = m.firstUnread
	case matches(msg, k.People):
		do = m.togglePeople
	case matches(msg, k.Emoji):
		do = m.pickEmoji
	case matches(msg, k.Settings):
		do = m.showSettings
	case matches(msg, k.CatchUp):
		do = m.beginCatchUp
	default:
		return nil, false
	}
	m.overlays = nil
	return do(), true
}

// lookCommands are those that find something.
func lookCommands() runs {
	return runs{
		"search":   (*Model).search,
		"mentions": func(m *Model, _ string) tea.Cmd { return m.inbox() },
		"threads":  func(m *Model, _ string) tea.Cmd { return m.listThreads() },
		"catchup":  func(m *Model, _ string) tea.Cmd { return m.beginCatchUp() },
		"pins":     func(m *Model, _ string) tea.Cmd { return m.pins() },
	}
}
