package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/overlay"
	"github.com/hobnob-chat/hobnob/tui/settings"
)

// command is a line that begins with a slash. It is never sent as text.
type command struct {
	name  string
	takes string // what stands after the name, as it is said in the help; "" is nothing
	help  string
	brief string // help where there is no room
	run   func(m *Model, rest string) tea.Cmd
}

func commands() []command {
	return append([]command{
		{"help", "", "show this help, or close it", "keys", func(m *Model, _ string) tea.Cmd { m.toggleHelp(); return nil }},
		{"reconnect", "", "try to connect at once", "now", func(m *Model, _ string) tea.Cmd { m.client.Reconnect(); return nil }},
		{"theme", "[NAME]", "put on other colours, or list them", "colours", (*Model).putOn},
		{"set", "[NAME VALUE]", "show what can be set, or set it", "set it", (*Model).setCommand},
		{"settings", "", "what can be set, to be changed with the arrows", "settings", func(m *Model, _ string) tea.Cmd { return m.showSettings() }},
		{"quit", "", "leave", "leave", func(*Model, string) tea.Cmd { return tea.Quit }},
	}, slices.Concat(messageCommands(), roomCommands(), lookCommands(), houseCommands(), []command{sessionCommand(), logoutCommand(), teamCommand(), uploadCommand()})...)
}

func commandHelp() (list []overlay.Entry) {
	for _, c := range commands() {
		if c.name == teamCommand().name {
			continue // it is of those who have several
		}
		keys := "/" + c.name
		if s := short(c.name); s != "" {
			keys = "/" + s + " " + keys
		}
		if c.takes != "" {
			keys += " " + c.takes
		}
		list = append(list, overlay.Entry{Keys: []string{keys}, Does: c.help, Brief: c.brief})
	}
	return append(list, overlay.Entry{Keys: []string{"//…"}, Does: "send a text that begins with a slash", Brief: "a text with /"})
}

// isCommand tells whether a text is for us. A path is not: no command's name has
// a slash in it, and what people paste often begins with one.
func isCommand(text string) bool {
	rest, ok := strings.CutPrefix(text, "/")
	word, _, _ := strings.Cut(rest, "\n")
	word, _, _ = strings.Cut(word, " ")
	return ok && !strings.Contains(word, "/")
}

// slash runs a line that begins with a slash. If there is no such command the
// line stays where it is, with a sentence.
func (m *Model) slash(line string) tea.Cmd {
	word, _, _ := strings.Cut(strings.TrimPrefix(line, "/"), "\n")
	word, rest, _ := strings.Cut(word, " ")
	for _, c := range commands() {
		if !c.calls(word) {
			continue
		}
		rest = strings.TrimSpace(rest)
		switch {
		case strings.Contains(line, "\n"), c.takes == "" && rest != "":
			m.composer.Say("/" + c.name + " stands alone on its line; nothing was sent. " + m.clears() + "//" + c.name + " sends it as it is")
			return nil
		case rest == "" && c.takes != "" && !strings.HasPrefix(c.takes, "["):
			m.composer.Say("/" + c.name + " wants more: /" + c.name + " " + c.takes)
			return nil
		}
		return m.runs(c, rest, line)
	}
	way := "/help lists them."
	if near := nearest(word); near != "" {
		way = "did you mean /" + near + "?"
	}
	if r := []rune(word); len(r) > 20 {
		word = string(r[:20]) + "…"
	}
	m.composer.Say("no command /" + word + ": " + way + " " + m.clears() + "one more / before it sends it as it is")
	return nil
}

// runs does what a command says. Its line can be recalled as what was sent is; that of one that did
// nothing, and says why, is there again.
func (m *Model) runs(c command, rest, line string) tea.Cmd {
	at, a := m.composer, m.about()
	at.Remember(line)
	at.Clear()
	m.running = line
	cmd := c.run(m, rest)
	m.running = ""
	if why := at.Sentence(); why != "" && m.composer == at && at.Empty() && m.about() == a && m.focus == writing {
		at.Paste(line)
		if !strings.HasPrefix(why, "/") {
			why = "/" + c.name + ": " + why
		}
		at.Say(why)
	}
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
	return name(k) + " clears it, "
}

// nearest is the command that was perhaps meant by a word: one it begins, or
// that is two slips away at most; "" if none is.
func nearest(word string) (name string) {
	if word == "" {
		return ""
	}
	word = strings.ToLower(word)
	best := 3
	for _, c := range commands() {
		if strings.HasPrefix(c.name, word) {
			return c.name
		}
		// Two slips in a word of three letters leave nothing of it.
		if d := settings.Slips(word, c.name); d < best && d < len(c.name)-1 {
			best, name = d, c.name
		}
	}
	return name
}
