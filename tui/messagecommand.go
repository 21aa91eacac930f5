package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// shrug is what /shrug puts behind a text.
const shrug = `¯\_(ツ)_/¯`

// messageCommands are those about messages. They are about the newest one on the
// timeline that is shown: of somebody else, or where it has to be, of the user's own.
func messageCommands() []command {
	return []command{
		{"me", "TEXT", "say what you do", "what you do", func(m *Model, text string) tea.Cmd {
			return m.says(text, chat.StyleMe, "/me "+text)
		}},
		{"reply", "[TEXT]", "answer the newest message of somebody else", "answer", (*Model).replyCommand},
		{"edit", "[TEXT]", "edit your newest message", "edit yours", (*Model).editCommand},
		{"delete", "", "delete your newest message; asks first", "delete yours", func(m *Model, _ string) tea.Cmd {
			return m.aboutLast((*timeline.Timeline).LastOwn, "there is no message of yours here", m.askDelete)
		}},
		{"react", "[EMOJI]", "react to the newest message of somebody else, with an emoji or its name; without one, choose it", "react", func(m *Model, emoji string) tea.Cmd {
			if emoji == "" {
				return m.aboutOther(m.pickReaction)
			}
			return m.aboutOther(func(what timeline.Message) tea.Cmd { return m.react(what, emoji) })
		}},
		{"thread", "", "go into the thread of the newest message of somebody else", "its thread", func(m *Model, _ string) tea.Cmd {
			return m.aboutOther(m.openThread)
		}},
		{"pin", "", "pin the newest message of somebody else, or take the pin away", "pin", func(m *Model, _ string) tea.Cmd {
			return m.aboutOther(m.pin)
		}},
		{"shrug", "[TEXT]", "say it with a shrug", "a shrug", func(m *Model, text string) tea.Cmd {
			said := shrug
			if text != "" {
				said = text + " " + shrug
			}
			return m.says(said, "", "/shrug "+text)
		}},
	}
}

// says posts what a command says. If that is not possible the line is there again.
func (m *Model) says(text string, style chat.Style, line string) tea.Cmd {
	if a := m.about(); a != nil && a.editing != nil {
		m.composer.Paste(line)
		m.composer.Say("you are editing a message; " + name(m.keys.Back) + " leaves that")
		return nil
	}
	if !m.post(text, style) {
		why := m.composer.Sentence()
		m.composer.Paste(line)
		m.composer.Say(why)
		return nil
	}
	m.composer.Remember(line)
	if m.about() != nil {
		m.cancel()
	}
	return nil
}

// aboutLast does something with the newest message of a kind.
func (m *Model) aboutLast(last func(*timeline.Timeline) (timeline.Message, bool), none string, do func(timeline.Message) tea.Cmd) tea.Cmd {
	what, ok := last(m.shown())
	if !ok {
		m.composer.Say(none)
		return nil
	}
	return do(what)
}

func (m *Model) aboutOther(do func(timeline.Message) tea.Cmd) tea.Cmd {
	return m.aboutLast((*timeline.Timeline).LastOther, "there is no message of somebody else here", do)
}

// replyCommand answers, at once where the line says what.
func (m *Model) replyCommand(text string) tea.Cmd {
	return m.aboutOther(func(what timeline.Message) tea.Cmd {
		if text == "" {
			return m.reply(what)
		}
		m.setAbout(&about{message: what})
		return m.says(text, "", text)
	})
}

// editCommand begins to edit, or replaces the text at once where the line has another.
func (m *Model) editCommand(text string) tea.Cmd {
	return m.aboutLast((*timeline.Timeline).LastOwn, "there is no message of yours here", func(what timeline.Message) tea.Cmd {
		cmd := m.edit(what)
		if a := m.about(); a != nil && a.editing != nil && text != "" {
			a.editing.Clear()
			a.editing.Paste(text)
			return m.saveEdit(a, text)
		}
		return cmd
	})
}
