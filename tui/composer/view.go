package composer

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// sentence is what is to be said, as rows.
func (c *Composer) sentence() []string {
	if c.said == "" || c.say <= 0 || c.width <= 0 {
		return nil
	}
	indent := c.left()
	width := max(c.width-indent-theme.Margin(c.width), 1)
	rows := strings.Split(c.theme.Measure.Wrap(c.said, width, ""), "\n")
	if len(rows) > c.say {
		rows = rows[:c.say]
		last := &rows[c.say-1]
		*last = c.theme.Truncate(*last+" …", width, "…")
	}
	ink := c.theme.Warn
	if c.told {
		ink = c.theme.Dim
	}
	for i, r := range rows {
		rows[i] = strings.Repeat(" ", indent) + ink.Render(c.theme.Truncate(r, width, ""))
	}
	return rows
}

// View draws it: exactly its height in rows, none wider than its width.
func (c *Composer) View() string {
	if c.width <= 0 || c.height <= 0 {
		return ""
	}
	if !c.stale {
		return c.view
	}
	said, top, n := c.divide()
	c.follow(n)
	left := strings.Repeat(" ", theme.Margin(c.width))
	if c.width >= barFrom {
		left += c.ink().Render(bar) + " "
	}
	all := c.rows()
	out := make([]string, 0, c.height)
	if top > 0 {
		out, n = append(out, c.headRow()), n+1
	}
	for y := c.offset; y < len(all.list) && len(out) < n; y++ {
		row := all.draw(y)
		if c.spent.on {
			row = c.theme.Plain.Reverse(true).Render(row)
		}
		if c.Empty() {
			row = c.theme.Dim.Render(c.theme.Truncate(c.placeholder, c.width-c.left(), ""))
		}
		out = append(out, left+c.theme.Truncate(row, c.width-c.left(), ""))
	}
	for len(out) < n {
		out = append(out, "")
	}
	c.view, c.stale = strings.Join(append(out, said...), "\n"), false
	return c.view
}

// divide divides the height: what is said takes what the line above the text leaves, and the text
// has n rows.
func (c *Composer) divide() (said []string, top, n int) {
	said, top = c.sentence(), c.top()
	said = said[:max(0, min(len(said), c.height-1-top))]
	return said, top, c.height - len(said) - top
}

// ink is how the bar looks: it tells where what is typed goes.
func (c *Composer) ink() *lipgloss.Style {
	if c.idle {
		return &c.theme.Rule
	}
	return &c.theme.Accent
}

// SetIdle tells that what is typed goes elsewhere.
func (c *Composer) SetIdle(idle bool) {
	if idle != c.idle {
		c.idle, c.stale = idle, true
	}
}

// follow moves the window of n rows so that the cursor is in it.
func (c *Composer) follow(n int) {
	all := c.rows()
	y := all.find(c.text.at)
	c.offset = min(c.offset, y, max(len(all.list)-n, 0))
	c.offset = max(c.offset, y-n+1)
}

// Cursor is where the terminal's cursor belongs, relative to the view: a block
// that blinks, in the colour its user chose.
func (c *Composer) Cursor() *tea.Cursor {
	if c.width <= 0 || c.height <= 0 {
		return nil
	}
	c.View() // moves the window
	if x, typing := c.headCursor(); typing {
		return tea.NewCursor(x, 0)
	}
	all := c.rows()
	y := all.find(c.text.at)
	x := min(all.column(y, c.text.at)+c.left(), c.width-1)
	return tea.NewCursor(x, min(y-c.offset+c.top(), c.height-1))
}

// Click takes a click on a cell of the view: on what is offered that becomes the word, and on what is
// written the cursor stands there. It tells whether it was on either.
func (c *Composer) Click(x, y int) bool {
	if c.width <= 0 || c.height <= 0 {
		return false
	}
	c.View() // moves the window
	_, top, n := c.divide()
	if y < top {
		return c.clickHead(x)
	}
	all := c.rows()
	if y -= top; y >= n || c.offset+y >= len(all.list) {
		return false // what is said, or nothing
	}
	c.Keep()
	c.text.at = all.place(c.offset+y, max(x-c.left(), 0))
	c.goal, c.stale, c.offer = -1, true, nil
	return true
}

// clickHead is Click on the row above what is written.
func (c *Composer) clickHead(x int) bool {
	if c.offer == nil {
		return false
	}
	i, some := c.offeredAt(x)
	if !some {
		return false
	}
	o := c.offer
	o.at = i
	c.put(o)
	c.offer, c.stale = nil, true
	return true
}
