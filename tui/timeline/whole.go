package timeline

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/markup"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// foldReach is how far above the screen a folded message is looked for: some
// screens of short messages, which cost a frame to lay out.
const foldReach = 256

// maxMarked is how much of a message that has the whole screen is read for markup, in
// bytes. It is laid out at once, and longer ones are logs.
const maxMarked = 64 << 10

// Folded is a message of which the timeline shows only the beginning.
type Folded struct {
	Seq  uint64 // 0 for a draft
	Who  string // sanitised
	At   time.Time
	Text string // what is kept of it, sanitised
	Cut  bool   // more was written than is kept: Seq says where it can be had

	how markup.Text // how it is drawn
}

// Folded is the folded message nearest to where its reader is: the lowest whose
// end is on screen, else the lowest of which anything is, else the next above.
func (t *Timeline) Folded() (f Folded, ok bool) {
	var partly, wholly *item
	p := t.top()
	for y := -p.row; p.i < len(t.items) && y < t.height; p.i++ {
		l := t.lay(p.i)
		y += len(l.rows)
		switch {
		case !l.folded:
		case y <= t.height:
			wholly = t.items[p.i]
		default:
			partly = t.items[p.i]
		}
	}
	it := wholly
	if it == nil {
		it = partly
	}
	for i, n := t.top().i-1, 0; it == nil && i >= 0 && n < foldReach; i, n = i-1, n+1 {
		if t.lay(i).folded {
			it = t.items[i]
		}
	}
	if it == nil {
		return Folded{}, false
	}
	return t.folded(it), true
}

func (t *Timeline) folded(it *item) (f Folded) {
	f = Folded{Who: it.author.name, At: it.at.Time(), Cut: it.rest.characters > 0}
	var plain bool
	f.Text, plain = it.read(chat.Reveal)
	f.how = t.words(it, "", beside{chat: plain})
	if it.kind == kindMessage {
		f.Seq = it.seq
	} else if f.Cut {
		f.Text, f.Cut = f.Text+"\n"+it.rest.String(), false
	}
	return f
}

// Text is all that a body says, sanitised. It may be called from any goroutine.
func Text(b chat.Body) string {
	it := &item{kind: kindMessage}
	it.setWhole(b)
	text, _ := it.text()
	return text
}

// Beginning is what a body says, sanitised, as far as a timeline keeps it. It may be
// called from any goroutine.
func Beginning(b chat.Body) string {
	it := &item{kind: kindMessage}
	it.setBody(b)
	text, _ := it.text()
	return text
}

// Shown is Text for a message that is drawn.
func Shown(b chat.Body) string {
	it := &item{kind: kindMessage}
	it.setWhole(b)
	text, _ := it.read(chat.Reveal)
	return text
}

// Whole shows one message and nothing else, so that nothing of it need be left
// out.
type Whole struct {
	theme  *theme.Theme
	keys   theme.Pages
	who    string
	at     time.Time
	text   markup.Text
	width  int
	height int
	rows   []markup.Row
	offset int
}

// NewWhole makes it of sanitised texts.
func NewWhole(t *theme.Theme, f Folded) *Whole {
	f.how.Body, f.how.Most = f.Text, math.MaxInt
	if len(f.Text) > maxMarked {
		f.how.Kind = markup.Plain
	}
	return &Whole{theme: t, who: f.Who, at: f.At, text: f.how}
}

// SetKeys sets how the keys are called that leave it and turn its pages.
func (w *Whole) SetKeys(k theme.Pages) { w.keys = k }

// SetTheme changes how it looks, and how it is measured.
func (w *Whole) SetTheme(t *theme.Theme) {
	w.theme = t
	w.layOut()
}

// SetSize sets the cells View fills.
func (w *Whole) SetSize(width, height int) {
	stale := width != w.width
	w.width, w.height = width, height
	if stale {
		w.layOut()
	}
	w.Scroll(0)
}

// layOut makes the rows. The row that was on top stays near it.
func (w *Whole) layOut() {
	before := max(len(w.rows), 1)
	w.rows = nil
	if w.width <= 0 {
		return
	}
	w.text.Width = w.width - 2*theme.Margin(w.width)
	w.rows = markup.New(w.theme).Draw(w.text).Rows
	w.offset = w.offset * len(w.rows) / before
	w.Scroll(0)
}

// body is how many rows of text there are room for, beside who wrote it and how
// to leave.
func (w *Whole) body() int {
	switch {
	case w.height >= 4:
		return w.height - 2
	case w.height >= 2:
		return w.height - 1
	}
	return max(w.height, 1)
}

// Scroll moves by n rows, down if n is positive, as far as there are any.
func (w *Whole) Scroll(n int) { w.offset = max(0, min(w.offset+n, len(w.rows)-w.body())) }

// Page moves by n screens, less a row to hold on to.
func (w *Whole) Page(n int) { w.Scroll(n * max(w.body()-1, 1)) }

// Top and Bottom go to the first and the last row.
func (w *Whole) Top() { w.offset = 0 }

// Bottom goes to the last row.
func (w *Whole) Bottom() { w.Scroll(len(w.rows)) }

// View draws it: exactly its height in rows, none wider than its width.
func (w *Whole) View() string {
	if w.width <= 0 || w.height <= 0 {
		return ""
	}
	pad := blank(theme.Margin(w.width))
	room := w.width - 2*len(pad)
	rows := make([]string, 0, w.height)
	if w.height >= 4 {
		rows = append(rows, pad+w.title(room))
	}
	end := min(w.offset+w.body(), len(w.rows))
	for _, l := range w.rows[w.offset:end] {
		rows = append(rows, pad+l.Text)
	}
	for len(rows) < w.height {
		rows = append(rows, "")
	}
	if w.height >= 2 {
		rows[w.height-1] = pad + w.theme.Foot(w.keys.Feet(w.offset > 0, end < len(w.rows)), room)
	}
	return strings.Join(rows, "\n")
}

// title says whose message it is, and which rows are seen; where there is little room, not
// from when.
func (w *Whole) title(room int) string {
	title, place := w.who+" · "+w.at.Format("2 January 15:04"), w.place()
	if w.theme.Measure.StringWidth(title)+w.theme.Measure.StringWidth(place)+3 > room {
		title = w.who
	}
	return w.theme.Title(title, place, room)
}

// place says which rows of the message are seen, "" where all are.
func (w *Whole) place() string {
	end := min(w.offset+w.body(), len(w.rows))
	if end-w.offset >= len(w.rows) {
		return ""
	}
	return fmt.Sprintf("%d–%d of %d", w.offset+1, end, len(w.rows))
}
