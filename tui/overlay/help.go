// Package overlay holds what lies over the timeline until Esc takes it away.
package overlay

import (
	"strings"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Section is a part of the help.
type Section struct {
	Title   string
	Entries []Entry
}

// Entry is one key or command, and what it does.
type Entry struct{ Key, Does string }

// Help lists keys and commands.
type Help struct {
	sections []Section
	theme    *theme.Theme
	width    int
	height   int
	offset   int
	rows     []string
}

// NewHelp makes a help of sections, which are ours: nothing in them is foreign.
func NewHelp(t *theme.Theme, sections []Section) *Help {
	return &Help{theme: t, sections: sections}
}

// SetTheme changes how it looks.
func (h *Help) SetTheme(t *theme.Theme) {
	h.theme = t
	h.layOut()
}

// SetSize sets the cells View fills.
func (h *Help) SetSize(width, height int) {
	stale := width != h.width
	h.width, h.height = width, height
	if stale {
		h.layOut()
	}
	h.Scroll(0)
}

// Scroll moves by n rows, down if n is positive, as far as there are any.
func (h *Help) Scroll(n int) {
	h.offset = max(0, min(h.offset+n, len(h.rows)-h.body()))
}

// Page moves by n screens.
func (h *Help) Page(n int) { h.Scroll(n * max(h.body()-1, 1)) }

// body is how many rows of help there are room for: the last row says how to
// leave, or that there is more.
func (h *Help) body() int { return max(h.height-1, 1) }

// layOut makes the rows: keys in a column and what they do beside it, or above
// each other where there is no room.
func (h *Help) layOut() {
	h.rows = nil
	m := h.theme.Measure
	margin, column := theme.Margin(h.width), 0
	for _, s := range h.sections {
		for _, e := range s.Entries {
			column = max(column, m.StringWidth(e.Key))
		}
	}
	beside := h.width >= margin+column+2+24
	pad := strings.Repeat(" ", margin)
	add := func(s string) { h.rows = append(h.rows, h.theme.Truncate(s, h.width, "…")) }
	for i, s := range h.sections {
		if i > 0 {
			add("")
		}
		add(pad + h.theme.Dim.Render(s.Title))
		for _, e := range s.Entries {
			name := h.theme.Key.Render(e.Key)
			if beside {
				indent := column + 2
				gap := strings.Repeat(" ", indent-m.StringWidth(e.Key))
				for i, row := range strings.Split(m.Wrap(e.Does, h.width-margin-indent, ""), "\n") {
					if i == 0 {
						add(pad + name + gap + row)
					} else {
						add(pad + strings.Repeat(" ", indent) + row)
					}
				}
				continue
			}
			add(pad + name)
			for row := range strings.SplitSeq(m.Wrap(e.Does, max(h.width-margin-2, 1), ""), "\n") {
				add(pad + "  " + row)
			}
		}
	}
}

// View draws it: exactly its height in rows, none wider than its width.
func (h *Help) View() string {
	if h.width <= 0 || h.height <= 0 {
		return ""
	}
	rows := make([]string, 0, h.height)
	rows = append(rows, h.rows[h.offset:min(h.offset+h.body(), len(h.rows))]...)
	for len(rows) < h.height {
		rows = append(rows, "")
	}
	if h.height > 1 {
		foot := "esc closes"
		if h.offset+h.body() < len(h.rows) {
			foot = "esc closes · pgdn ↓"
		}
		pad := strings.Repeat(" ", theme.Margin(h.width))
		rows[h.height-1] = pad + h.theme.Accent.Render(h.theme.Truncate(foot, h.width-len(pad), "…"))
	}
	return strings.Join(rows, "\n")
}
