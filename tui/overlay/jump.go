package overlay

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Place is somewhere to jump to.
type Place struct {
	ID    string
	Name  string // with its sign; foreign
	About string // beside it; foreign
}

// Jump finds a place by a few letters of its name. It takes what is typed while it
// lies on top.
type Jump struct {
	theme         *theme.Theme
	all, found    []Place
	query         string
	at            int
	width, height int
}

// NewJump makes a list of places, the likeliest first.
func NewJump(t *theme.Theme, places []Place) *Jump {
	for i := range places {
		places[i].Name = chat.SanitizeLine(theme.Clip(places[i].Name, maxPlace))
		places[i].About = chat.SanitizeLine(theme.Clip(places[i].About, maxPlace))
	}
	return &Jump{theme: t, all: places, found: places}
}

// maxPlace bounds what is looked at of a name, in bytes, and maxQuery what is typed.
const (
	maxPlace = 300
	maxQuery = 100
)

// SetTheme changes how it looks.
func (j *Jump) SetTheme(t *theme.Theme) { j.theme = t }

// SetSize sets the cells View fills.
func (j *Jump) SetSize(width, height int) { j.width, j.height = width, height }

// Scroll moves the choice by n rows.
func (j *Jump) Scroll(n int) { j.at = max(0, min(j.at+n, len(j.found)-1)) }

// Page moves the choice by n screens.
func (j *Jump) Page(n int) { j.Scroll(n * max(1, j.height-2)) }

// Chosen is the place that is chosen, and whether there is one.
func (j *Jump) Chosen() (Place, bool) {
	if j.at < len(j.found) {
		return j.found[j.at], true
	}
	return Place{}, false
}

// Press takes a key, and tells whether it was for this.
func (j *Jump) Press(msg tea.KeyPressMsg) bool {
	switch msg.String() {
	case "up", "ctrl+p", "ctrl+k":
		j.Scroll(-1)
	case "down", "ctrl+n", "tab":
		j.Scroll(1)
	case "backspace", "ctrl+h":
		if r := []rune(j.query); len(r) > 0 {
			j.search(string(r[:len(r)-1]))
		}
	case "ctrl+u", "ctrl+w":
		j.search("")
	default:
		if msg.Text == "" || len(j.query) > maxQuery {
			return false
		}
		j.search(j.query + chat.SanitizeLine(msg.Text))
	}
	return true
}

// search keeps the places whose names have the letters of the query in their order,
// those first in which they stand closest together, and earliest.
func (j *Jump) search(query string) {
	j.query, j.at = query, 0
	if strings.TrimSpace(query) == "" {
		j.found = j.all
		return
	}
	j.found = nil
	var costs []int
	for _, p := range j.all {
		cost, ok := match(p.Name, query)
		if !ok {
			continue
		}
		i := len(costs)
		for i > 0 && costs[i-1] > cost {
			i--
		}
		costs = append(costs[:i], append([]int{cost}, costs[i:]...)...)
		j.found = append(j.found[:i], append([]Place{p}, j.found[i:]...)...)
	}
}

// match tells whether name has the letters of query in their order, in whatever case,
// and how far apart they are.
func match(name, query string) (cost int, ok bool) {
	letters := []rune(strings.Map(unicode.ToLower, name))
	at, last := 0, -1
	for _, q := range strings.Map(unicode.ToLower, query) {
		if unicode.IsSpace(q) || q == '#' || q == '@' {
			continue
		}
		for at < len(letters) && letters[at] != q {
			at++
		}
		if at == len(letters) {
			return 0, false
		}
		if last < 0 {
			cost = at
		} else {
			cost += 4 * (at - last - 1)
		}
		last = at
		at++
	}
	return cost, true
}

// asks stands before what is typed.
const asks = "go to "

// Cursor is where the next character goes, in cells of its View.
func (j *Jump) Cursor() *tea.Cursor {
	x := theme.Margin(j.width) + len(asks) + j.theme.Measure.StringWidth(j.query)
	return tea.NewCursor(min(x, max(j.width-1, 0)), 0)
}

// View draws it: exactly its height in rows, none wider than its width.
func (j *Jump) View() string {
	if j.width <= 0 || j.height <= 0 {
		return ""
	}
	m := j.theme.Measure
	margin := theme.Margin(j.width)
	pad := strings.Repeat(" ", margin)
	room := j.width - 2*margin
	rows := make([]string, 0, j.height)
	rows = append(rows, pad+j.theme.Truncate(j.theme.Accent.Render(asks)+j.query, room, "…"))
	list := max(0, j.height-2)
	from := max(0, min(j.at-list/2, len(j.found)-list))
	for i := from; i < len(j.found) && len(rows) <= list; i++ {
		p := j.found[i]
		name := j.theme.Truncate(p.Name, room-2, "…")
		row := "  " + name
		if i == j.at {
			row = j.theme.Accent.Render("▸ ") + j.theme.Strong.Render(name)
		}
		if left := room - 2 - m.StringWidth(name) - 3; p.About != "" && left > 8 {
			row += "   " + j.theme.Dim.Render(j.theme.Truncate(p.About, left, "…"))
		}
		rows = append(rows, pad+j.theme.Truncate(row, room, "…"))
	}
	if len(j.found) == 0 && j.height > 2 {
		rows = append(rows, pad+j.theme.Dim.Render(j.theme.Truncate("no room of yours is called that; /list shows those you may join", room, "…")))
	}
	for len(rows) < j.height {
		rows = append(rows, "")
	}
	if j.height > 1 {
		rows[j.height-1] = pad + j.theme.Accent.Render(j.theme.Truncate("enter goes there · ↑ ↓ choose · esc closes", room, "…"))
	}
	return strings.Join(rows[:j.height], "\n")
}
