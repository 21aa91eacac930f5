package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Themes are the files with colours that the user has. Its calls read and write files:
// they are made in commands.
type Themes interface {
	// Names are what the files are called.
	Names() []string
	// Load reads a theme, be it built in or a file. What is wrong in it, and the rest
	// in force, is said in sentences.
	Load(name string) (*theme.Scheme, []string, error)
	// Keep remembers which theme is put on at the next start.
	Keep(name string) error
}

// themed is a theme that was asked for, or a list of them.
type themed struct {
	scheme *theme.Scheme
	text   string
	err    error
}

// putOn puts on the theme of a name, or without one lists them.
func (m *Model) putOn(called string) tea.Cmd {
	themes, now := m.themes, "default"
	if s := m.terminal.Scheme; s != nil {
		now = s.Name
	}
	return func() tea.Msg {
		if called == "" {
			names := theme.BuiltInNames()
			if themes != nil {
				names = append(names, themes.Names()...)
			}
			slices.Sort(names)
			return themed{text: "the colours are those of " + now + "; there are " + strings.Join(slices.Compact(names), ", ") + ": /theme NAME puts one on"}
		}
		if themes == nil {
			if s := theme.BuiltIn(called); s != nil {
				return themed{scheme: s}
			}
			return themed{text: "there is no theme " + called + "; /theme lists them"}
		}
		s, wrong, err := themes.Load(called)
		if err != nil {
			return themed{err: err}
		}
		if err := themes.Keep(called); err != nil {
			wrong = append(wrong, "it is not put on at the next start: "+err.Error())
		}
		return themed{scheme: s, text: strings.Join(wrong, "\n")}
	}
}

// themedNow puts on a theme, and says what is wrong in its file.
func (m *Model) themedNow(t themed) {
	if t.err != nil {
		m.composer.Say(chat.SanitizeLine(cut(t.err.Error())))
		return
	}
	if t.text != "" {
		m.shown().Notice(t.text)
	}
	if t.scheme != nil {
		now := m.terminal
		now.Scheme = t.scheme
		m.dress(now)
	}
}
