package composer

import (
	"maps"
	"slices"
	"strings"
)

// maxPast is how many texts that were sent can be recalled: nobody goes further
// back key by key, and with the longest ones they are some megabytes.
const maxPast = 100

// past is what was sent, to be walked through as in a shell. What is written
// now stands after the newest. Whatever is changed on the way is kept where it
// was changed until something is sent.
type past struct {
	sent   []string     // oldest first
	back   int          // how many before what is written now is shown, 0 for itself
	edited map[int]text // by back: what is not, or not any more, as it was sent
}

// Remember takes what was sent from what is written, to be recalled. A text that
// was put aside to recall another is then before it.
func (c *Composer) Remember(sent string) {
	p := &c.past
	if p.back > 0 {
		p.add(p.edited[0].s)
	}
	p.add(sent)
	p.back, p.edited = 0, nil
}

// Recollect takes what was sent from here before all that is known, oldest first, as far as
// there is room for it.
func (c *Composer) Recollect(sent []string) {
	p := &c.past
	sent = sent[max(0, len(sent)-(maxPast-len(p.sent))):]
	p.sent = append(slices.Clone(sent), p.sent...)
}

// Disown drops what was sent, and lets what would be lost with it be recalled (Unsent, Aside).
func (c *Composer) Disown() {
	unsent, aside := c.Unsent(), c.Aside()
	slices.Reverse(aside)
	if c.past = (past{sent: aside}); c.text.s != unsent {
		c.text = text{s: unsent, at: len(unsent), killed: c.text.killed}
	}
	c.changed()
}

func (p *past) add(s string) {
	if n := len(p.sent); strings.TrimSpace(s) == "" || n > 0 && p.sent[n-1] == s {
		return
	}
	if len(p.sent) == maxPast {
		p.sent = append(p.sent[:0], p.sent[1:]...)
	}
	p.sent = append(p.sent, s)
}

// recall shows what was sent n before what is shown now, after it if n is
// negative, if there is such a text.
func (c *Composer) recall(n int) {
	p := &c.past
	to := p.back + n
	if to < 0 || to > len(p.sent) {
		return
	}
	if p.edited == nil {
		p.edited = make(map[int]text)
	}
	p.edited[p.back] = c.text
	next, was := p.edited[to]
	if !was { // only what was never shown, and so is not what is written now
		next.s = p.sent[len(p.sent)-to]
		next.at = len(next.s)
	}
	next.killed = c.text.killed
	p.back, c.text = to, next
	c.changed()
}

// Unsent is what would be lost if what is written were: a text that was only
// recalled is none, but the one that was put aside for it.
func (c *Composer) Unsent() string {
	p := &c.past
	if p.back > 0 && (c.Empty() || c.text.s == p.sent[len(p.sent)-p.back]) {
		return p.edited[0].s
	}
	return c.text.s
}

// Aside are the other texts that would be lost: the one that was put aside for what was
// recalled and changed, and what was made of others on the way; the last first.
func (c *Composer) Aside() (list []string) {
	p := &c.past
	for _, back := range slices.Sorted(maps.Keys(p.edited)) {
		s := p.edited[back].s
		switch {
		case back == p.back, strings.TrimSpace(s) == "":
		case back == 0 && s == c.Unsent():
		case back > 0 && s == p.sent[len(p.sent)-back]:
		default:
			list = append(list, s)
		}
	}
	return list
}
