package cli

import (
	"io"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/rows"
)

// table is a list in columns. For a program there are tabs between them, and a row is written as
// it comes. On a terminal a person reads it: there all rows are written at the end, each column below
// what it is, and one that has nothing in it is left out.
type table struct {
	w     io.Writer
	width int // columns of the terminal, 0 where there is none
	heads []string
	rows  [][]string
}

// tabled is a table for w, with what its columns are.
func tabled(w io.Writer, heads ...string) *table {
	return &table{w: w, width: widthOf(w), heads: heads}
}

// row adds a row, whose texts are made fit for one.
func (t *table) row(texts ...string) error {
	if t.width == 0 {
		return columns(t.w, texts...)
	}
	for i, text := range texts {
		texts[i] = chat.SanitizeLine(text)
	}
	t.rows = append(t.rows, texts)
	return nil
}

const (
	// between is what stands between two columns on a terminal.
	between = "  "

	// widestColumn is how wide a column is at most, but for the last: an ID of 36 characters fits. What is
	// wider stands out in its row, and does not push the others off the screen.
	widestColumn = 40
)

// end writes what is not written yet. What is too long in the last column goes on below where it
// begins.
func (t *table) end() error {
	if len(t.rows) == 0 {
		return nil
	}
	widths := t.widths()
	last := len(widths) - 1
	var b strings.Builder
	for _, row := range append([][]string{t.heads}, t.rows...) {
		line, indent := "", 0
		for i, text := range row[:last+1] {
			switch {
			case widths[i] == 0: // nobody has anything there
			case i == last:
				line += hanging(text, indent, t.width-1) // some terminals break a row that is full
			default:
				wide := max(widths[i], lipgloss.Width(text))
				line += text + strings.Repeat(" ", wide-lipgloss.Width(text)) + between
				indent += wide + len(between)
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	t.rows = nil
	_, err := io.WriteString(t.w, rows.Break(b.String(), t.width)) // what has no space to be broken at
	return err
}

// widths are those of the columns up to the last that has something in it, 0 of one that has nothing.
// Where the last is long and would have no room, the widest of the others has less, and its longest texts stand out.
func (t *table) widths() []int {
	widths := make([]int, len(t.heads))
	last := 0
	for _, row := range t.rows {
		for i, text := range row {
			if text != "" {
				widths[i], last = min(widestColumn, max(widths[i], lipgloss.Width(text), len(t.heads[i]))), max(last, i)
			}
		}
	}
	widths = widths[:last+1]
	room := t.width - 1 - leastHanging
	for _, w := range widths[:last] {
		if w > 0 {
			room -= w + len(between)
		}
	}
	if room < 0 && last > 0 && widths[last] > leastHanging {
		at := slices.Index(widths, slices.Max(widths[:last]))
		widths[at] = max(len(t.heads[at]), widths[at]+room)
	}
	return widths
}
