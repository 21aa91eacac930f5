package overlay

import (
	"strings"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Line shows a line to be copied, on a screen of its own. Nothing stands beside it,
// so that a mouse selects it and nothing else, however narrow the terminal is.
type Line struct {
	theme  *theme.Theme
	title  string
	about  string
	text   string // ASCII
	feet   []string
	code   *Code // of the line, nil for none; shown where there is room for all of it
	plain  bool  // without colours
	paper  bool  // on a light background
	width  int
	height int
	offset int
	rows   []string
}

// NewLine makes it of a line of ASCII, what that is, and what it is for. The feet are what is
// said below it, from the longest down; the first that fits is.
func NewLine(t *theme.Theme, title, about, text string, feet ...string) *Line {
	return &Line{theme: t, title: title, about: about, text: text, feet: feet}
}

// SetCode shows a QR code below the line where there is room. Without colours it has to be
// known whether the background is light.
func (l *Line) SetCode(c *Code, colours, light bool) { l.code, l.plain, l.paper = c, !colours, light }

// codeRows are the rows of the code, and one above it; none where they do not fit.
func (l *Line) codeRows(above int) []string {
	if l.code == nil {
		return nil
	}
	if w, h := l.code.size(); w > l.width || above+1+h+1 > l.height {
		return nil
	}
	return append([]string{""}, l.code.rows(l.theme, !l.plain, l.paper)...)
}

// SetTheme changes how it looks.
func (l *Line) SetTheme(t *theme.Theme) { l.theme = t }

// SetSize sets the cells View fills.
func (l *Line) SetSize(width, height int) {
	l.width, l.height = width, height
	l.rows = nil
	if width > 0 {
		l.rows = cut(l.text, width)
	}
	l.Scroll(0)
}

// cut makes rows of a text, which it breaks after a space where one is near their
// end, and else anywhere.
func cut(text string, width int) (rows []string) {
	for len(text) > width {
		n := width
		if at := strings.LastIndexByte(text[:width+1], ' '); at > width/2 {
			n = at
		}
		rows, text = append(rows, text[:n]), strings.TrimPrefix(text[n:], " ")
	}
	return append(rows, text)
}

// beside tells which of what it is and is for, and of what is said below, there is room for.
func (l *Line) beside() (head []string, foot bool) {
	left := l.height - len(l.rows)
	if foot = left >= 1; !foot {
		return nil, l.height > 1
	}
	head = []string{l.theme.Title(l.title, l.about, l.width)}
	if m := l.theme.Measure; m.StringWidth(l.title)+3+m.StringWidth(l.about) > l.width { // below each other
		head = []string{l.theme.Title(l.title, "", l.width)}
		for row := range strings.SplitSeq(m.Wrap(l.about, max(l.width, 1), ""), "\n") {
			head = append(head, l.theme.Dim.Render(row))
		}
	}
	if len(head)+2 > left {
		head = nil
	}
	return head, true
}

// body is how many rows of the line there are room for.
func (l *Line) body() int {
	if _, foot := l.beside(); foot {
		return max(l.height-1, 1)
	}
	return max(l.height, 1)
}

// Scroll moves by n rows, down if n is positive, as far as there are any.
func (l *Line) Scroll(n int) { l.offset = max(0, min(l.offset+n, len(l.rows)-l.body())) }

// Page moves by n screens.
func (l *Line) Page(n int) { l.Scroll(n * l.body()) }

// Top and Bottom go to the first and the last row.
func (l *Line) Top() { l.offset = 0 }

// Bottom goes to the last row.
func (l *Line) Bottom() { l.Scroll(len(l.rows)) }

// View draws it: exactly its height in rows, none wider than its width.
func (l *Line) View() string {
	if l.width <= 0 || l.height <= 0 {
		return ""
	}
	head, foot := l.beside()
	rows := append(make([]string, 0, l.height), head...)
	if len(head) > 0 {
		rows = append(rows, "")
	}
	rows = append(rows, l.rows[l.offset:min(l.offset+l.body(), len(l.rows))]...)
	rows = append(rows, l.codeRows(len(rows))...)
	for len(rows) < l.height {
		rows = append(rows, "")
	}
	if foot {
		rows[l.height-1] = l.theme.Foot(l.feet, l.width)
	}
	return strings.Join(rows, "\n")
}
