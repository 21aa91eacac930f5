package timeline

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/tui/markup"
)

// line is one row of text and how many cells it takes.
type line struct {
	text  string
	width int
}

// wrap breaks a text without line ends into rows of at most width cells; see markup.Wrap.
func wrap(s string, width int, m ansi.Method) []line {
	return wrapFirst(s, width, width, m)
}

// wrapFirst is wrap with a first row of another width.
func wrapFirst(s string, first, then int, m ansi.Method) (rows []line) {
	s = markup.ExpandTabs(s, m)
	limit := max(first, 1)
	for _, p := range markup.Wrap(nil, s, first, then, m) {
		rows = append(rows, line{p.Text(s, limit, m), p.Width})
		limit = max(then, 1)
	}
	return rows
}

func paint(ink *lipgloss.Style, s string) string {
	if ink == nil || s == "" {
		return s
	}
	return ink.Render(s)
}

// spaces is cut up for padding.
var spaces = strings.Repeat(" ", 512)

func blank(n int) string {
	if n <= 0 {
		return ""
	}
	if n > len(spaces) {
		return strings.Repeat(" ", n)
	}
	return spaces[:n]
}
