package timeline

// Spot is a place of the view that leads somewhere, when it is clicked on.
type Spot int

// The spots.
const (
	Nowhere Spot = iota
	Newest       // the row that says what is below
	All          // of a message of which the beginning is shown
	Answers      // what is said of a thread: its message, or an answer in it, is told with it
)

// SpotAt is what a cell of the view leads to, and the message it belongs to, if it belongs to one.
func (t *Timeline) SpotAt(x, y int) (Spot, Message) {
	if !t.follow && t.height > 1 && y == t.height-1 {
		if x >= t.belowAt() {
			return Newest, Message{}
		}
		return Nowhere, Message{}
	}
	p, ok := t.rowAt(y)
	if !ok || p.i < 0 || x < t.columns.text {
		return Nowhere, Message{}
	}
	it, l := t.items[p.i], t.lay(p.i)
	last := p.row == len(l.rows)-1
	switch {
	case it.kind == kindNotice:
	case l.aside:
		if l.key.run > 0 && last {
			return Answers, t.tell(it)
		}
	case l.folded && p.row == l.said-1:
		return All, t.tell(it)
	case it.kind == kindMessage && t.saysThread(it):
		chips := t.chipsOf(it)
		begins := len(l.rows) - len(t.chips(chips))
		width := t.theme.Measure.StringWidth(t.theme.Truncate(chips[0].text, t.columns.width, "…"))
		if p.row == begins && x < t.columns.text+width {
			return Answers, t.tell(it)
		}
	}
	return Nowhere, Message{}
}

// saysThread tells whether the first of what hangs on a message is its thread.
func (t *Timeline) saysThread(it *item) bool {
	x := it.extra
	return x != nil && (x.replies != nil && x.replies.Count > 0 && t.thread == "" || t.writes(it))
}

// FoldedAt is a message that is folded, as Folded has it.
func (t *Timeline) FoldedAt(m Message) Folded { return t.folded(m.it) }
