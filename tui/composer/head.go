package composer

import (
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Head is a line above the text: what the text is for, or a question with what is
// typed as its answer. The zero Head is none.
type Head struct {
	Says   []string // from the longest down
	Typed  string
	Typing bool // the cursor is behind Typed
}

// maxHead bounds what is looked at of the line, in bytes: more than any screen is wide.
const maxHead = 1000

// SetHead shows a line above the text. It may be anybody's.
func (c *Composer) SetHead(h Head) {
	says := make([]string, 0, len(h.Says))
	for _, s := range h.Says {
		says = append(says, chat.SanitizeLine(theme.Clip(s, maxHead)))
	}
	h = Head{says, chat.SanitizeLine(h.Typed), h.Typing}
	if !slices.Equal(h.Says, c.head.Says) || h.Typed != c.head.Typed || h.Typing != c.head.Typing {
		c.head, c.stale = h, true
	}
}

// headRows is how many rows the line wants, and what is offered in its place.
func (c *Composer) headRows() int {
	if c.offer != nil {
		return 1
	}
	return min(len(c.head.Says), 1)
}

// Headed tells whether the first row of the view is that line.
func (c *Composer) Headed() bool { return c.top() > 0 }

// top is how many rows the line takes: none where there is one row alone, unless one
// types there.
func (c *Composer) top() int {
	if c.height < 2 && !c.head.Typing {
		return 0
	}
	return min(c.headRows(), c.height)
}

// headSays is the line where it is not shown, because there is no room for it.
func (c *Composer) headSays() string {
	if len(c.head.Says) == 0 || c.top() > 0 {
		return ""
	}
	return c.head.Says[len(c.head.Says)-1]
}

// split is what is seen of the line: the longest that fits, and where what is typed is
// too long, its end.
func (c *Composer) split() (says, typed string) {
	m, room := c.theme.Measure, c.width-c.left()-theme.Margin(c.width)
	if c.head.Typing {
		room-- // the cursor
	}
	typed = c.head.Typed
	for typed != "" && m.StringWidth(typed) > max(room*2/3, 1) {
		n, _ := theme.Cluster(typed, m)
		typed = typed[n:]
	}
	room -= m.StringWidth(typed)
	for _, says = range c.head.Says {
		if m.StringWidth(says) <= room {
			return says, typed
		}
	}
	return c.theme.Truncate(says, max(room, 0), ""), typed
}

func (c *Composer) headRow() string {
	if c.offer != nil {
		return c.theme.Truncate(c.offerRow(), c.width, "")
	}
	says, typed := c.split()
	return c.theme.Truncate(strings.Repeat(" ", c.left())+c.theme.Accent.Render(says)+typed, c.width, "")
}

// headCursor is where the cursor is in the line, if it is there.
func (c *Composer) headCursor() (x int, typing bool) {
	if !c.head.Typing || c.top() == 0 || c.offer != nil {
		return 0, false
	}
	says, typed := c.split()
	m := c.theme.Measure
	return min(c.left()+m.StringWidth(says)+m.StringWidth(typed), c.width-1), true
}

// Spare keeps a text to be brought back by Yank.
func (c *Composer) Spare(s string) { c.text.killed = s }
