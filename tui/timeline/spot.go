package timeline

import (
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Spot is a place of the view that leads somewhere, when it is clicked on.
type Spot int

// The spots.
const (
	Nowhere  Spot = iota
	Newest        // the row that says what is below
	All           // of a message of which the beginning is shown
	Answers       // what is said of a thread: its message, or an answer in it, is told with it
	Reaction      // to a message: with an emoji
	Author        // the name of who wrote a message
	Beside        // what stands at the side of a message: the column of names, and its time
	Attached      // a file of a message: with its ID
	Person        // the name of somebody in a text: with their ID
	Room          // the name of a room in a text: with that
)

// SpotAt is what a cell of the view leads to, and the message it belongs to, if it belongs to one.
// which says what of several it is: the emoji of a Reaction, the ID of what is Attached, and so on; it is
// foreign.
func (t *Timeline) SpotAt(x, y int) (spot Spot, of Message, which string) {
	if !t.follow && t.height > 1 && y == t.height-1 {
		if x >= t.belowAt() {
			return Newest, Message{}, ""
		}
		return Nowhere, Message{}, ""
	}
	p, ok := t.rowAt(y)
	if !ok || p.i < 0 {
		return Nowhere, Message{}, ""
	}
	it, l := t.items[p.i], t.lay(p.i)
	if it.kind == kindNotice || p.row < l.lines {
		return Nowhere, Message{}, ""
	}
	switch c := t.columns; {
	case t.onName(it, l, x, p.row):
		return Author, t.tell(it), ""
	case x < c.text || c.clock > 0 && x >= c.clock:
		return Beside, t.tell(it), ""
	}
	return t.spotIn(it, l, x, p.row)
}

// spotIn is SpotAt of where the text of an item is, and what hangs on it.
func (t *Timeline) spotIn(it *item, l *layout, x, row int) (spot Spot, of Message, which string) {
	switch {
	case l.aside:
		if l.key.run > 0 && row == len(l.rows)-1 {
			return Answers, t.tell(it), ""
		}
	case l.folded && row == l.said-1:
		return All, t.tell(it), ""
	case it.kind == kindMessage && it.extra != nil:
		list := t.chipsOf(it)
		rows, places := t.setChips(list)
		for i, at := range places {
			if at.row != row-len(l.rows)+len(rows) || x < t.columns.text+at.x || x >= t.columns.text+at.x+at.width {
				continue
			}
			if which = list[i].emoji; which != "" {
				return Reaction, t.tell(it), which
			}
			return Answers, t.tell(it), ""
		}
		if i := t.fileIn(it, l.key.lead, x, row-len(l.rows)+len(rows)); i >= 0 {
			return Attached, t.tell(it), it.extra.files[i].ID
		}
	}
	return t.nameIn(it, x, row)
}

// fileIn is which file of an item is drawn in a cell, -1 for none: what is said of it, its box or its
// picture. The row is counted from where the chips of the item begin; lead tells whether its author is
// said.
func (t *Timeline) fileIn(it *item, lead bool, x, row int) int {
	if it.deleted || it.draft != nil || row >= 0 {
		return -1
	}
	c := t.columns
	for i := range slices.Backward(it.extra.files) {
		from := c.text
		if i == 0 && it.fileFirst() {
			_, from = t.head(it, lead)
		}
		rows := t.fileRows(it, i, max(c.text+c.width-from, 1))
		picture := t.picture(it, i)
		if row += len(rows) + len(picture); row < 0 {
			continue // above it
		}
		var wide int
		if row < len(rows) {
			wide = t.theme.Measure.StringWidth(rows[row])
		} else {
			from, wide = c.text, t.pictures[it.extra.files[i].ID].Width
		}
		if x >= from && x < from+wide {
			return i
		}
		return -1
	}
	return -1
}

// nameIn is the person or room that is named in a cell of a text.
func (t *Timeline) nameIn(it *item, x, row int) (spot Spot, of Message, which string) {
	if it.kind != kindMessage || it.deleted || isBlock(it) {
		return Nowhere, Message{}, ""
	}
	says := t.says(t.index(it))
	from, to := says.at(row, x, t.theme.Measure)
	if from == to {
		return Nowhere, Message{}, ""
	}
	begin, end := lineAt(says.text, from)
	id, room := t.names.Called(says.text[begin:end], from-begin)
	switch {
	case id != "":
		return Person, t.tell(it), id
	case room != "":
		return Room, t.tell(it), room
	}
	return Nowhere, Message{}, ""
}

// onName tells whether a cell is in the name of who wrote an item.
func (t *Timeline) onName(it *item, l *layout, x, row int) bool {
	if l.aside || !l.key.lead || row != l.prefix || it.style() == chat.StyleMe {
		return false
	}
	c, m := t.columns, t.theme.Measure
	if c.name == 0 {
		return x >= c.margin && x < c.margin+m.StringWidth(t.inlineName(it, false))
	}
	return x < c.text-2 && x >= c.text-2-m.StringWidth(t.theme.Truncate(it.author.name, c.name, "…"))
}

// ChooseMessage selects a message that was told, if it is still here, and tells whether it is.
func (t *Timeline) ChooseMessage(of Message) bool {
	if i := t.index(of.it); i >= 0 && t.choosable(i) {
		return t.choose(i)
	}
	return false
}

// FoldedAt is a message that is folded, as Folded has it.
func (t *Timeline) FoldedAt(m Message) Folded { return t.folded(m.it) }
