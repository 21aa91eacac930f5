package overlay

import (
	"strings"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Ask is a question over the first rows of something, which goes on beneath it: it takes no
// key that types. All of it is ours.
type Ask struct {
	title   string
	said    string
	choices []Entry // of each the key, what it is called (Brief) and what it does
	foot    string
	short   []string // all of it in one row, from the longest down
}

// NewAsk makes it.
func NewAsk(title, said string, choices []Entry, foot string, short []string) *Ask {
	return &Ask{title: title, said: said, choices: choices, foot: foot, short: short}
}

// askWidth is the width from which the choices have rows of their own: below, what they do
// could not be told.
const askWidth = 60

// Rows draws it in at most so many rows, none wider than a width: whole, or in one row, or
// where there is none not at all.
func (a *Ask) Rows(t *theme.Theme, width, most int) []string {
	pad := strings.Repeat(" ", theme.Margin(width))
	room := width - 2*len(pad)
	if most < 1 || room < 1 {
		return nil
	}
	if most < len(a.choices)+3 || width < askWidth {
		return []string{pad + t.Strong.Render(a.fits(t, room))}
	}
	rows := []string{pad + t.Title(a.title, a.said, room)}
	keys, names := 0, 0
	for _, c := range a.choices {
		keys, names = max(keys, t.Measure.StringWidth(firstKey(c))), max(names, t.Measure.StringWidth(c.Brief))
	}
	for _, c := range a.choices {
		key, name := firstKey(c), c.Brief
		row := t.Key.Render(key) + strings.Repeat(" ", keys-t.Measure.StringWidth(key)+2) + name + strings.Repeat(" ", names-t.Measure.StringWidth(name)+2)
		rows = append(rows, pad+t.Truncate(row+t.Dim.Render(c.Does), room, "…"))
	}
	rows = append(rows, pad+t.Foot([]string{a.foot}, room))
	return append(rows, pad+t.Rule.Render(strings.Repeat("─", room)))
}

// fits is all of it in one row of so many cells.
func (a *Ask) fits(t *theme.Theme, room int) string {
	for _, s := range a.short {
		if t.Measure.StringWidth(s) <= room {
			return s
		}
	}
	return t.Truncate(a.short[len(a.short)-1], room, "…")
}

// At is the choice in a row of so many as Rows drew, and whether there is one.
func (a *Ask) At(row, rows int) (i int, ok bool) {
	i = row - 1
	return i, rows > 1 && i >= 0 && i < len(a.choices)
}
