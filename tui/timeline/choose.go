package timeline

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Chosen is the message that is selected, and whether one is.
func (t *Timeline) Chosen() (Message, bool) {
	if t.index(t.chosen) < 0 {
		t.chosen = nil
		return Message{}, false
	}
	return t.tell(t.chosen), true
}

// BySeq is a message that is loaded, by its number.
func (t *Timeline) BySeq(seq uint64) (Message, bool) {
	it := t.messageOf(seq)
	if it == nil {
		return Message{}, false
	}
	return t.tell(it), true
}

// ByID is a message of an ID, if it is among the newest here.
func (t *Timeline) ByID(id string) (Message, bool) {
	it := t.byID(id)
	if it == nil {
		return Message{}, false
	}
	return t.tell(it), true
}

// Choose selects the newest message of which anything is on screen, and tells
// whether there is one.
func (t *Timeline) Choose() bool {
	if t.follow {
		return t.ChooseNewest()
	}
	end, last, p := t.end(), -1, t.top()
	y := -p.row
	for i := p.i; i < len(t.items) && y < end; i++ {
		l := t.lay(i)
		if t.choosable(i) && y+l.lines < end {
			last = i
		}
		y += len(l.rows)
	}
	if last < 0 {
		return t.ChooseNewest()
	}
	return t.choose(last)
}

// ChooseNewest and ChooseOldest select the last and the first message that is loaded.
func (t *Timeline) ChooseNewest() bool {
	if t.away {
		t.Bottom()
	}
	return t.step(len(t.items), -1)
}

// ChooseOldest selects the first message that is loaded, and shows what is above it.
func (t *Timeline) ChooseOldest() bool {
	if !t.step(-1, 1) {
		return false
	}
	t.Top()
	t.reveal()
	return true
}

// ChooseNext selects the n-th message below the one that is selected, above it if n
// is negative, as far as there are any.
func (t *Timeline) ChooseNext(n int) {
	i := t.index(t.chosen)
	if i < 0 {
		t.Choose()
		return
	}
	for ; n != 0; n -= sign(n) {
		if !t.step(t.index(t.chosen), sign(n)) {
			if n < 0 {
				t.Scroll(-1) // to what is above the first, which asks for older ones
			} else if !t.away {
				t.Bottom()
				if i := t.index(t.chosen); t.rowOf(i)+len(t.lay(i).rows) > 0 {
					return // the end of it is seen
				}
			}
			break
		}
	}
	t.reveal()
}

// ChooseSeq selects a message by its number, and tells whether it is here.
func (t *Timeline) ChooseSeq(seq uint64) bool {
	it := t.messageOf(seq)
	return it != nil && t.choose(t.index(it))
}

// Unchoose selects nothing any more.
func (t *Timeline) Unchoose() { t.chosen = nil }

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}

// KeepChosen selects a message that is on the screen, if the one that is selected left
// it: the nearest.
func (t *Timeline) KeepChosen() {
	i := t.index(t.chosen)
	if i < 0 {
		return
	}
	l, y := t.lay(i), t.rowOf(i)
	switch {
	case y+l.lines >= t.end():
		t.Choose()
	case y+len(l.rows) <= 0:
		for i, y = t.top().i, -t.top().row; i < len(t.items) && y < t.end(); i++ {
			l := t.lay(i)
			if t.choosable(i) && y+l.lines >= 0 {
				t.choose(i)
				return
			}
			y += len(l.rows)
		}
	}
}

// step selects the next item from i on, i not among them, in a direction.
func (t *Timeline) step(i, by int) bool {
	for i += by; i >= 0 && i < len(t.items); i += by {
		if t.choosable(i) {
			return t.choose(i)
		}
	}
	return false
}

// choosable tells whether item i can be selected: it is somebody's, and seen.
func (t *Timeline) choosable(i int) bool {
	return i >= 0 && i < len(t.items) && t.items[i].kind != kindNotice && t.run(i) != hidden
}

func (t *Timeline) choose(i int) bool {
	t.chosen = t.items[i]
	t.reveal()
	return true
}

// chooseAgain selects the message that was selected before all were replaced, if it
// is among those that are here now.
func (t *Timeline) chooseAgain(was *item) {
	if i := t.find(was.seq, was.sub); i < len(t.items) && t.items[i].id == was.id && t.items[i].seq == was.seq {
		t.choose(i)
	}
}

// reveal moves the view as little as it takes to see the message that is selected:
// all of it, or from its beginning where it is too long.
func (t *Timeline) reveal() {
	i := t.index(t.chosen)
	if i < 0 || t.height == 0 {
		return
	}
	l, y := t.lay(i), t.rowOf(i)
	rows := len(l.rows) - l.lines
	switch {
	case y+l.lines >= 0 && y+len(l.rows) <= t.end():
		return
	case y+l.lines < 0 || rows > t.end():
		t.lookFrom(place{i, min(l.lines, max(len(l.rows)-1, 0))})
	default:
		p := place{i, max(len(l.rows)-1, 0)}
		t.up(&p, t.end()-1)
		t.lookFrom(p)
	}
	t.settle()
}

