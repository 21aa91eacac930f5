package timeline

import (
	"strings"
)

// SetNew draws a line above the first message after a seq, until it is set to
// another. With ClearNew there is none.
func (t *Timeline) SetNew(seq uint64) {
	if t.marked && t.read == seq {
		return
	}
	t.hold(func() { t.read, t.marked = seq, true })
}

// ClearNew takes the line away.
func (t *Timeline) ClearNew() {
	if t.marked {
		t.hold(func() { t.marked = false })
	}
}

// fresh tells whether item i is the first that is new.
func (t *Timeline) fresh(i int) bool {
	it := t.items[i]
	return t.marked && it.kind == kindMessage && it.seq > t.read && (i == 0 || t.items[i-1].seq <= t.read)
}

// newLine draws the line above what is new.
func (t *Timeline) newLine() string {
	const label = "new"
	c := t.columns
	n := t.width - 2*c.margin - len(label) - 4
	if n < 1 {
		return t.theme.Warn.Render(t.theme.Truncate(label, t.width, ""))
	}
	return blank(c.margin) + t.theme.Warn.Render(strings.Repeat("─", n)+" "+label+" ──")
}
