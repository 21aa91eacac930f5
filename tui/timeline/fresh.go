package timeline

import (
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// SetNew draws a line above the first message after a seq, until it is set to
// another. With ClearNew there is none.
func (t *Timeline) SetNew(seq uint64) {
	if t.marked && t.read == seq {
		return
	}
	t.hold(func() {
		t.read, t.marked = seq, true
		t.restyle() // threads that have something new look otherwise
	})
}

// ClearNew takes the line away.
func (t *Timeline) ClearNew() {
	if t.marked {
		t.hold(func() {
			t.marked = false
			t.restyle()
		})
	}
}

// newSince tells whether something that was said at a time is new. It goes by the time
// of the last message that is not.
func (t *Timeline) newSince(at chat.Millis) bool {
	if !t.marked {
		return false
	}
	for i := t.find(t.read+1, 0) - 1; i >= 0; i-- {
		if it := t.items[i]; it.kind == kindMessage {
			return at > it.at
		}
	}
	return true
}

// fresh tells whether item i is the first that is new.
func (t *Timeline) fresh(i int) bool {
	it := t.items[i]
	return t.marked && it.kind == kindMessage && it.seq > t.read && (i == 0 || t.items[i-1].seq <= t.read)
}

// newLabel stands at the end of the line above what is new.
const newLabel = "new"

// newLine draws the line above what is new.
func (t *Timeline) newLine() string {
	const label = newLabel
	c := t.columns
	n := t.width - 2*c.margin - len(label) - 4
	if n < 1 {
		return t.theme.Warn.Render(t.theme.Truncate(label, t.width, ""))
	}
	return blank(c.margin) + t.theme.Warn.Render(strings.Repeat("─", n)+" "+label+" ──")
}