// end is the row of the screen below the last that shows messages.
func (t *Timeline) end() int {
	if t.follow {
		return t.height
	}
	return max(t.height-1, 1) // the row that says how to go down
}

// rowOf is the row of the screen where item i begins, far off where that is not near
// the screen.
func (t *Timeline) rowOf(i int) (y int) {
	const far = 1 << 20
	if t.follow {
		y = t.height
		for at := len(t.items) - 1; at >= i; at-- {
			if y < 0 {
				return -far
			}
			y -= len(t.lay(at).rows)
		}
		return y
	}
	p := t.top()
	if i < p.i {
		return -far
	}
	y = -p.row
	for at := p.i; at < i; at++ {
		if y > t.height {
			return far
		}
		y += len(t.lay(at).rows)
	}
	return y
}

// chosenMark stands beside the rows of the message that is selected.
const chosenMark = "▌"

// markChosen marks the rows of the message that is selected.
func (t *Timeline) markChosen(rows []string) []string {
	i := t.index(t.chosen)
	if i < 0 {
		return rows
	}
	l, y := t.lay(i), t.rowOf(i)
	lit := len(l.rows)
	if t.pictured(t.items[i]) { // a terminal draws it over cells that are to stay as they are
		lit = max(l.said, l.lines+1)
	}
	for r := l.lines; r < len(l.rows); r++ {
		if at := y + r; at >= 0 && at < t.end() && at < len(rows) {
			rows[at] = t.markRowChosen(rows[at], r < lit)
		}
	}
	return rows
}

// pictured tells whether a picture is shown below an item.
func (t *Timeline) pictured(it *item) bool {
	if it.extra == nil {
		return false
	}
	for i := range it.extra.files {
		if len(t.picture(it, i)) > 0 {
			return true
		}
	}
	return false
}

// markRowChosen marks a row: in the empty column at its left, and where it is lit by the background
// that the theme has for that; or where there is no such column by drawing it the other way round.
func (t *Timeline) markRowChosen(row string, lit bool) string {
	if rest, ok := strings.CutPrefix(row, " "); ok && t.columns.margin > 0 {
		row = t.theme.Accent.Render(chosenMark) + rest
		if !lit || t.theme.Chosen == nil {
			return row
		}
		return behind(row+blank(t.width-t.theme.Measure.StringWidth(row)), ansi.NewStyle().BackgroundColor(t.theme.Chosen).ForegroundColor(t.theme.Over).String())
	}
	row = ansi.Strip(row)
	row += blank(t.width - t.theme.Measure.StringWidth(row))
	return t.theme.Plain.Reverse(true).Render(row)
}

// behind is a row with a style behind it, which is there wherever its own ends.
func behind(row, on string) string {
	var b strings.Builder
	b.WriteString(on)
	var state byte
	for row != "" {
		seq, _, n, next := ansi.DecodeSequence(row, state, nil)
		b.WriteString(seq)
		row, state = row[n:], next
		switch seq {
		case "\x1b[m", "\x1b[0m", "\x1b[39m", "\x1b[49m": // so much that is drawn here ends with
			b.WriteString(on)
		}
	}
	return b.String() + ansi.ResetStyle
}

// LastOwn is your newest message that is loaded and not deleted, or what you wrote after
// that and is none yet.
func (t *Timeline) LastOwn() (Message, bool) {
	return t.last(func(it *item) bool {
		return it.kind == kindDraft || it.author.key.id == t.you.ID && t.you.ID != ""
	})
}

// LastOther is the newest message of somebody else that is loaded.
func (t *Timeline) LastOther() (Message, bool) {
	return t.last(func(it *item) bool { return it.kind == kindMessage && it.author.key.id != t.you.ID })
}

func (t *Timeline) last(is func(*item) bool) (Message, bool) {
	for _, it := range slices.Backward(t.items) {
		if it.kind != kindNotice && !it.deleted && !t.collapses(it) && is(it) {
			return t.tell(it), true
		}
	}
	return Message{}, false
}

// Own is what you said in the messages that are loaded, newest first, of the n newest
// messages of yours at most. A text that is not all here is not among them.
func (t *Timeline) Own(n int) (list []Message) {
	for _, it := range slices.Backward(t.items) {
		if n == 0 {
			break
		}
		if it.kind != kindMessage || it.deleted || t.you.ID == "" || it.author.key.id != t.you.ID {
			continue
		}
		n--
		if said := t.tell(it); said.Whole && said.Chat {
			list = append(list, said)
		}
	}
	return list
}
