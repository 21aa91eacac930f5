package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/emoji"
	"github.com/hobnob-chat/hobnob/tui/overlay"
	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// maxRecent is how many emoji are offered: a key each, in one row.
const maxRecent = 6

// longestEmoji is how many cells all but a few emoji take with their names.
const longestEmoji = 33

// firstEmoji are offered to who has not reacted yet.
func firstEmoji() []string { return []string{"👍", "❤️", "🎉", "😄", "👀", "🚀"} }

// recent remembers an emoji, to be offered first.
func (m *Model) recent(used string) {
	m.reacted = slices.DeleteFunc(m.reacted, func(e string) bool { return e == used })
	m.reacted = slices.Insert(m.reacted, 0, used)
	m.reacted = m.reacted[:min(len(m.reacted), maxRecent)]
}

// recentLine are the emoji that are offered, with a key each.
func (m *Model) recentLine() string {
	var b strings.Builder
	for i, e := range m.reacted {
		fmt.Fprintf(&b, "%d %s  ", i+1, e)
	}
	return b.String() + "or a name: "
}

// digit is the number that a text of one digit is, 0 if it is none.
func digit(text string) int {
	if len(text) == 1 && text[0] >= '1' && text[0] <= '9' {
		return int(text[0] - '0')
	}
	return 0
}

// pickEmoji lists all emoji: to react with to the message that is selected, or else to
// write one.
func (m *Model) pickEmoji() tea.Cmd {
	if m.focus == choosing {
		if what, ok := m.shown().Chosen(); ok {
			return m.pickReaction(what)
		}
	}
	m.offerEmoji("emoji", "writes it", func(one string) tea.Cmd {
		m.recent(one)
		m.setFocus(writing)
		m.composer.Paste(one)
		return nil
	})
	return nil
}

// pickReaction lists all emoji, to react with to a message.
func (m *Model) pickReaction(what timeline.Message) tea.Cmd {
	if m.settledOnly(what) {
		m.online("reacting")
	}
	m.offerEmoji("reaction", "reacts with it", func(one string) tea.Cmd { return m.react(m.nowOf(what), one) })
	return nil
}

// offerEmoji opens the list of emoji, those that were used last first.
func (m *Model) offerEmoji(title, does string, then func(one string) tea.Cmd) {
	all := emoji.All()
	places := make([]overlay.Place, 0, len(all))
	add := func(e *emoji.Emoji) {
		place := overlay.Place{ID: e.Text, Also: strings.Join(e.Names, " ") + " " + e.Words}
		for i, name := range e.Names {
			others := slices.Concat(e.Names[:i], e.Names[i+1:])
			n := overlay.Name{Name: e.Text + " " + name, About: theme.Dots(strings.Join(others, " "), e.Words)}
			if i > 0 {
				place.Else = append(place.Else, n)
				continue
			}
			place.Name, place.About = n.Name, n.About
		}
		places = append(places, place)
	}
	for _, r := range m.reacted {
		if i := slices.IndexFunc(all, func(e emoji.Emoji) bool { return e.Text == r }); i >= 0 {
			add(&all[i])
		}
	}
	for i := range all {
		if !slices.Contains(m.reacted, all[i].Text) {
			add(&all[i])
		}
	}
	m.pick(overlay.Words{Title: title, None: "no emoji is called that", Does: does, Widest: longestEmoji}, places, func(p overlay.Place) tea.Cmd { return then(p.ID) })
}
