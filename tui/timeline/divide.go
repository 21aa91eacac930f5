package timeline

import (
	"strings"
	"time"
)

// dayLine draws the line that begins a day.
func (t *Timeline) dayLine(at time.Time, fresh bool) string {
	label := at.Format("Monday 2 January")
	if at.Year() != t.now().Year() {
		label = at.Format("Monday 2 January 2006")
	}
	return t.ruled(label, at.Format("2 Jan"), fresh)
}

// dividers are the lines above an item: that the answers begin, a new day, and what is new. What
// is new is said in the last of the others.
func (t *Timeline) dividers(it *item, k layoutKey) (rows []string) {
	if k.root != 0 {
		rows = append(rows, t.answersLine(k.root, k.fresh && !k.day))
	}
	if k.day {
		rows = append(rows, t.dayLine(it.at.Time(), k.fresh))
	}
	if k.fresh && len(rows) == 0 {
		rows = append(rows, t.newLine())
	}
	return rows
}

// ruled is a line with a label in its middle, a shorter one where there is no room for that,
// and that what follows is new at its end.
func (t *Timeline) ruled(label, short string, fresh bool) string {
	m, room := t.theme.Measure, t.width-2*t.columns.margin
	tail, ink, end := "", t.theme.Rule, 0
	if fresh {
		tail, ink = " "+newLabel+" ──", t.theme.Warn
		end = m.StringWidth(tail)
	}
	if m.StringWidth(label)+4+end > room {
		label = short
	}
	width := m.StringWidth(label) + 2
	left := min((room-width)/2, room-width-end-1)
	if left < 1 {
		if fresh {
			return t.theme.Warn.Render(t.theme.Truncate(newLabel+" · "+label, t.width, ""))
		}
		return t.theme.Dim.Render(t.theme.Truncate(label, t.width, ""))
	}
	rule := func(n int) string { return ink.Render(strings.Repeat("─", n)) }
	return blank(t.columns.margin) + rule(left) + " " + t.theme.Dim.Render(label) + " " + rule(room-width-left-end) + t.theme.Warn.Render(tail)
}
