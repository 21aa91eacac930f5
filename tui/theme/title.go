package theme

import "strings"

// leastSaid is how much is shown at least of what a title says at the right, in cells: less of
// it would say nothing.
const leastSaid = 8

// Title draws the first row of whatever has a place of its own on the screen, in so many cells:
// what it is called, and at the right what is to be said of it. Where both do not fit, of the
// latter the part before its first comma stands there, or its beginning, or nothing.
func (t *Theme) Title(title, said string, room int) string {
	title = t.Truncate(title, room, "…")
	return t.Strong.Render(title) + t.AtRight(said, room-t.Measure.StringWidth(title))
}

// AtRight is what is to be said behind a text, in so many cells as are left of its row.
func (t *Theme) AtRight(said string, left int) string {
	const gap = 3 // a title and what is said of it are never one sentence
	m := t.Measure
	if m.StringWidth(said)+gap > left {
		first, _, parts := strings.Cut(said, ", ")
		switch {
		case parts && m.StringWidth(first)+gap <= left:
			said = first
		case left-gap >= leastSaid:
			said = t.Truncate(said, left-gap, "…")
		default:
			said = ""
		}
	}
	if said == "" {
		return ""
	}
	return strings.Repeat(" ", left-m.StringWidth(said)) + t.Dim.Render(said)
}

// Foot draws the row that says which keys do what: the first of some texts that fits. It is
// dim, as all hints are.
func (t *Theme) Foot(feet []string, room int) string {
	for _, f := range feet {
		if t.Measure.StringWidth(f) <= room {
			return t.Dim.Render(f)
		}
	}
	if len(feet) == 0 {
		return ""
	}
	return t.Dim.Render(t.Truncate(feet[len(feet)-1], room, ""))
}
