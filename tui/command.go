package tui

import (
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// command is one of those of package slash, and what it does.
type command struct {
	slash.Command
	run func(m *Model, rest string) tea.Cmd
}

// runs is what commands do, by their names.
type runs map[string]func(m *Model, rest string) tea.Cmd

// generalCommands are those about the chat itself.
func generalCommands() runs {
	return runs{
		"help":      (*Model).help,
		"reconnect": func(m *Model, _ string) tea.Cmd { return m.reconnect() },
		"clear":     func(m *Model, _ string) tea.Cmd { m.shown().ClearNotices(); return nil },
		"theme":     (*Model).putOn,
		"set":       (*Model).setCommand,
		"settings":  func(m *Model, _ string) tea.Cmd { return m.showSettings() },
		"quit":      func(m *Model, _ string) tea.Cmd { return m.leave() },
	}
}

// help shows the help, or says what one command does.
func (m *Model) help(of string) tea.Cmd {
	if of == "" {
		m.toggleHelp()
		return nil
	}
	says, ok := slash.Explain(slash.OnScreen(), of)
	if !ok {
		m.composer.Say(slash.Unknown(slash.OnScreen(), strings.TrimPrefix(of, "/")))
		return nil
	}
	m.composer.Tell(says) // as of any command of one's own: it is none of the messages
	return nil
}

// reconnect tries to connect at once, and says so. The status line says what comes of it.
func (m *Model) reconnect() tea.Cmd {
	m.client.Reconnect()
	switch m.connection.State {
	case chat.Online:
		m.composer.Tell("you are connected: there was nothing to be done")
		return nil
	case chat.Connecting:
		return m.say("that is being tried already")
	case chat.Offline, chat.Waiting, chat.Refused:
	}
	return m.say("trying to connect now")
}

func commands() []command {
	does := make(runs)
	for _, some := range []runs{
		generalCommands(), messageCommands(), roomCommands(), roomActs(), lookCommands(), houseCommands(),
		sessionCommands(), logoutCommands(), teamCommands(), uploadCommands(),
	} {
		maps.Copy(does, some)
	}
	table := slash.OnScreen()
	list := make([]command, len(table))
	for i, c := range table {
		list[i] = command{c, does[c.Name]}
	}
	return list
}

// slash runs a line that begins with a slash. If there is no such command the
// line stays where it is, with a sentence.
func (m *Model) slash(line string) tea.Cmd {
	word, rest := slash.Split(line)
	called, _ := slash.Called(slash.OnScreen(), word, rest)
	for _, c := range commands() {
		if c.Name != called.Name {
			continue
		}
		switch {
		case !c.Posts() && !c.Alone() && strings.Contains(line, "\n"):
			m.composer.Say("/" + c.Name + " takes what stands on its own line, and there are more; nothing was done. " + m.clears() + "//" + c.Name + " sends them as they are")
			return nil
		case c.Alone() && rest != "":
			m.spend()
			m.composer.Say("/" + c.Name + " stands alone on its line; nothing was sent. " + m.clears() + "//" + c.Name + " sends it as it is")
			return nil
		case rest == "" && c.Wants():
			if m.composer.AtEnd() && m.composer.Text() == line {
				m.composer.Paste(" ") // what is typed next is that
			}
			m.composer.Say("/" + c.Name + " wants more: " + c.Usage())
			return nil
		}
		return m.runs(c, rest, line)
	}
	m.spend()
	m.composer.Say(slash.Unknown(slash.OnScreen(), word) + " " + m.clears() + "one more / before it sends it as it is")
	return nil
}

// spend has a line that was not done give way to what is typed next. What would be lost with it, as a
// draft in whose place something was recalled, is put aside.
func (m *Model) spend() {
	at := m.place()
	for _, s := range slices.Backward(m.composer.Spend()) {
		m.putAside(at, Unsent{Text: s})
	}
	m.keepsAt(at)
}

// runs does what a command says. Its line can be recalled as what was sent is; that of one that did
// nothing, and says why, is there again.
func (m *Model) runs(c command, rest, line string) tea.Cmd {
	place, at, a, top := m.place(), m.composer, m.about(), m.top()
	m.recalls(place, at, line)
	at.Clear()
	m.running, m.posted = line, ""
	cmd := c.run(m, rest)
	m.running = ""
	if why := at.Sentence(); why != "" && !at.Told() && m.composer == at && at.Empty() && m.about() == a && m.focus == writing && m.top() == top && m.whole == nil {
		at.Return(line)
		if !strings.HasPrefix(why, "/") {
			why = "/" + c.Name + ": " + why
		}
		at.Say(why)
	}
	m.ranNow(place, line, m.posted, at.Text() != line)
	return cmd
}

// clears says which key takes away all that is written, as the beginning of a
// sentence: the one that cuts a line, where that is all of it.
func (m *Model) clears() string {
	k := m.keys.Edit.DeleteBeforeCursor
	if !m.composer.AtEnd() || strings.Contains(m.composer.Text(), "\n") || !k.Enabled() {
		k = m.keys.Clear
	}
	if !k.Enabled() {
		return ""
	}
	return keymap.Name(k) + " clears it, "
}
