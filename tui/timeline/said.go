package timeline

import (
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/markup"
)

// doesSign stands in the column of names before what somebody says they do.
const doesSign = "∗"

// beside is what stands in the rows of a message beside its text.
type beside struct {
	lead  bool     // the name
	clock string   // the time, "" if it is not said
	marks []string // how a draft fares, in words and shorter
	ink   *lipgloss.Style
	chat  bool       // it is chat text, and nothing else
	texts *[]textRow // what can be copied, nil where nobody asks
}

// said draws who said what, when, and tells whether that is not all of it.
func (t *Timeline) said(it *item, text string, b beside) (rows []string, folded bool) {
	if isBlock(it) {
		return t.block(it, text, b)
	}
	if it.fileFirst() {
		return []string{t.filed(it, b)}, false
	}
	c := t.columns
	inline, first, name := c.name == 0 && b.lead, c.width, ""
	does := it.style() == chat.StyleMe && !it.deleted
	switch {
	case inline: // the first row begins with the name, two cells to the left
		name = t.inlineName(it, does)
		first += c.text - c.margin
	case does:
		name = hard(t.theme.Truncate(it.author.name, max(c.width/2, 1), "…"))
	}
	said := t.words(it, text, b)
	said.First, said.Lead, said.LeadInk = first, name, t.theme.NameAmong(t.seats, it.author.key.id).Bold(inline)
	lines, folded := t.drawn(said, it.rest)
	rows = make([]string, 0, len(lines)+1)
	trail := it.trail()
	for i, l := range lines {
		var s strings.Builder
		x := c.text
		switch {
		case i == 0 && inline:
			x = c.margin
			s.WriteString(blank(x))
		case i == 0 && does:
			s.WriteString(blank(c.text-3) + t.theme.Dim.Render(doesSign) + "  ")
		case i == 0 && b.lead:
			s.WriteString(t.nameCell(it.author))
		default:
			s.WriteString(blank(x))
		}
		s.WriteString(l.Text)
		b.text(i, x, l, t.theme.Measure)
		x += l.Width
		if w := t.theme.Measure.StringWidth(trail) + 1; w > 1 && i == len(lines)-1 && x+w <= c.text+c.width {
			s.WriteString(t.theme.Dim.Render(" " + trail))
			x, trail = x+w, ""
		}
		s.WriteString(t.beside(b, i, len(lines), x))
		rows = append(rows, s.String())
	}
	if trail != "" {
		rows = append(rows, blank(c.text)+t.theme.Dim.Render(t.theme.Truncate(trail, c.width, "")))
	}
	return rows, folded
}

// inlineName is the name of who speaks as the text begins with it, where names have
// no column.
func (t *Timeline) inlineName(it *item, does bool) string {
	name := hard(t.theme.Truncate(it.author.name, max(min(maxName, t.columns.width/2), 1), "…"))
	if does {
		return doesSign + "\u00a0" + name
	}
	return name + ":"
}

// hard is a name that is not broken between its words.
func hard(name string) string { return strings.ReplaceAll(name, " ", "\u00a0") }

// beside draws what stands at the end of the i-th of some rows, from x on.
func (t *Timeline) beside(b beside, i, rows, x int) string {
	switch c := t.columns; {
	case i == 0 && b.clock != "" && c.clock > 0:
		return blank(c.clock-x) + t.theme.Dim.Render(b.clock)
	case len(b.marks) > 0 && i == t.markRow(rows):
		return t.mark(x, b.marks)
	}
	return ""
}

// trail says behind a text what became of it.
func (it *item) trail() string {
	var list []string
	if it.deleted {
		return ""
	}
	if it.revision > 0 {
		list = append(list, "edited")
	}
	if it.extra != nil && it.extra.pinned {
		list = append(list, "pinned")
	}
	if len(list) == 0 {
		return ""
	}
	return "(" + strings.Join(list, ", ") + ")"
}

// calls are the words with which a message calls you.
func (t *Timeline) calls(it *item) (list []string) {
	if it.extra == nil || it.deleted || !chat.Calls(it.extra.mentions, t.you.ID) {
		return nil
	}
	for _, id := range it.extra.mentions {
		switch id {
		case t.you.ID:
			list = append(list, "@"+t.you.Name)
		case chat.MentionRoom, chat.MentionHere:
			list = append(list, id)
		}
	}
	return list
}

