package timeline

import (
	"cmp"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/tui/markup"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Text is marked with the mouse: only what people said and what we say, never names in their
// column, times, marks or lines. What is marked is a part of what items say, and not of the
// screen: it stays the same when the view moves or rows are broken otherwise.

// Grain is how much a mark takes at least, by how often was clicked.
type Grain int

// The grains.
const (
	Characters Grain = iota + 1
	Words            // and addresses, whole
	Lines            // as they were typed
	Everything       // that a message says
)

// part is a part of what an item says, in bytes.
type part struct {
	item     *item
	from, to int
}

// marks is what is marked: from one part to another, in whatever order.
type marks struct {
	grain       Grain
	first, last part
	moved       bool // it is more than a click
}

// textRow is a row that has text.
type textRow struct {
	row   int    // of the layout
	x     int    // where the text begins
	plain string // the text
	gap   int    // see markup.Row
	tabs  []markup.Tab
	from  int // where it begins in what the item says
}

// copied is what an item says as far as it is seen: without the breaks of rows.
type copied struct {
	text string
	rows []textRow
}

// text takes down that a row, which begins at x, has text.
func (b beside) text(row, x int, r markup.Row, m ansi.Method) {
	if b.texts == nil || r.Title {
		return
	}
	n := textRow{row: row, x: x + m.StringWidth(r.Plain[:r.Lead]), plain: r.Plain[r.Lead:], gap: r.Gap}
	for _, tab := range r.Tabs {
		if tab.At >= r.Lead {
			n.tabs = append(n.tabs, markup.Tab{At: tab.At - r.Lead, N: tab.N, As: tab.As})
		}
	}
	*b.texts = append(*b.texts, n)
}

// says is what item i says, as it can be copied.
func (t *Timeline) says(i int) *copied {
	l := t.lay(i)
	if l.copied != nil || i < 0 || l.aside {
		if l.copied == nil {
			return &copied{}
		}
		return l.copied
	}
	c := &copied{}
	t.draw(t.items[i], l.key, &c.rows)
	var b strings.Builder
	for i := range c.rows {
		switch r := &c.rows[i]; {
		case i == 0:
		case r.gap < 0:
			b.WriteByte('\n')
		default:
			b.WriteString(blank(r.gap))
		}
		c.rows[i].from = b.Len()
		b.WriteString(c.rows[i].plain)
	}
	c.text = b.String()
	l.copied = c
	return c
}

// at is the part of what an item says that is seen at column x of a row of its layout: a
// cluster, or nothing before or behind its text.
func (c *copied) at(row, x int, m ansi.Method) (from, to int) {
	for _, r := range c.rows {
		if r.row > row {
			return r.from, r.from // a row without text above this one
		}
		if from = r.from + len(r.plain); r.row < row {
			continue
		}
		if x < r.x {
			return r.from, r.from
		}
		at, column := 0, r.x
		for at < len(r.plain) {
			size, cells := theme.Cluster(r.plain[at:], m)
			if x < column+cells {
				return r.from + at, r.from + at + size
			}
			at, column = at+size, column+cells
		}
		return from, from
	}
	return from, from
}

// rowAt is what is seen in row y of the view, and whether anything is.
func (t *Timeline) rowAt(y int) (p place, ok bool) {
	p = place{i: len(t.items)}
	if t.follow {
		y -= t.height - t.up(&p, t.height)
	} else {
		p = t.top()
	}
	if y < 0 || p.i >= len(t.items) {
		return p, false
	}
	for p.i < len(t.items) {
		left := len(t.lay(p.i).rows) - p.row
		if y < left {
			p.row += y
			return p, true
		}
		y -= left
		p = place{i: p.i + 1}
	}
	return p, false
}

// partAt is what is seen in a cell of the view: above all text the beginning of it, and below
// all its end.
func (t *Timeline) partAt(x, y int) (part, bool) {
	if len(t.items) == 0 {
		return part{}, false
	}
	p, ok := t.rowAt(max(0, min(y, t.end()-1)))
	switch {
	case !ok && p.i >= len(t.items):
		i := len(t.items) - 1
		n := len(t.says(i).text)
		return part{t.items[i], n, n}, true
	case !ok || p.i < 0:
		return part{item: t.items[max(p.i, 0)]}, true
	}
	from, to := t.says(p.i).at(p.row, x, t.theme.Measure)
	return part{t.items[p.i], from, to}, true
}

// MarkFrom begins to mark text at a cell of the view.
func (t *Timeline) MarkFrom(x, y int, g Grain) {
	t.marks = nil
	if p, ok := t.partAt(x, y); ok {
		t.marks = &marks{grain: g, first: p, last: p, moved: g > Characters}
	}
}

// MarkTo marks text up to a cell of the view.
func (t *Timeline) MarkTo(x, y int) {
	if t.marks == nil {
		return
	}
	if p, ok := t.partAt(x, y); ok {
		t.marks.moved = t.marks.moved || p != t.marks.last
		t.marks.last = p
	}
}

// Unmark marks nothing, and tells whether anything was.
func (t *Timeline) Unmark() bool {
	was := t.marks != nil && t.marks.moved
	t.marks = nil
	return was
}

// marked is what is marked, in order: the items, by their places, and where it begins in the
// first and ends in the last.
func (t *Timeline) markedParts() (first, last, from, to int, ok bool) {
	k := t.marks
	if k == nil || !k.moved {
		return 0, 0, 0, 0, false
	}
	a, b := k.first, k.last
	first, last = t.index(a.item), t.index(b.item)
	if first < 0 || last < 0 {
		t.marks = nil // it is gone
		return 0, 0, 0, 0, false
	}
	a, b = t.grown(first, a), t.grown(last, b)
	switch {
	case first > last:
		first, last, a, b = last, first, b, a
	case first == last:
		a, b = part{from: min(a.from, b.from)}, part{to: max(a.to, b.to)}
	}
	return first, last, a.from, b.to, true
}

// grown is a part that has all of the word, of the line or of the message it is in.
func (t *Timeline) grown(i int, p part) part {
	text := t.says(i).text
	p.from, p.to = min(p.from, len(text)), min(p.to, len(text))
	switch t.marks.grain {
	case Words:
		p.from, p.to = wordAt(text, p.from)
	case Lines:
		p.from, p.to = lineAt(text, p.from)
	case Everything:
		p.from, p.to = 0, len(text)
	case Characters:
	}
	return p
}

// MaxMarked is how much is copied at most, in bytes: more than terminals take.
const MaxMarked = 1 << 20

// Marked is the text that is marked, and whether any is. Of several messages each is said
// whose it is, where that changes. A text that is longer than MaxMarked is cut.
func (t *Timeline) Marked() (text string, ok bool) {
	first, last, from, to, ok := t.markedParts()
	if !ok {
		return "", false
	}
	type said struct {
		item *item
		text string
	}
	var list []said
	size := 0
	for i := first; i <= last && size <= MaxMarked; i++ {
		c, a := t.says(i), 0
		b := len(c.text)
		if i == first {
			a = from
		}
		if i == last {
			b = to
		}
		if s := c.cut(a, b); s != "" {
			list, size = append(list, said{t.items[i], s}), size+len(s)
		}
	}
	var out strings.Builder
	var who *author
	for i, s := range list {
		if i > 0 {
			out.WriteByte('\n')
		}
		if len(list) > 1 && s.item.author != nil && s.item.kind != kindNotice {
			switch does := s.item.introducedBy(); {
			case does:
				out.WriteString(doesSign + " " + s.item.author.name + " ")
			case s.item.author != who:
				out.WriteString(s.item.author.name + ": ")
			}
		}
		who = s.item.author
		out.WriteString(s.text)
	}
	return out.String(), out.Len() > 0
}

// introducedBy tells whether an item says what its author does.
func (it *item) introducedBy() bool { return it.style() == "me" && !it.deleted }

// cut is a part of what an item says, with tabs and the signs of items as they were typed.
func (c *copied) cut(from, to int) string {
	if from = max(from, 0); from >= to {
		return ""
	}
	var b strings.Builder
	at := from
	for _, r := range c.rows {
		for _, tab := range r.tabs {
			if begin := r.from + tab.At; begin >= at && begin+tab.N <= to {
				b.WriteString(c.text[at:begin] + cmp.Or(tab.As, "\t"))
				at = begin + tab.N
			}
		}
	}
	b.WriteString(c.text[at:to])
	return typed(b.String())
}

// markSelected draws the text that is marked the other way round, which every terminal can.
func (t *Timeline) markSelected(rows []string) []string {
	first, last, from, to, ok := t.markedParts()
	if !ok {
		return rows
	}
	m := t.theme.Measure
	for y := range min(len(rows), t.end()) {
		p, seen := t.rowAt(y)
		if !seen || p.i < first || p.i > last {
			continue
		}
		c, a := t.says(p.i), 0
		b := len(c.text)
		if p.i == first {
			a = from
		}
		if p.i == last {
			b = to
		}
		for _, r := range c.rows {
			if r.row != p.row {
				continue
			}
			begin, end := max(a-r.from, 0), min(b-r.from, len(r.plain))
			if begin < end {
				rows[y] = turned(rows[y], r.x+m.StringWidth(r.plain[:begin]), r.x+m.StringWidth(r.plain[:end]), m)
			}
		}
	}
	return rows
}

// turned is a row of which the cells between two columns are drawn the other way round.
func turned(row string, from, to int, m ansi.Method) string {
	const on, off = "\x1b[7m", "\x1b[27m"
	var b strings.Builder
	var state byte
	x, within := 0, false
	for row != "" {
		seq, cells, n, next := m.DecodeSequenceInString(row, state, nil)
		row, state = row[n:], next
		if cells > 0 && within != (x >= from && x < to) {
			if within = !within; within {
				b.WriteString(on)
			} else {
				b.WriteString(off)
			}
		}
		b.WriteString(seq)
		if within && ansi.HasCsiPrefix(seq) { // it may have ended all styles
			b.WriteString(on)
		}
		x += cells
	}
	if within {
		b.WriteString(off)
	}
	return b.String()
}
