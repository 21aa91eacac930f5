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

	// holdFrom is how many rows are turned by one less, to hold on to that.
	holdFrom = 5
)

// Help lists keys and commands.
type Help struct {
	frame

	sections []Section
	offset   int
	rows     []string

	keys theme.Pages
}

// NewHelp makes a help of sections, which are ours: nothing in them is foreign.
func NewHelp(t *theme.Theme, sections []Section) *Help {
	return &Help{frame: frame{theme: t, title: "help"}, sections: sections, keys: theme.Pages{Back: "esc", Up: "pgup", Down: "pgdown"}}
}

// SetKeys sets how the keys are called that leave it and turn its pages.
func (h *Help) SetKeys(k theme.Pages) { h.keys = k }

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
	if step >= holdFrom {
		step--
	}
	h.Scroll(n * step)
}

// layOut makes the rows: keys in a column and what they do beside it. On a narrow
// screen of several keys only the first is named, and on a very narrow one what
// it does takes the rest of its row and no other.
func (h *Help) layOut() {
	h.rows = nil
	margin := theme.Margin(h.width)
	all, first := h.columns()
	column, names := all, allKeys
	beside := h.width >= margin+all+2+roomFor
	if !beside {
		beside, column, names = h.width >= margin+first+2+roomFor, first, firstKey
	}
	for i, s := range h.sections {
		if titles := h.height >= titlesFrom; titles {
			if i > 0 {
				h.add("")
			}
			h.add(h.theme.Dim.Render(s.Title))
		}
		for _, e := range s.Entries {
			if !beside {
				h.add(h.theme.Key.Render(firstKey(e)) + " " + e.Brief)
				continue
			}
			h.entry(names(e), column+2, e.Does)
		}
	}
}

// entry adds the rows of a key whose column is as wide as indent.
func (h *Help) entry(keys string, indent int, does string) {
	m := h.theme.Measure
	head := h.theme.Key.Render(keys) + strings.Repeat(" ", indent-m.StringWidth(keys))
	for row := range strings.SplitSeq(m.Wrap(does, h.width-theme.Margin(h.width)-indent, ""), "\n") {
		h.add(head + row)
		head = strings.Repeat(" ", indent)
	}
}

func (h *Help) add(row string) {
	h.rows = append(h.rows, h.theme.Truncate(row, h.width-theme.Margin(h.width), "…"))
}

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

// View draws it: exactly its height in rows, none wider than its width. The title says which
// rows are seen, where that are not all.
func (h *Help) View() string {
	if h.width <= 0 || h.height <= 0 {
		return ""
	}
	end := min(h.offset+h.body(), len(h.rows))
	h.said, h.feet = "", h.keys.Feet(h.offset > 0, end < len(h.rows))
	if end-h.offset < len(h.rows) {
		h.said = fmt.Sprintf("%d–%d of %d", h.offset+1, end, len(h.rows))
	}
	return h.view(h.rows[h.offset:end])
}
