package composer

import (
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Candidate is what a word may become. It may be anybody's.
type Candidate struct {
	Text  string // what stands in its place, with the space behind it
	Shown string // what it is called in the list
	About string // what is said of the one that is chosen; "" for nothing
	Joins bool   // a comma or its like stands right behind it, as behind a word
}

// offer is a list of what a word may become. The chosen one stands in the text.
type offer struct {
	list   []Candidate
	at     int    // the chosen one, -1 for none yet
	begun  string // stands in the text while none is chosen: what all of them begin with
	before text   // what there was
	from   int    // where the word begins
}

// Before is what stands before the cursor: from the start of its line, or of the whole
// text, which what is typed may go on with.
func (c *Composer) Before() (line, all string) {
	return c.text.s[c.text.lineStart():c.text.at], c.text.s[:c.text.at]
}

// Offer puts the first of what the last n bytes before the cursor may become in their
// place, and shows the list of them.
func (c *Composer) Offer(n int, list []Candidate) {
	if len(list) == 0 || n > c.text.at {
		return
	}
	c.put(&offer{list: shown(list), before: c.text, from: c.text.at - n})
	if len(list) == 1 {
		c.offer = nil // there is nothing to choose
	}
}

// OfferFrom is Offer that chooses none yet: begun, with which all of the list begin, is put in the
// place of the bytes, and what is typed behind it goes on with it.
func (c *Composer) OfferFrom(n int, begun string, list []Candidate) {
	if len(list) == 0 || n > c.text.at {
		return
	}
	c.put(&offer{list: shown(list), at: -1, begun: chat.Sanitize(theme.Clip(begun, maxHead)), before: c.text, from: c.text.at - n})
}

// shown makes a list one that can be shown and taken.
func shown(list []Candidate) []Candidate {
	for i := range list {
		list[i].Text = chat.Sanitize(theme.Clip(list[i].Text, maxHead))
		list[i].Shown = chat.SanitizeLine(theme.Clip(list[i].Shown, maxHead))
		list[i].About = chat.SanitizeLine(theme.Clip(list[i].About, maxHead))
	}
	return list
}

// put makes the chosen one stand in the text.
func (c *Composer) put(o *offer) {
	t := o.before
	t.remove(o.from, t.at)
	c.text.s, c.text.at = t.s, t.at
	chosen := o.begun
	if o.at >= 0 {
		chosen = o.list[o.at].Text
	}
	if rest := c.text.s[c.text.at:]; strings.HasSuffix(chosen, " ") && strings.HasPrefix(rest, " ") {
		chosen = strings.TrimSuffix(chosen, " ")
	}
	if len(c.text.s)+len(chosen) > maxBytes {
		c.text.s, c.text.at = o.before.s, o.before.at
		c.insert(chosen) // which says why not
		return
	}
	c.text.insert(chosen)
	c.changed()
	c.offer = o
	c.spaced = spaced{}
	if strings.HasSuffix(chosen, " ") {
		c.spaced = spaced{c.text.s, c.text.at, o.list[max(o.at, 0)].Joins}
	}
}

// spaced is a text as it was when a space was put behind what a word became, which nobody typed:
// it gives way to one that is typed, and behind a word to what stands right behind words.
type spaced struct {
	s     string // "" for none
	at    int
	joins bool
}

// behindWords stands right behind a word.
const behindWords = ".,;:!?)]}…"

// giveWay takes the space back for what is typed behind it. A colon may be where an emoji begins:
// that is known by what follows it.
func (c *Composer) giveWay(was spaced, typed string) {
	t := &c.text
	if was.s == "" || was.s != t.s || was.at != t.at || typed == "" {
		return
	}
	switch next, _ := utf8.DecodeRuneInString(typed); {
	case strings.HasSuffix(t.s[:t.at], ":") && !unicode.IsSpace(next):
		t.s, t.at = t.s[:t.at-1]+" :"+t.s[t.at:], t.at+1
	case strings.HasSuffix(t.s[:t.at], ":"):
	case next == ' ', was.joins && strings.ContainsRune(behindWords, next):
		t.remove(t.at-1, t.at)
		if typed == ":" {
			c.spaced = spaced{t.s[:t.at] + ":" + t.s[t.at:], t.at + 1, true}
		}
	}
}

// Offering tells whether the list is shown.
func (c *Composer) Offering() bool { return c.offer != nil }

// Cycle chooses the n-th after the one that is chosen, round and round.
func (c *Composer) Cycle(n int) {
	if o := c.offer; o != nil {
		if o.at < 0 && n < 0 {
			o.at = 0 // before the first is the last
		}
		o.at = ((o.at+n)%len(o.list) + len(o.list)) % len(o.list)
		c.put(o)
	}
}

// TakeBack undoes what was offered, and tells whether there was a list.
func (c *Composer) TakeBack() bool {
	o := c.offer
	if o == nil {
		return false
	}
	c.text.s, c.text.at = o.before.s, o.before.at
	c.changed()
	return true
}

// offerGap stands between what is offered.
const offerGap = "  "

// offered is which of what is offered there is room for around the chosen one: from the first to
// the one before another, and how many cells they take.
func (c *Composer) offered() (from, to, used int) {
	o, m := c.offer, c.theme.Measure
	room := c.offerRoom()
	width := func(i int) int { return min(m.StringWidth(o.list[i].Shown), room) }
	at := max(o.at, 0)
	from, to, used = at, at+1, width(at)
	for more := true; more; { // as many as fit, those after it first
		more = false
		if to < len(o.list) && used+len(offerGap)+width(to) <= room-4 {
			used += len(offerGap) + width(to)
			to, more = to+1, true
		}
		if from > 0 && used+len(offerGap)+width(from-1) <= room-4 {
			from--
			used += len(offerGap) + width(from)
			more = true
		}
	}
	return from, to, used
}

func (c *Composer) offerRoom() int { return c.width - c.left() - theme.Margin(c.width) }

// offeredAt is what is offered in a cell of the row, and whether anything is.
func (c *Composer) offeredAt(x int) (i int, ok bool) {
	from, to, _ := c.offered()
	at := c.left()
	if from > 0 {
		at += 2 // the sign that there is more
	}
	for i = from; i < to; i++ {
		w := min(c.theme.Measure.StringWidth(c.offer.list[i].Shown), c.offerRoom())
		if x >= at && x < at+w {
			return i, true
		}
		at += w + len(offerGap)
	}
	return 0, false
}

// offerRow draws the list, so that the chosen one is seen.
func (c *Composer) offerRow() string {
	o, m := c.offer, c.theme.Measure
	room := c.offerRoom()
	from, to, used := c.offered()
	var row strings.Builder
	if from > 0 {
		row.WriteString(c.theme.Dim.Render("‹ "))
	}
	for i := from; i < to; i++ {
		style := c.theme.Dim
		if i == o.at {
			style = c.theme.Accent.Bold(true).Underline(true)
		}
		if i > from {
			row.WriteString(offerGap)
		}
		row.WriteString(style.Render(c.theme.Truncate(o.list[i].Shown, room, "…")))
	}
	if to < len(o.list) {
		row.WriteString(c.theme.Dim.Render(" ›"))
	}
	about := ""
	if o.at >= 0 {
		about = o.list[o.at].About
	}
	if about != "" {
		if left := room - used - 4 - 3; left >= m.StringWidth(about) || left >= 16 {
			row.WriteString(c.theme.Dim.Render(" · " + c.theme.Truncate(about, left, "…")))
		}
	}
	return strings.Repeat(" ", c.left()) + row.String()
}

// Snapshot is what is written, with what was put aside for it. Restore brings it back.
func (c *Composer) Snapshot() (restore func()) {
	t, p, gives := c.text, c.past, c.spent
	p.sent = append([]string(nil), p.sent...)
	edited := maps.Clone(p.edited)
	return func() {
		killed := c.text.killed
		c.text, c.past = t, p
		c.text.killed = killed
		c.past.sent = append([]string(nil), p.sent...)
		c.past.edited = maps.Clone(edited)
		c.changed()
		c.spent = gives
	}
}

// Adopt takes what was sent from another composer, to be recalled here.
func (c *Composer) Adopt(old *Composer) {
	c.past = past{sent: append([]string(nil), old.past.sent...)}
	if c.text.killed == "" {
		c.text.killed = old.text.killed
	}
}

// PutBefore inserts a text before all that is written, also where that makes it longer than
// what can be written here: it was written here before. The cursor stays where it is.
func (c *Composer) PutBefore(s string) {
	at := c.text.at
	c.text.at = 0
	c.text.insert(s)
	c.text.at = at + len(s)
	c.changed()
}

// Past is what was sent from here, newest first.
func (c *Composer) Past() []string {
	list := make([]string, 0, len(c.past.sent))
	for i := range c.past.sent {
		list = append(list, c.past.sent[len(c.past.sent)-1-i])
	}
	return list
}

// Bring shows a text that was sent, here or elsewhere, as if it had been recalled: what
// is written stands after it.
func (c *Composer) Bring(s string) {
	p := &c.past
	if s = chat.Sanitize(theme.Clip(s, maxBytes)); s == "" {
		return
	}
	c.recall(-p.back)
	if p.edited == nil {
		p.edited = make(map[int]text)
	}
	p.edited[0] = c.text
	at := -1
	for i, sent := range p.sent {
		if sent == s {
			at = i
		}
	}
	if at < 0 {
		p.add(s)
		at = len(p.sent) - 1
		edited := map[int]text{0: p.edited[0]}
		for back, t := range p.edited {
			if back > 0 {
				edited[back+1] = t
			}
		}
		p.edited = edited
	}
	delete(p.edited, len(p.sent)-at) // as it was sent
	c.recall(len(p.sent) - at)
}

// Replace makes what is written another text, which an editor made of it, and tells
// whether there is room for it.
func (c *Composer) Replace(s string) bool {
	if s = chat.Sanitize(s); len(s) > maxBytes {
		return false
	}
	if s == c.text.s {
		return true
	}
	c.text.at = 0
	c.text.cut(0, len(c.text.s)) // an editor that was left with nothing in it loses nothing
	c.text.insert(s)
	c.changed()
	return true
}

// MaxBytes is what a text may grow to.
const MaxBytes = maxBytes

// PasteCode is Paste of a text as a block of code.
func (c *Composer) PasteCode(s string) {
	fence := "```"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	before, after := "", "\n"
	if c.text.at > c.text.lineStart() && !c.spent.on {
		before = "\n"
	}
	if rest := c.text.s[c.text.at:]; strings.HasPrefix(rest, "\n") {
		after = ""
	}
	c.Paste(before + fence + "\n" + strings.TrimRight(s, "\r\n") + "\n" + fence + after)
}