// Named tells whether a message of the items names you, at or above which seq, and
// how many do.
func (t *Timeline) Named(from uint64) (n int) {
	for _, it := range t.items[t.find(from, 0):] {
		if it.kind == kindMessage && len(t.calls(it)) > 0 && it.author.key.id != t.you.ID {
			n++
		}
	}
	return n
}

// introduced tells whether a message names its author wherever it stands: what they say
// they do, and what answers somebody else.
func (it *item) introduced() bool {
	return it.extra != nil && (it.extra.style == chat.StyleMe || it.extra.replyTo != "")
}

// quote is what a message answers, in at most room cells; "" where it answers none.
func (t *Timeline) quote(it *item, room int) string {
	if it.extra == nil || it.extra.replyTo == "" || it.deleted {
		return ""
	}
	s := "an earlier message"
	to := t.byID(it.extra.replyTo)
	if to == nil && t.of != nil { // what began a thread may answer what is not in it
		to = t.of.byID(it.extra.replyTo)
	}
	if to != nil && to.seq < it.seq {
		s = to.author.name + ": " + t.oneLine(to)
	}
	return t.theme.Truncate("↱ "+s, max(room, 1), "…")
}

// answers draws the row above what somebody answers: who they are, what they answer, and when. So it
// is theirs at first sight, where it would else be a row of the message above. b is left with what the
// rows below have beside them.
func (t *Timeline) answers(it *item, b *beside) []string {
	does := it.style() == chat.StyleMe // which is said with their name
	head, x := t.head(it, b.lead && !does)
	quote := t.quote(it, t.columns.text+t.columns.width-x)
	if quote == "" {
		return nil
	}
	row := head + t.theme.Dim.Render(quote)
	if does {
		return []string{row}
	}
	if x += t.theme.Measure.StringWidth(quote); x > t.columns.text+t.columns.width { // a name on a screen that is hardly one
		x = t.columns.text + t.columns.width
		row = t.theme.Truncate(row, x, "")
	}
	row += t.beside(*b, 0, 2, x)
	b.lead, b.clock = false, ""
	if t.columns.clock > 0 {
		b.marks = nil
	}
	return []string{row}
}

// head draws what a row begins with, up to column x: the name of who speaks, where that is said.
func (t *Timeline) head(it *item, lead bool) (s string, x int) {
	switch c := t.columns; {
	case !lead:
		return blank(c.text), c.text
	case c.name > 0:
		return t.nameCell(it.author), c.text
	default:
		name := t.inlineName(it, false)
		ink := t.theme.NameAmong(t.seats, it.author.key.id).Bold(true)
		return blank(c.margin) + ink.Render(name) + " ", c.margin + t.theme.Measure.StringWidth(name) + 1
	}
}

// oneLine is what an item says in one row, sanitised, without the signs of Markdown.
func (t *Timeline) oneLine(it *item) string {
	short := *it
	if len(short.body) > maxLine {
		short.body = clipBody(short.body, maxLine)
		short.rest = omitted{characters: 1}
	}
	s, isText := short.text()
	if it.extra != nil && strings.TrimSpace(s) == "" && len(it.extra.files) > 0 {
		s = fileName(it.extra.files[0])
	} else if kind, _ := meant(it, isText); kind == markup.Markdown {
		s = t.unsigned(s)
	}
	return strings.Join(strings.Fields(s), " ")
}

// unsigned is what the first lines of Markdown say, without its signs.
func (t *Timeline) unsigned(s string) string {
	if !strings.ContainsAny(s, "*_~`>#-+[\n.") {
		return s
	}
	var b strings.Builder
	for _, row := range t.markup.Draw(markup.Text{Body: s, Kind: markup.Markdown, Width: oneLineWidth, Most: oneLineRows, Names: t.names}).Rows {
		if !row.Title {
			b.WriteString(row.Plain[row.Lead:] + " ")
		}
	}
	return b.String()
}

// A row of a timeline has no more of a message than its first lines, and no row is wider.
const (
	oneLineWidth = 400
	oneLineRows  = 4
)

// clipBody is the beginning of a JSON text, between characters.
func clipBody(raw []byte, n int) []byte {
	for n > 0 && raw[n]&0xc0 == 0x80 {
		n--
	}
	return slices.Clip(raw[:n])
}
