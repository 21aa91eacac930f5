package overlay

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

const (
	// roomyFrom is the height from which an empty row is below the title, and titleFrom that
	// from which there is a title where nothing is typed and nobody is named: below, a row of
	// what is listed is worth more than either.
	roomyFrom = 10
	titleFrom = 6

	// footFrom is the height from which the last row says which keys do what.
	footFrom = 2
)

// Words are what an overlay says. All but Title and Said are ours.
type Words struct {
	Title string // what is listed or shown: a noun
	Said  string // what is to be said of all of it, at the right; what fits before its first comma, where there is little room
	None  string // where nothing is called as was typed
	Does  string // what Enter does, as in "enter goes there"; "" for nothing
	Keys  Keys

	Widest int // how wide the column of names may become, a third of the list at most; 0 for what is usual
}

// Keys are what the keys are called that choose what is listed and close it, "" for none.
type Keys struct{ Enter, Back string }

// feet say what the keys do, in texts that get shorter. Where there is nothing to choose
// from, or only one thing, no key does.
func (k Keys) feet(does string, n int) []string {
	closes := k.Back
	if closes != "" {
		closes += " closes"
	}
	choose := ""
	if n > 1 {
		choose = "↑ ↓ choose"
	}
	if n == 0 || does == "" || k.Enter == "" {
		return []string{theme.Dots(choose, closes), closes}
	}
	enter := k.Enter + " " + does
	return []string{theme.Dots(enter, choose, closes), theme.Dots(enter, closes), theme.Dots(k.Enter, k.Back)}
}

// frame is how everything is drawn that lies over the room; the rule is the package's.
type frame struct {
	theme         *theme.Theme
	title, said   string
	types         bool // something is typed behind the title
	names         bool // the title alone says whose it is
	query         string
	feet          []string
	width, height int
}

// set takes a title and what is said of it, which may be anybody's.
func (f *frame) set(title, said string) {
	f.title, f.said = chat.SanitizeLine(theme.Clip(title, maxTitle)), chat.SanitizeLine(theme.Clip(said, maxTitle))
}

// maxTitle bounds what is looked at of a title, in bytes.
const maxTitle = 600

// room is how wide the rows are within the margins.
func (f *frame) room() int { return max(f.width-2*theme.Margin(f.width), 1) }

// head is how many rows the title takes, and the empty one below it.
func (f *frame) head() int {
	switch {
	case f.height >= roomyFrom:
		return 2
	case f.types || f.height >= titleFrom || f.names && f.height > footFrom:
		return 1
	}
	return 0
}

// foot is how many rows are said of the keys: none where nothing else would be seen.
func (f *frame) foot() int {
	if f.height >= f.head()+footFrom {
		return 1
	}
	return 0
}

// body is how many rows there are for what is listed.
func (f *frame) body() int { return max(f.height-f.head()-f.foot(), 1) }

// rowAt is which row of what is listed a row of the view is, and whether it is one.
func (f *frame) rowAt(y int) (row int, ok bool) {
	row = y - f.head()
	return row, row >= 0 && row < f.body() && y < f.height
}

// view draws it around rows: exactly its height in rows, none wider than its width.
func (f *frame) view(body []string) string {
	if f.width <= 0 || f.height <= 0 {
		return ""
	}
	rows := make([]string, 0, f.height+len(body))
	if f.head() > 0 {
		rows = append(rows, f.top())
	}
	if f.head() > 1 {
		rows = append(rows, "")
	}
	rows = append(rows, body...)
	for len(rows) < f.height {
		rows = append(rows, "")
	}
	rows = rows[:f.height]
	if f.foot() > 0 {
		rows[f.height-1] = f.theme.Foot(f.feet, f.room())
	}
	pad := strings.Repeat(" ", theme.Margin(f.width))
	for i := range rows {
		if rows[i] != "" {
			rows[i] = pad + rows[i]
		}
	}
	return strings.Join(rows, "\n")
}

// top is the first row.
func (f *frame) top() string {
	if !f.types {
		return f.theme.Title(f.title, f.said, f.room())
	}
	title, query := f.parts()
	row := f.theme.Truncate(f.theme.Strong.Render(title)+f.theme.Accent.Render(bar)+query, f.room(), "")
	used := f.theme.Measure.StringWidth(title+bar+query) + 1 // the cursor
	if right := f.theme.AtRight(f.said, f.room()-used); right != "" {
		row += " " + right
	}
	return row
}

// bar stands before what is typed, as it does where messages are written.
const bar = "┃ "

// parts are the title and what is typed as far as there is room for them, with a cell for the
// cursor. The title gives way, and of a long text the end is seen.
func (f *frame) parts() (title, query string) {
	m, room := f.theme.Measure, f.room()
	if title = f.title + " "; m.StringWidth(title+bar) > room/2 {
		title = ""
	}
	query = f.query
	if over := m.StringWidth(query) - max(room-m.StringWidth(title+bar)-1, 0); over > 0 {
		query = cutLeft(m, query, over)
	}
	return title, query
}

// cutLeft takes at least n cells from the beginning of a text.
func cutLeft(m ansi.Method, text string, n int) string {
	for n > 0 && text != "" {
		size, cells := theme.Cluster(text, m)
		text, n = text[size:], n-cells
	}
	return text
}

// cursor is where the next character goes, nil where none does.
func (f *frame) cursor() *tea.Cursor {
	if !f.types {
		return nil
	}
	title, query := f.parts()
	x := theme.Margin(f.width) + f.theme.Measure.StringWidth(title+bar+query)
	return tea.NewCursor(min(x, max(f.width-1, 0)), 0)
}

// tells are the rows of a sentence that stands where nothing is listed.
func (f *frame) tells(text string) (rows []string) {
	if text == "" {
		return nil
	}
	const hyphen, whole = "-", "\u2011" // a date is read in one row: of these two a row may end after the first alone
	all := strings.Split(f.theme.Measure.Wrap(strings.ReplaceAll(text, hyphen, whole), f.room(), ""), "\n")
	for i := range all {
		all[i] = strings.ReplaceAll(all[i], whole, hyphen)
	}
	if n := f.body(); len(all) > n { // the last says that there is more
		all = append(all[:n-1], strings.Join(all[n-1:], " "))
	}
	for _, row := range all {
		rows = append(rows, f.theme.Dim.Render(f.theme.Truncate(row, f.room(), "…")))
	}
	return rows
}
