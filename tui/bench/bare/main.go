// Command bare is a Bubble Tea program that does nothing but show what is typed: what
// Bubble Tea itself costs, for tui/bench.
package main

import (
	"fmt"
	"os"

	tea "charm.land/bubbletea/v2"
)

type model string

func (m model) Init() tea.Cmd { return nil }

func (m model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		switch k.String() {
		case "ctrl+c":
			return m, tea.Quit
		case "ctrl+u":
			return model(""), nil
		}
		return m + model(k.Text), nil
	}
	return m, nil
}

func (m model) View() tea.View {
	v := tea.NewView("ready\n" + string(m))
	v.AltScreen = true
	v.Cursor = tea.NewCursor(len(m), 1)
	return v
}

func main() {
	if _, err := tea.NewProgram(model("")).Run(); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}
