package tui

import (
	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// learn takes what the terminal says of itself.
func (m *Model) learn(msg tea.Msg) {
	t := m.terminal
	switch msg := msg.(type) {
	case tea.BackgroundColorMsg:
		switch {
		case m.fixed:
		case msg.IsDark():
			t.Background = theme.Dark
		default:
			t.Background = theme.Light
		}
	case tea.ColorProfileMsg:
		t.Profile = msg.Profile
	case tea.ModeReportMsg:
		// The renderer changes its measure at the same answer.
		if msg.Mode == ansi.ModeUnicodeCore && (msg.Value == ansi.ModeReset || msg.Value == ansi.ModeSet || msg.Value == ansi.ModePermanentlySet) {
			t.Measure = ansi.GraphemeWidth
		}
	case uv.PrimaryDeviceAttributesEvent, uv.UnknownCsiEvent, uv.PixelSizeEvent:
		m.pictureAnswers(msg)
	}
	m.dress(t)
}

// dress puts on a theme for what is known of the terminal.
func (m *Model) dress(t theme.Terminal) {
	if t == m.terminal {
		return
	}
	m.terminal = t
	m.theme = theme.New(t)
	m.every(func(tl *timeline.Timeline) { tl.SetTheme(m.theme) })
	m.composer.SetTheme(m.theme)
	m.aside = nil // it is dressed when it is arranged
	m.sidebar.SetTheme(m.theme)
	m.members.SetTheme(m.theme)
	m.status.SetTheme(m.theme)
	for _, o := range m.overlays {
		o.SetTheme(m.theme)
	}
	if m.whole != nil {
		m.whole.SetTheme(m.theme)
	}
}
