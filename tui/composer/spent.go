package composer

import "strings"

// spent is that what is written is a line that was not done, and was put back to be changed.
type spent struct {
	on      bool   // what is typed next stands in its place
	instead string // the line in whose place what is written stands, "" for none
}

// changed is for a text that is another.
func (s *spent) changed(empty bool) {
	if s.on = false; empty {
		s.instead = ""
	}
}

// Return puts a line back that was not done. It is as if it were selected: what is typed or pasted
// next stands in its place, since who types on has not seen it, and means no part of it. A key that
// moves in it or edits it keeps it, and so does a space, with which a line is gone on with.
func (c *Composer) Return(line string) {
	c.Paste(line)
	c.Spend()
}

// Spend is Return of what is written, and returns the other texts that would be lost with it, the last
// first, which are here no more. A text of several lines is more than a command, and stays.
func (c *Composer) Spend() (aside []string) {
	c.stale = true
	if c.spent.on = !c.Empty() && !strings.Contains(c.text.s, "\n"); !c.spent.on {
		return nil
	}
	if u := c.Unsent(); u != c.text.s && strings.TrimSpace(u) != "" { // what is written was only recalled
		aside = append(aside, u)
	}
	aside = append(aside, c.Aside()...)
	c.past.back, c.past.edited = 0, nil
	return aside
}

// Keep has it go on as what is written.
func (c *Composer) Keep() {
	if c.spent.on {
		c.spent.on, c.stale = false, true
	}
}

// Instead is the line in whose place what is written stands, "" for none.
func (c *Composer) Instead() string { return c.spent.instead }

// give takes the line away for what is to stand in its place. It can be recalled, and be brought back
// by Yank.
func (c *Composer) give() {
	line := c.text.s
	c.past.add(line)
	c.past.back, c.past.edited = 0, nil
	c.text = text{killed: line}
	c.spent = spent{instead: line}
}
