package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/overlay"
	"github.com/hobnob-chat/hobnob/tui/settings"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Themes are the files with colours that the user has. Its calls read files:
// they are made in commands.
type Themes interface {
	// Names are what the files are called.
	Names() []string
	// Load reads a theme, be it built in or a file. What is wrong in it, and the rest
	// in force, is said in sentences.
	Load(name string) (*theme.Scheme, []string, error)
}

// themed is a theme that was asked for, or a list of them.
type themed struct {
	nth    int
	names  []string // of all there are, and where they were asked for
	from   origin
	scheme *theme.Scheme
	text   string
	called string // as it is to be kept, "" for not at all
	err    error
}

// scheme is what the theme that is on is called.
func (m *Model) scheme() string {
	if s := m.terminal.Scheme; s != nil {
		return s.Name
	}
	return "default"
}

// schemes are what the themes are called that there are. It reads a folder.
func schemes(files Themes) []string {
	names := theme.BuiltInNames()
	if files != nil {
		names = append(names, files.Names()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// putOn puts on the theme of a name, or without one lists them.
func (m *Model) putOn(called string) tea.Cmd {
	themes, from := m.themes, m.origin()
	m.themeAsked++
	nth := m.themeAsked
	return func() tea.Msg {
		if called == "" {
			return themed{nth: nth, names: schemes(themes), from: from}
		}
		if themes == nil {
			if s := theme.BuiltIn(called); s != nil {
				return themed{nth: nth, scheme: s}
			}
			return themed{nth: nth, text: "there is no theme " + called + "; /theme lists them"}
		}
		s, wrong, err := themes.Load(called)
		if there := schemes(themes); err != nil && !slices.Contains(there, called) {
			err = fmt.Errorf("%w · there are %s", err, strings.Join(there, ", "))
		}
		return themed{nth: nth, scheme: s, text: strings.Join(settings.Told(wrong), "\n"), called: called, err: err}
	}
}

// pickTheme lists the themes, the one that is on first.
func (m *Model) pickTheme(t themed) tea.Cmd {
	if !m.still(t.from) {
		return m.late()
	}
	on := m.scheme()
	places := []overlay.Place{{ID: on, Name: on, About: "is on"}}
	for _, called := range t.names {
		if called != on {
			places = append(places, overlay.Place{ID: called, Name: called})
		}
	}
	m.pick(overlay.Words{Title: "themes", None: "no theme is called that", Does: "puts it on"}, places,
		func(p overlay.Place) tea.Cmd { return m.putOn(p.ID) })
	return nil
}

// themedNow puts on a theme, keeps it, and says what is wrong in its file.
func (m *Model) themedNow(t themed) tea.Cmd {
	if t.nth != m.themeAsked {
		return nil // another one is wanted since
	}
	if t.err != nil {
		m.composer.Say(chat.SanitizeLine(cut(t.err.Error())))
		return nil
	}
	if len(t.names) > 0 {
		return m.pickTheme(t)
	}
	if t.text != "" {
		m.tells(m.origin(), t.text)
	}
	if t.scheme == nil {
		return nil
	}
	now := m.terminal
	now.Scheme = t.scheme
	m.dress(now)
	if t.called == "" {
		return nil
	}
	m.entered(settings.Entry{Name: "theme", Value: t.called})
	return m.save("theme", t.called, fmt.Sprintf("theme = %q", t.called))
}
