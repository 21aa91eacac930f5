package theme

import (
	"slices"
	"strings"
)

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

// Dots puts beside each other what there is of parts.
func Dots(parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(p string) bool { return p == "" }), " · ")
}

// Pages is how the keys are called that turn pages and leave, "" for none.
type Pages struct{ Back, Up, Down string }

// Feet say which keys do something, in texts that get shorter: those that turn pages only where
// something is above, or below.
func (k Pages) Feet(above, below bool) []string {
	up, down, short, closes := "", "", "", ""
	if above && k.Up != "" {
		up = k.Up + " ↑"
	}
	if below && k.Down != "" {
		down, short = k.Down+" ↓", k.Down
	}
	if k.Back != "" {
		closes = k.Back + " closes"
	}
	return []string{Dots(up, down, closes), Dots(down, closes), Dots(short, closes), Dots(short, k.Back), closes}
}
