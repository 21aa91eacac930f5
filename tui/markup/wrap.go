package markup

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Piece is a part of a text that makes a row.
type Piece struct {
	Start, End int
	Width      int  // in cells
	swaps      bool // some clusters are wider than any row
}

// closing is punctuation that does not begin a row after a wide character (a
// short kinsoku).
const closing = ".,:;!?)、。，．：；！？）」』】〉》］｝〕ー々"

// Wrap breaks a text without line ends and tabs into rows, the first of at most
// first cells and the others of at most then, and appends them to rows. It breaks
// after spaces, which vanish at the break, and between wide characters, which need
// no spaces; what is longer than a row is cut between grapheme clusters. Indentation
// is kept. It counts cells with m, which must be the renderer's measure, another one
// where the terminal has mode 2027: otherwise rows of joined emoji are clipped.
func Wrap(rows []Piece, s string, first, then int, m ansi.Method) []Piece {
	w := wrapper{rows: rows, limit: max(first, 1), then: max(then, 1), measure: m}
	return w.wrap(s)
}

// Text is the text of a piece of s, with theme.TooWide for what is wider than a row
// of width cells.
func (p Piece) Text(s string, width int, m ansi.Method) string {
	if !p.swaps {
		return s[p.Start:p.End]
	}
	var b strings.Builder
	for row := s[p.Start:p.End]; row != ""; {
		size, cells := theme.Cluster(row, m)
		if cells > width {
			b.WriteString(theme.TooWide)
		} else {
			b.WriteString(row[:size])
		}
		row = row[size:]
	}
	return b.String()
}

// wrapper holds the row that is being filled, s[start:], and the last place in
// it where it may be broken.
type wrapper struct {
	rows    []Piece
	limit   int // width of this row
	then    int // width of the rows after the first
	measure ansi.Method

	s     string
	start int  // where the row begins
	width int  // its width so far
	text  bool // it has more than spaces
	wide  bool // its last cluster is wide
	swaps bool // it may have clusters that are wider than it

	end      int // at the last break: where this row would end,
	endWidth int // how wide it would be,
	next     int // where the next would begin,
	used     int // and how wide everything before next is; 0 is no break
}

func (w *wrapper) wrap(s string) []Piece {
	w.s = s
	for i := 0; i < len(w.s); {
		size, cells := theme.Cluster(w.s[i:], w.measure)
		if cells > w.limit {
			cells, w.swaps = 1, true // theme.TooWide will stand for it
		}
		if w.breakable(i, size, cells) {
			w.mark(i, w.width, i, w.width)
		}
		if w.width+cells > w.limit {
			i = w.cut(i)
			continue
		}
		w.width += cells
		w.put(i, cells)
		i += size
	}
	if w.start < len(w.s) || w.s == "" {
		w.emit(len(w.s), w.width)
	}
	return w.rows
}

// breakable tells whether the row may be broken before the cluster at i because
// it, or the one before it, is wide.
func (w *wrapper) breakable(i, size, cells int) bool {
	space := w.space(i)
	return cells > 0 && (cells > 1 || w.wide && !space) && w.text && w.s[i-1] != ' ' &&
		!strings.Contains(closing, w.s[i:i+size])
}

// space tells whether the cluster at i is a space, and not one that carries a mark.
func (w *wrapper) space(i int) bool {
	if w.s[i] != ' ' {
		return false
	}
	size, _ := theme.Cluster(w.s[i:], w.measure)
	return size == 1
}

// cut ends the row, because the cluster at i does not fit, and tells where the
// next begins.
func (w *wrapper) cut(i int) int {
	switch {
	case w.space(i): // the spaces at the break vanish
		if w.used > 0 && w.next == i {
			w.emit(w.end, w.endWidth)
		} else {
			w.emit(i, w.width)
		}
		for i < len(w.s) && w.space(i) {
			i++
		}
	case w.used > 0:
		w.emit(w.end, w.endWidth)
		i = w.next // what follows is read again: the next row may be narrower
	default:
		w.emit(i, w.width)
	}
	w.start, w.width, w.used, w.wide, w.text, w.swaps = i, 0, 0, false, false, false
	return i
}

// put takes the cluster at i into the row. A row may be broken after a space,
// but not within its indentation.
func (w *wrapper) put(i, cells int) {
	space := w.space(i)
	switch {
	case space && w.text && w.used > 0 && w.next == i: // one of several spaces
		w.mark(w.end, w.endWidth, i+1, w.width)
	case space && w.text:
		w.mark(i, w.width-1, i+1, w.width)
	}
	w.text = w.text || !space
	if cells > 0 {
		w.wide = cells > 1
	}
}

func (w *wrapper) emit(end, width int) {
	w.rows = append(w.rows, Piece{w.start, end, width, w.swaps})
	w.limit = w.then
}

func (w *wrapper) mark(end, endWidth, next, used int) {
	w.end, w.endWidth, w.next, w.used = end, endWidth, next, used
}

// ExpandTabs puts spaces for tabs.
func ExpandTabs(s string, m ansi.Method) string {
	if strings.IndexByte(s, '\t') < 0 {
		return s
	}
	var b strings.Builder
	column := 0
	for {
		before, after, found := strings.Cut(s, "\t")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		column += m.StringWidth(before)
		for n := theme.TabStop - column%theme.TabStop; n > 0; n-- {
			b.WriteByte(' ')
			column++
		}
		s = after
	}
}
