// Package overlay holds what lies over the timeline until Esc takes it away.
package overlay

import (
	"fmt"
	"strings"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Section is a part of the help.
type Section struct {
	Title   string
	Entries []Entry
}

// Entry is one key or command, and what it does.
type Entry struct {
	Keys  []string // the one to know first, and others that do the same
	Does  string
	Brief string // Does in a word or two
}

const (
	// roomFor is how many cells what a key does needs beside the keys: below, it
	// is broken so often that the list is hard to read.
	roomFor = 24

	// titlesFrom is the height from which sections have titles; below, each would
	// take the place of a key.
	titlesFrom = 6
)

// Help lists keys and commands.
type Help struct {
	sections []Section
	theme    *theme.Theme
	width    int
	height   int
	offset   int
	rows     []string

	back, down string // the keys that leave it and turn its pages
}

// NewHelp makes a help of sections, which are ours: nothing in them is foreign.
func NewHelp(t *theme.Theme, sections []Section) *Help {
	return &Help{theme: t, sections: sections, back: "esc", down: "pgdown"}
}

// SetKeys sets how the keys are called that leave it and turn its pages.
func (h *Help) SetKeys(back, down string) { h.back, h.down = back, down }

// SetTheme changes how it looks.
func (h *Help) SetTheme(t *theme.Theme) {
	h.theme = t
	h.layOut()
}

// SetSize sets the cells View fills.
func (h *Help) SetSize(width, height int) {
	stale := width != h.width || (height >= titlesFrom) != (h.height >= titlesFrom)
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

// Page moves by n screens, less a row to hold on to where there are some.
func (h *Help) Page(n int) {
	step := h.body()
	if step >= titlesFrom {
		step--
	}
	h.Scroll(n * step)
}

// body is how many rows of help there are room for: the last row says how to
// leave, or that there is more.
func (h *Help) body() int { return max(h.height-1, 1) }

// layOut makes the rows: keys in a column and what they do beside it. On a narrow
// screen of several keys only the first is named, and on a very narrow one what
// it does takes the rest of its row and no other.
func (h *Help) layOut() {
	h.rows = nil
	margin := theme.Margin(h.width)
	all, first := h.columns()
	pad, column, names := strings.Repeat(" ", margin), all, allKeys
	beside := h.width >= margin+all+2+roomFor
	if !beside {
		beside, column, names = h.width >= margin+first+2+roomFor, first, firstKey
	}
	for i, s := range h.sections {
		if titles := h.height >= titlesFrom; titles {
			if i > 0 {
				h.add("")
			}
			h.add(pad + h.theme.Dim.Render(s.Title))
		}
		for _, e := range s.Entries {
			if !beside {
				h.add(pad + h.theme.Key.Render(firstKey(e)) + " " + e.Brief)
				continue
			}
			h.entry(pad, names(e), column+2, e.Does)
		}
	}
}

// entry adds the rows of a key whose column is as wide as indent.
func (h *Help) entry(pad, keys string, indent int, does string) {
	m := h.theme.Measure
	head := h.theme.Key.Render(keys) + strings.Repeat(" ", indent-m.StringWidth(keys))
	for row := range strings.SplitSeq(m.Wrap(does, h.width-len(pad)-indent, ""), "\n") {
		h.add(pad + head + row)
		head = strings.Repeat(" ", indent)
	}
}

func (h *Help) add(row string) { h.rows = append(h.rows, h.theme.Truncate(row, h.width, "…")) }

// columns is how wide a column of keys is, of all and of only the first.
func (h *Help) columns() (all, first int) {
	for _, s := range h.sections {
		for _, e := range s.Entries {
			all = max(all, h.theme.Measure.StringWidth(allKeys(e)))
			first = max(first, h.theme.Measure.StringWidth(firstKey(e)))
		}
	}
	return all, first
}

func allKeys(e Entry) string  { return strings.Join(e.Keys, " ") }
func firstKey(e Entry) string { return strings.Join(e.Keys[:min(1, len(e.Keys))], "") }

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
		pad := strings.Repeat(" ", theme.Margin(h.width))
		rows[h.height-1] = pad + h.theme.Accent.Render(h.foot(h.width-len(pad)))
	}
	return strings.Join(rows, "\n")
}

// foot says how to leave, and where there are more rows than are seen, which these are and
// how to turn to others.
func (h *Help) foot(room int) string {
	closes := h.back + " closes"
	words := []string{closes}
	if end := min(h.offset+h.body(), len(h.rows)); end < len(h.rows) || h.offset > 0 {
		place, turns := fmt.Sprintf("%d–%d of %d", h.offset+1, end, len(h.rows)), h.down+" ↓"
		if end == len(h.rows) {
			turns = "the end"
		}
		words = []string{closes + " · " + turns + " · " + place, closes + " · " + turns, closes + " · " + strings.TrimSuffix(turns, " ↓"), closes}
	}
	return foot(h.theme, words, room)
}
