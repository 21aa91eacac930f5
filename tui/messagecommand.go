package tui

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/emoji"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/slash"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// messageCommands are those about messages. They are about the newest one on the
// timeline that is shown: of somebody else, or where it has to be, of the user's own.
func messageCommands() runs {
	return runs{
		"me": func(m *Model, text string) tea.Cmd {
			return m.says(text, chat.StyleMe)
		},
		"reply": (*Model).replyCommand,
		"edit":  (*Model).editCommand,
		"delete": func(m *Model, _ string) tea.Cmd {
			return m.aboutLast((*timeline.Timeline).LastOwn, "there is no message of yours here", m.askDelete)
		},
		"react": func(m *Model, emoji string) tea.Cmd {
			if emoji == "" {
				return m.aboutOther(m.pickReaction)
			}
			return m.aboutOther(func(what timeline.Message) tea.Cmd {
				return m.andSay(m.react(what, emoji), emojiNamed(emoji)+" for "+what.Who+": "+what.OneLine())
			})
		},
		"thread": func(m *Model, _ string) tea.Cmd {
			return m.aboutOther(m.openThread)
		},
		"pin": func(m *Model, _ string) tea.Cmd {
			return m.aboutOther(m.askPin)
		},
		"retry": func(m *Model, _ string) tea.Cmd { return m.retry() },
		"drop":  func(m *Model, _ string) tea.Cmd { return m.drop() },
		"shrug": func(m *Model, text string) tea.Cmd {
			said := slash.Shrug
			if text != "" {
				said = text + " " + slash.Shrug
			}
			return m.says(said, "")
		},
	}
}

// says posts what a command says.
func (m *Model) says(text string, style chat.Style) tea.Cmd {
	if m.post(text, style) && m.about() != nil {
		m.cancel()
	}
	return nil
}

// andSay says which message it was that a command did something with: it may be off the
// screen.
func (m *Model) andSay(cmd tea.Cmd, which string) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return tea.Batch(cmd, m.say(which))
}

// emojiNamed is an emoji by its name.
func emojiNamed(called string) string {
	one, _ := emoji.Named(called)
	return chat.SanitizeLine(cut(one))
}

// aboutLast does something with the newest message of a kind: of the room, and not of
// what is loaded further up.
func (m *Model) aboutLast(last func(*timeline.Timeline) (timeline.Message, bool), none string, do func(timeline.Message) tea.Cmd) tea.Cmd {
	if m.away() {
		return nil
	}
	what, ok := last(m.shown())
	if !ok {
		m.composer.Say(none)
		return nil
	}
	return do(what)
}

// away tells whether the newest messages are not loaded, and says so.
func (m *Model) away() bool {
	if !m.shown().Away() {
		return false
	}
	m.composer.Say("you are far up here: " + keymap.Name(m.keys.Bottom) + " goes to the newest message; or select one with " + keymap.Name(m.keys.Choose.Begin))
	return true
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
		if !m.settledOnly(what) || !m.postTo(spotToWrite{m.room, m.threadID(), what.ID}, text, "") {
			return nil
		}
		return m.say("replied to "+what.Who+": "+what.OneLine(), "replied to "+what.Who)
	})
}

// editCommand begins to edit, or replaces the text at once where the line has another.
func (m *Model) editCommand(text string) tea.Cmd {
	return m.aboutLast((*timeline.Timeline).LastOwn, "there is no message of yours here", func(what timeline.Message) tea.Cmd {
		switch {
		case what.Waiting && text != "" && (!what.Whole || m.asItIs(&what) != ""):
			m.composer.Say(cmp.Or(m.asItIs(&what), "a message of this length") + " is not replaced while it waits; /drop takes it back")
			return nil
		case what.Waiting && text != "":
			return m.takesBack(what, text)
		case text == "", what.Seq == 0:
			return m.edit(what)
		}
		switch was := m.composer; {
		case what.From.ID != m.you.ID, !editable(what):
			return m.edit(what) // which says why not
		case m.openSaved(what.Seq) && m.composer == was:
			return nil
		}
		a := m.about()
		if a == nil || a.editing == nil || a.message.Seq != what.Seq {
			a = &about{message: what, editing: composer.New(m.theme, m.keys.Edit), before: asWritten(what.Text)}
			m.setAbout(a)
		}
		if was := a.editing.Text(); was != a.before && was != text { // an edit that was not saved
			m.putAside(m.place(), Unsent{Text: was})
		}
		a.editing.Clear()
		a.editing.Paste(text)
		a.anew = a.waits != nil
		return m.saveEdit(a, text)
	})
}
