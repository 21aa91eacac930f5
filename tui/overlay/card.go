package overlay

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Fact is a row of a card. Says is foreign.
type Fact struct{ About, Says string }

// Card says what is known of somebody or of a room.
type Card struct {
	untyped

	theme         *theme.Theme
	title         string
	facts         []Fact
	feet          []string
	offset        int
	width, height int
}

// maxFact bounds what is shown of a text, in bytes.
const maxFact = 1200

// NewCard makes a card; the title is foreign.
func NewCard(t *theme.Theme, title string, facts []Fact, feet []string) *Card {
	c := &Card{theme: t, title: chat.SanitizeLine(theme.Clip(title, maxFact)), feet: feet}
	for _, f := range facts {
		c.Set(f.About, f.Says)
	}
	return c
}

// Set says something of the card anew, or for the first time. What says nothing is left out.
func (c *Card) Set(about, says string) {
	says = strings.Join(strings.Fields(chat.Sanitize(theme.Clip(says, maxFact))), " ")
	for i := range c.facts {
		if c.facts[i].About == about {
			c.facts[i].Says = says
			return
		}
	}
	if says != "" {
		c.facts = append(c.facts, Fact{about, says})
	}
}

// SetTheme changes how it looks.
func (c *Card) SetTheme(t *theme.Theme) { c.theme = t }

// SetSize sets the cells View fills.
func (c *Card) SetSize(width, height int) {
	c.width, c.height = width, height
	c.Scroll(0)
}

// Scroll moves by n rows, as far as there are any.
func (c *Card) Scroll(n int) {
	c.offset = max(0, min(c.offset+n, len(c.rows())-c.body()))
}

// Page moves by n screens.
func (c *Card) Page(n int) { c.Scroll(n * c.body()) }

// Press takes a key, and tells whether it was for this.
func (c *Card) Press(msg tea.KeyPressMsg) bool {
	n, took := c.moves(msg)
	c.Scroll(n)
	return took
}

func (c *Card) body() int { return max(c.height-1, 1) }

// rows are the title and the facts, each with its texts below each other.
func (c *Card) rows() (rows []string) {
	m := c.theme.Measure
	room := max(c.width-2*theme.Margin(c.width), 1)
	rows = append(rows, c.theme.Strong.Render(c.theme.Truncate(c.title, room, "…")))
	if c.height > 6 {
		rows = append(rows, "")
	}
	column := 0
	for _, f := range c.facts {
		column = max(column, m.StringWidth(f.About)+2)
	}
	for _, f := range c.facts {
		if f.Says == "" {
			continue
		}
		if room < column+12 { // one below the other
			rows = append(rows, c.theme.Truncate(c.theme.Dim.Render(f.About+" ")+f.Says, room, "…"))
			continue
		}
		head := c.theme.Dim.Render(f.About) + strings.Repeat(" ", column-m.StringWidth(f.About))
		for row := range strings.SplitSeq(m.Wrap(f.Says, room-column, ""), "\n") {
			rows = append(rows, c.theme.Truncate(head+row, room, ""))
			head = strings.Repeat(" ", column)
		}
	}
	return rows
}

// View draws it: exactly its height in rows, none wider than its width.
func (c *Card) View() string {
	if c.width <= 0 || c.height <= 0 {
		return ""
	}
	margin := theme.Margin(c.width)
	pad := strings.Repeat(" ", margin)
	all := c.rows()
	rows := make([]string, 0, c.height)
	for _, r := range all[c.offset:min(c.offset+c.body(), len(all))] {
		rows = append(rows, pad+r)
	}
	for len(rows) < c.height {
		rows = append(rows, "")
	}
	if c.height > 1 {
		rows[c.height-1] = pad + c.theme.Accent.Render(foot(c.theme, c.feet, c.width-2*margin))
	}
	return strings.Join(rows, "\n")
}
