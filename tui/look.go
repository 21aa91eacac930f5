package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/overlay"
)

// LookKeys are the keys that find something, wherever it is.
type LookKeys struct {
	// CatchUp begins to walk through all that is unread; the others are keys on the walk.
	CatchUp, CatchRead, CatchLeave, CatchUndo key.Binding

	People, Emoji, Settings key.Binding

	Search, Inbox, Threads       key.Binding
	NextMention, PreviousMention key.Binding
	FirstUnread                  key.Binding
}

func defaultLookKeys(bind func(help string, keys ...string) key.Binding) LookKeys {
	return LookKeys{
		Search:          bind("find messages in all rooms", "ctrl+f"),
		Inbox:           bind("list what mentions you", "ctrl+g"),
		Threads:         bind("list the threads you follow", "alt+g"),
		NextMention:     bind("the next mention of you; the oldest unread one where no message is selected", "alt+n"),
		PreviousMention: bind("the mention of you before", "alt+p"),
		CatchUp:         bind("walk through all that is unread", "alt+c"),
		CatchRead:       bind("on that walk: mark as read, and go on", "enter", "space"),
		CatchLeave:      bind("on that walk: leave it unread, and go on", "s"),
		CatchUndo:       bind("on that walk: undo the last step", "u"),
		People:          bind("put the members of the room beside it, or away", "f8"),
		Emoji:           bind("find an emoji to write; to react with, where a message is selected", "alt+i"),
		Settings:        bind("what can be set, to be changed with the arrows", "alt+s"),
		FirstUnread:     bind("the first message that is new in this room", "alt+u"),
	}
}

// help lists them.
func (k LookKeys) help() []overlay.Entry {
	return entries(
		brief{k.Search, "find"}, brief{k.Inbox, "mentions"}, brief{k.Threads, "threads"}, brief{k.NextMention, "next mention"}, brief{k.PreviousMention, "mention before"},
		brief{k.FirstUnread, "first new"}, brief{k.People, "who is here"}, brief{k.Emoji, "emoji"}, brief{k.Settings, "settings"},
		brief{k.CatchUp, "catch up"}, brief{k.CatchRead, "read, on"}, brief{k.CatchLeave, "skip"}, brief{k.CatchUndo, "undo"},
	)
}

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
