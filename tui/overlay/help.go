package overlay

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

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
	Also  string // what it is found by beside these: what it is called in the file, all of its keys
}

// has tells whether all words, in small letters, are in a key or command and what is said of it.
func (e Entry) has(words []string) bool {
	all := strings.ToLower(strings.Join(append([]string{e.Does, e.Brief, e.Also}, e.Keys...), " "))
	for _, w := range words {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
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

	// leastGap is how many cells are between what is typed and what is said at the right:
	// the cursor, and what the title keeps free.
	leastGap = 4
)

// Help lists keys and commands, and finds them by what is typed: words in any order.
type Help struct {
	frame

	all, sections []Section // all, and what is left of them by what is typed
	offset        int
	rows          []string

	keys theme.Pages
}

// NewHelp makes a help of sections, which are ours: nothing in them is foreign.
func NewHelp(t *theme.Theme, sections []Section) *Help {
	return &Help{frame: frame{theme: t, title: "help", types: true}, all: sections, sections: sections, keys: theme.Pages{Back: "esc", Up: "pgup", Down: "pgdown"}}
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
	h.types = height > 1 // a single row is a key's
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

// Top and Bottom go to the first and the last row.
func (h *Help) Top() { h.offset = 0 }

// Bottom goes to the last row.
func (h *Help) Bottom() { h.Scroll(len(h.rows)) }

// Press takes a key, and tells whether it was for this.
func (h *Help) Press(msg tea.KeyPressMsg) bool {
	switch msg.String() {
	case "home":
		h.Top()
		return true
	case "end":
		h.Bottom()
		return true
	}
	if n := chosenBy(msg); n != 0 {
		h.Scroll(n)
		return true
	}
	query, took := typedBy(msg, h.query)
	if query != h.query {
		h.search(query)
	}
	return took
}

// Click chooses nothing: there is nothing to be done in it.
func (h *Help) Click(int, int) bool { return false }

// At is what is listed in a row: nothing that is chosen.
func (h *Help) At(int) string { return "" }

// Paste puts a text where keys would.
func (h *Help) Paste(text string) { h.search(joined(h.query, text)) }

// Query is what is typed.
func (h *Help) Query() string { return h.query }

// Empty takes what is typed away.
func (h *Help) Empty() { h.search("") }

// Cursor is where the next character goes, in cells of its View.
func (h *Help) Cursor() *tea.Cursor { return h.cursor() }

// search keeps what has all words of the query, beneath the titles of its sections.
func (h *Help) search(query string) {
	h.query, h.sections = query, h.all
	if words := strings.Fields(strings.ToLower(query)); len(words) > 0 {
		h.sections = nil
		for _, s := range h.all {
			left := Section{Title: s.Title}
			for _, e := range s.Entries {
				if e.has(words) {
					left.Entries = append(left.Entries, e)
				}
			}
			if len(left.Entries) > 0 {
				h.sections = append(h.sections, left)
			}
		}
	}
	h.layOut()
	h.Top()
}

// count is how many entries sections have.
func count(sections []Section) (n int) {
	for _, s := range sections {
		n += len(s.Entries)
	}
	return n
}

// layOut makes the rows: keys in a column and what they do beside it. On a narrow
// screen of several keys only the first is named, and on a very narrow one what
// it does takes the rest of its row and no other.
func (h *Help) layOut() {
	h.rows = nil
	all, first := h.columns()
	column, names := all, allKeys
	beside := h.room() >= all+2+roomFor
	if !beside {
		beside, column, names = h.room() >= first+2+roomFor, first, firstKey
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
	for row := range strings.SplitSeq(m.Wrap(does, h.room()-indent, ""), "\n") {
		h.add(head + row)
		head = strings.Repeat(" ", indent)
	}
}

func (h *Help) add(row string) {
	h.rows = append(h.rows, h.theme.Truncate(row, h.room(), "…"))
}

// columns is how wide a column of keys is, of all and of only the first: also of what is not found,
// so that it stays where it is while one types.
func (h *Help) columns() (all, first int) {
	for _, s := range h.all {
		for _, e := range s.Entries {
			all = max(all, h.theme.Measure.StringWidth(allKeys(e)))
			first = max(first, h.theme.Measure.StringWidth(firstKey(e)))
		}
	}
	return all, first
}

func allKeys(e Entry) string  { return strings.Join(e.Keys, " ") }
func firstKey(e Entry) string { return strings.Join(e.Keys[:min(1, len(e.Keys))], "") }

// View draws it: exactly its height in rows, none wider than its width. The title says how many are
// found, or where nothing is typed which rows are seen, where that are not all.
func (h *Help) View() string {
	if h.width <= 0 || h.height <= 0 {
		return ""
	}
	end := min(h.offset+h.body(), len(h.rows))
	h.said, h.feet = "", h.keys.Feet(h.offset > 0, end < len(h.rows))
	switch {
	case h.query != "":
		h.said = fmt.Sprintf("%d of %d", count(h.sections), count(h.all))
	case end-h.offset < len(h.rows):
		h.said = fmt.Sprintf("%d–%d of %d", h.offset+1, end, len(h.rows))
	}
	title, query := h.parts()
	if m := h.theme.Measure; m.StringWidth(title+bar+query+h.said)+leastGap > h.room() { // a number that is cut is another one
		h.said = ""
	}
	if len(h.sections) == 0 {
		return h.view(h.tells("no key and no command is like that"))
	}
	return h.view(h.rows[h.offset:end])
}
