package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/overlay"
)

// command is a line that begins with a slash. It is never sent as text.
type command struct {
	name string
	help string
	run  func(*Model) tea.Cmd
}

func commands() []command {
	return []command{
		{"help", "show this help, or close it", func(m *Model) tea.Cmd { m.toggleHelp(); return nil }},
		{"reconnect", "try to connect at once", func(m *Model) tea.Cmd { m.client.Reconnect(); return nil }},
		{"quit", "leave", func(*Model) tea.Cmd { return tea.Quit }},
	}
}

func commandHelp() (list []overlay.Entry) {
	for _, c := range commands() {
		list = append(list, overlay.Entry{Key: "/" + c.name, Does: c.help})
	}
	return append(list, overlay.Entry{Key: "//…", Does: "send a text that begins with a slash"})
}

// slash runs a line that begins with a slash. If there is no such command the
// line stays where it is, with a sentence.
func (m *Model) slash(line string) tea.Cmd {
	word, _, _ := strings.Cut(strings.TrimPrefix(line, "/"), "\n")
	word, rest, _ := strings.Cut(word, " ")
	for _, c := range commands() {
		if c.name != word {
			continue
		}
		if strings.TrimSpace(rest) != "" || strings.Contains(line, "\n") {
			m.composer.Say("/" + c.name + " stands alone on its line; nothing was sent")
			return nil
		}
		m.composer.Clear()
		return c.run(m)
	}
	if r := []rune(word); len(r) > 20 {
		word = string(r[:20]) + "…"
	}
	m.composer.Say("there is no command /" + word + ". /help lists them; // sends a text that begins with a slash")
	return nil
}
