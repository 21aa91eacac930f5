package timeline

import (
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
)

// View draws the timeline: exactly its height in rows, none wider than its
// width.
func (t *Timeline) View() string {
	if t.width <= 0 || t.height <= 0 {
		return ""
	}
	rows := t.newest
	if !t.follow {
		rows = t.anchored
	}
	return strings.Join(t.markSelected(t.markChosen(t.nameTop(rows()))), "\n")
}

// nameTop says at the top of the screen who is speaking, if that scrolled away.
func (t *Timeline) nameTop(rows []string) []string {
	c, p := t.columns, t.top()
	if c.name == 0 || p.i < 0 || p.i >= len(t.items) || t.items[p.i].kind == kindNotice || t.lay(p.i).aside {
		return rows
	}
	if l := t.lay(p.i); p.row < l.prefix || p.row >= len(l.rows) {
		return rows
	}
	// Only rows without a name begin with as many spaces, one byte each.
	if rest, ok := strings.CutPrefix(rows[0], blank(c.text)); ok {
		rows[0] = t.nameCell(t.items[p.i].author) + rest
	}
	return rows
}

// newest draws upwards from the last row.
func (t *Timeline) newest() []string {
	rows := make([]string, 0, t.height+8)
	for i := len(t.items) - 1; i >= -1 && len(rows) < t.height; i-- {
		rows = appendReversed(rows, t.lay(i).rows, t.height)
	}
	for len(rows) < t.height {
		rows = append(rows, "")
	}
	slices.Reverse(rows)
	return rows
}

func appendReversed(rows, more []string, limit int) []string {
	for _, r := range slices.Backward(more) {
		if len(rows) == limit {
			break
		}
		rows = append(rows, r)
	}
	return rows
}

// anchored draws downwards from the anchor. The last row says that there is
// more below.
func (t *Timeline) anchored() []string {
	height := t.height
	if height > 1 {
		height--
	}
	rows := make([]string, 0, t.height)
	for p := t.top(); p.i < len(t.items) && len(rows) < height; p = (place{i: p.i + 1}) {
		for _, r := range t.lay(p.i).rows[p.row:] {
			if len(rows) < height {
				rows = append(rows, r)
			}
		}
	}
	for len(rows) < height {
		rows = append(rows, "")
	}
	if height < t.height {
		rows = append(rows, t.below())
	}
	return rows
}

// below says what is below the screen, and how to get there.
func (t *Timeline) below() string {
	s, hint, ink := t.belowSays()
	return blank(t.belowAt()) + ink.Render(s) + t.theme.Dim.Render(hint)
}

// belowAt is where that begins in its row.
func (t *Timeline) belowAt() int {
	s, hint, _ := t.belowSays()
	return max(t.width-t.columns.margin-t.theme.Measure.StringWidth(s+hint), 0)
}

func (t *Timeline) belowSays() (s, hint string, ink lipgloss.Style) {
	s, ink = "↓", t.theme.Dim
	if t.unseen > 0 {
		s, ink = strings.TrimSuffix("↓ "+count(t.unseen, "new"), "s"), t.theme.Accent.Bold(true)
	}
	m, room := t.theme.Measure, t.width-2*t.columns.margin
	if t.keys.Bottom != "" {
		hint = " · " + t.keys.Bottom
	}
	if m.StringWidth(s+hint) > room {
		hint = ""
	}
	return t.theme.Truncate(s, room, ""), hint, ink
}
