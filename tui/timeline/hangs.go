package timeline

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// blockBar stands beside the rows of a block of code or output.
const blockBar = "│ "

// isBlock tells whether a text is to be shown as it stands, in a block.
func isBlock(it *item) bool {
	s := it.style()
	return (s == chat.StyleCode || s == chat.StyleOutput) && !it.deleted
}

// block draws a block: what it is, and beside a bar its rows.
func (t *Timeline) block(it *item, text string, b beside) (rows []string, folded bool) {
	c := t.columns
	first, x := t.head(it, b.lead)
	head, width := t.blockHead(it, c.text+c.width-x)
	first += head
	if x += width; x > c.text+c.width { // a name on a screen that is hardly one
		x = c.text + c.width
		first = t.theme.Truncate(first, x, "")
	}
	bar := ""
	if c.width > 8 {
		bar = blockBar
	}
	in := t.theme.Measure.StringWidth(bar)
	code := t.words(it, text, b)
	code.Width, code.First = c.width-in, 0
	lines, folded := t.drawn(code, it.rest)
	rows = append(rows, first+t.beside(b, 0, len(lines)+1, x))
	for i, l := range lines {
		row := blank(c.text) + t.theme.Rule.Render(bar) + l.Text
		b.text(i+1, c.text+in, l, t.theme.Measure)
		rows = append(rows, row+t.beside(b, i+1, len(lines)+1, c.text+in+l.Width))
	}
	return rows, folded
}

// blockHead says what a block is in at most some cells, and how wide that is.
func (t *Timeline) blockHead(it *item, room int) (head string, width int) {
	type part struct {
		text string
		ink  lipgloss.Style
	}
	var parts []part
	add := func(s string, ink lipgloss.Style) {
		if s = strings.TrimSpace(chat.SanitizeLine(theme.Clip(s, maxReason))); s != "" {
			parts = append(parts, part{s, ink})
		}
	}
	if k := it.extra.block; k != nil {
		add(k.Title, t.theme.Strong)
		add(k.Language, t.theme.Dim)
		if k.Exit != nil {
			ink := t.theme.Good
			if *k.Exit != 0 {
				ink = t.theme.Bad
			}
			add("exit "+strconv.Itoa(*k.Exit), ink)
		}
		if k.Duration > 0 {
			add(lasted(time.Duration(min(k.Duration, 1<<40))*time.Millisecond), t.theme.Dim)
		}
	}
	if len(parts) == 0 {
		add(string(it.extra.style), t.theme.Dim)
	}
	if trail := it.trail(); trail != "" {
		add(trail, t.theme.Dim)
	}
	var b strings.Builder
	for i, p := range parts {
		between := ""
		if i > 0 {
			between = " · "
		}
		text := t.theme.Truncate(p.text, room-width-len([]rune(between)), "…")
		if text == "" {
			break
		}
		// Measured apart, as they are drawn: what follows could join the space.
		width += t.theme.Measure.StringWidth(between) + t.theme.Measure.StringWidth(text)
		b.WriteString(paint(&t.theme.Dim, between) + paint(&p.ink, text))
	}
	return b.String(), width
}

// lasted says how long a command ran.
func lasted(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// hangs draws what hangs on a message: its files, each in a row, and its thread and
// the reactions to it side by side.
func (t *Timeline) hangs(it *item) (rows []string) {
	x, c := it.extra, t.columns
	switch {
	case x == nil && t.writes(it):
		return t.chips([]chip{t.begun()})
	case x == nil:
		return nil
	}
	for i := range x.files {
		said := t.fileRows(it, i, c.width)
		if i == 0 && it.fileFirst() { // its first row is drawn already
			said = said[1:]
		}
		for _, r := range said {
			rows = append(rows, blank(c.text)+r)
		}
		rows = append(rows, t.picture(it, i)...)
	}
	if d := it.draft; d != nil && d.sent != nil && d.state != chat.DraftFailed && d.stop != "" {
		rows = append(rows, blank(c.text)+t.theme.Dim.Render(t.theme.Truncate(d.stop+" stops it", c.width, "…")))
	}
	return append(rows, t.chips(t.chipsOf(it))...)
}

// fileRows draws the i-th file of an item in at most room cells: a box, or a row.
func (t *Timeline) fileRows(it *item, i, room int) []string {
	if t.boxed(it, i) {
		rows := t.box(it, i)
		return rows[:]
	}
	return []string{t.fileCell(it, i, room)}
}

// fileCell draws the i-th file of an item in at most room cells: what it is called, and
// what it is or how far.
func (t *Timeline) fileCell(it *item, i, room int) string {
	f := it.extra.files[i]
	about, few := t.fileAbout(f), 12
	if way := it.onItsWay(i); way != "" {
		about = way
	}
	if it.draft != nil && it.draft.sent != nil { // how far it is, is to be seen; the name is one's own
		few = 6
	}
	return t.named(fileName(f), about, room, few)
}

// named is the name of a file in at most room cells, and behind it what is said of it. A
// name may be as long as it is so that nobody sees what the file is: what is said has its place
// first, and what the name ends with. The name has few cells at the least, and what is said of
// it the rest.
func (t *Timeline) named(name, about string, room, few int) string {
	const (
		sign  = "▤ "
		gap   = "  "
		least = 5 // cells of what is said of it; with fewer the name stands alone
	)
	m := t.theme.Measure
	left, wide := room-m.StringWidth(sign), m.StringWidth(name)
	beside := max(left-m.StringWidth(gap+about), min(few, wide))
	if left-beside < least {
		return t.theme.Truncate(sign, room, "") + t.shortName(name, max(left, 0))
	}
	name = t.shortName(name, beside)
	return sign + name + t.theme.Dim.Render(t.theme.Truncate(gap+about, left-m.StringWidth(name), "…"))
}

// shortName cuts the name of a file to at most width cells, and not what it ends with.
func (t *Timeline) shortName(name string, width int) string {
	kind := path.Ext(name)
	if w := t.theme.Measure.StringWidth(kind); w <= 2*width/3 {
		return t.theme.Shorten(strings.TrimSuffix(name, kind), width-w) + kind
	}
	return t.theme.Shorten(name, width)
}

// fileFirst tells whether an item says nothing but its files: the first of them then
// stands where its text would.
func (it *item) fileFirst() bool {
	return it.extra != nil && len(it.extra.files) > 0 && it.trail() == "" && !it.deleted && it.note == "" &&
		(len(it.body) == 0 || string(it.body) == `""`) && (it.style() == "" || it.style() == chat.StyleMe)
}

// filed draws the row of who says nothing but their files.
func (t *Timeline) filed(it *item, b beside) string {
	c := t.columns
	row, x := t.head(it, b.lead)
	row += t.fileRows(it, 0, max(c.text+c.width-x, 1))[0]
	x = t.theme.Measure.StringWidth(row)
	if x > c.text+c.width { // a name on a screen that is hardly one
		x = c.text + c.width
		row = t.theme.Truncate(row, x, "")
	}
	return row + t.beside(b, 0, 1, x)
}

// maxFileName is how much of the name of a file is looked at, in bytes: more than names have
// (chat.MaxFileName), but a server may say anything.
const maxFileName = 480

// fileName is what a file is called, sanitised.
func fileName(f chat.File) string {
	name := f.Name
	if len(name) > maxFileName { // its end says what kind of file it is
		name = theme.Clip(name, maxFileName/2) + name[len(name)-maxFileName/2:]
	}
	if s := strings.TrimSpace(chat.SanitizeLine(name)); s != "" {
		return s
	}
	return "a file"
}
