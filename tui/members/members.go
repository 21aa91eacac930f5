// Package members draws the people of a room beside its timeline, and how each can be
// reached. It decides nothing: who is there, and in which order, is given to it.
package members

import (
	"strconv"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Row is one person.
type Row struct {
	ID   string
	Mark string // how they can be reached
	Name string // foreign
	Note string // foreign: in their own words, why they are not there
	Here bool   // they are there
}

const (
	// width is that of the pane: a mark, and names of 16 cells, which is as much as the
	// timeline shows of one.
	width = 20

	// leastLeft is how wide the timeline must be beside it.
	leastLeft = 50

	// maxName bounds what is looked at of a text, in bytes.
	maxName = 200
)

// Width is how wide the pane is where there are so many cells for it and the timeline; 0
// where that is too few for both.
func Width(room int) int {
	if room < width+leastLeft {
		return 0
	}
	return width
}

// Members is the pane. Make it with New.
type Members struct {
	theme         *theme.Theme
	rows          []Row
	here          int
	state         string // why there are none
	offset        int
	width, height int
}

// New makes an empty pane.
func New(t *theme.Theme) *Members { return &Members{theme: t} }

// SetTheme changes how it looks.
func (p *Members) SetTheme(t *theme.Theme) { p.theme = t }

// SetSize sets the cells View fills.
func (p *Members) SetSize(width, height int) {
	p.width, p.height = width, height
	p.Scroll(0)
}

// SetRows sets the people.
func (p *Members) SetRows(rows []Row) {
	p.rows, p.here = rows, 0
	for i := range rows {
		if rows[i].Here {
			p.here++
		}
	}
	p.Scroll(0)
}

// SetState says why there is nobody, "" for nothing.
func (p *Members) SetState(text string) { p.state = text }

// Scroll moves by n rows, as far as there are any.
func (p *Members) Scroll(n int) {
	p.offset = max(0, min(p.offset+n, len(p.rows)-p.body()))
}

// head is how many rows say how many there are.
func (p *Members) head() int { return min(2, max(p.height-1, 0)) }

func (p *Members) body() int { return max(p.height-p.head(), 0) }

// At is who is in a row of the pane, and whether somebody is.
func (p *Members) At(y int) (Row, bool) {
	i := y - p.head() + p.offset
	if y < p.head() || y >= p.height || i >= len(p.rows) {
		return Row{}, false
	}
	return p.rows[i], true
}

// View draws it: exactly its height in rows, each as wide as it is.
func (p *Members) View() string {
	if p.width <= 0 || p.height <= 0 {
		return ""
	}
	var b strings.Builder
	for y := range p.height {
		if y > 0 {
			b.WriteByte('\n')
		}
		line := ""
		if y == 0 && p.head() > 0 {
			line = p.theme.Title("members", p.present(), max(p.width-2, 0))
		} else if y == p.head() && len(p.rows) == 0 {
			line = p.theme.Dim.Render(p.theme.Truncate(p.state, max(p.width-2, 0), "…"))
		} else if r, some := p.At(y); some {
			line = p.row(r)
		}
		b.WriteString(p.theme.Rule.Render("│") + p.theme.Truncate(" "+line, max(p.width-1, 0), ""))
		b.WriteString(strings.Repeat(" ", max(p.width-2-p.theme.Measure.StringWidth(line), 0)))
	}
	return b.String()
}

// present says how many are there, "" where nobody is known.
func (p *Members) present() string {
	if len(p.rows) == 0 {
		return ""
	}
	return strconv.Itoa(p.here) + " here"
}

// row draws one person. Who is there has a mark of another form as well as another colour.
func (p *Members) row(r Row) string {
	name := chat.SanitizeLine(theme.Clip(r.Name, maxName))
	room := max(p.width-3-p.theme.Measure.StringWidth(r.Mark)-1, 1)
	name = p.theme.Truncate(name, room, "…")
	mark, ink := p.theme.Dim.Render(r.Mark), p.theme.Dim
	if r.Here {
		mark, ink = p.theme.Good.Render(r.Mark), p.theme.Plain
	}
	s := mark + " " + ink.Render(name)
	if left := room - p.theme.Measure.StringWidth(name) - 1; r.Note != "" && left >= 4 {
		s += " " + p.theme.Dim.Render(p.theme.Truncate(chat.SanitizeLine(theme.Clip(r.Note, maxName)), left, "…"))
	}
	return s
}
