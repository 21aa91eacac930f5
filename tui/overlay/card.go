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
	frame

	facts  []Fact
	offset int
}

// maxFact bounds what is shown of a text, in bytes.
const maxFact = 1200

// NewCard makes a card.
func NewCard(t *theme.Theme, w Words, facts []Fact) *Card {
	c := &Card{frame: frame{theme: t, names: true, feet: w.Keys.feet(w.Does, 1)}}
	c.set(w.Title, w.Said)
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

// Click does nothing: nothing of it is chosen.
func (c *Card) Click(int, int) bool { return false }

// At is what is listed in a row: nothing.
func (c *Card) At(int) string { return "" }

// Press takes a key, and tells whether it was for this.
func (c *Card) Press(msg tea.KeyPressMsg) bool {
	n, took := c.moves(msg)
	c.Scroll(n)
	return took
}

// rows are the facts, each with its texts below each other.
func (c *Card) rows() (rows []string) {
	m, room := c.theme.Measure, c.room()
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
	all := c.rows()
	return c.view(all[c.offset:min(c.offset+c.body(), len(all))])
}
