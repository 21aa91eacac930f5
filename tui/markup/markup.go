package markup

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// Kind is what a text is.
type Kind uint8

// The kinds of texts.
const (
	Markdown Kind = iota
	Plain         // nothing means anything
	Source        // code, or what a command printed
)

// Text is what is to be drawn, and how.
type Text struct {
	Body     string // sanitised
	Kind     Kind
	Language string // Source: as after a Markdown fence

	Lead    string          // what its first row begins with, sanitised: a name
	LeadInk lipgloss.Style  // and how that looks
	Ink     *lipgloss.Style // how plain words look, nil for the terminal's own way

	Width int    // of the rows, in cells
	First int    // of the first row; 0 is Width
	Most  int    // how many rows are wanted: with more, the line that makes them is the last
	ID    string // tells links of this text from the same ones of another
	You   []string
	Names *Names
}

// Names are the words that mean something after @ and #, in lower case.
type Names struct {
	People map[string]string // to the ID that gives them their colour
	Rooms  map[string]bool
	Spaced map[string]int // the first words of names with spaces, to how long the longest is, in bytes
}

// Spaced are the first words of those people whose names have spaces, for Names.
func Spaced(people map[string]string) map[string]int {
	spaced := make(map[string]int)
	for name := range people {
		if first, _, more := strings.Cut(name, " "); more {
			spaced[first] = max(spaced[first], len(name))
		}
	}
	return spaced
}

// Row is one row.
type Row struct {
	Text  string // with its styles
	Plain string // without
	Width int    // in cells
	Line  int    // the line of Body it is of, from 0
	Title bool   // it is the title of a block, which nobody copies with it

	// For who takes a part of the text: how many bytes of Plain stand before it (a bar, a
	// name), how many spaces were left out between the row above and this one, which goes on
	// in its line, or -1 where a line begins, and the tabs in it.
	Lead int
	Gap  int
	Tabs []Tab
}

// Tab is what was typed as something else than it is drawn: a tab, which is some spaces, or
// the sign of an item. At is the byte of Plain where it begins, N how many there are.
type Tab struct {
	At, N int
	As    string // what was typed, "" for a tab
}

// Drawn is a text as rows.
type Drawn struct {
	Rows []Row
	Rest int // how many lines below would make more
}

// Bounds of what is understood. What is beyond is drawn as it was typed.
const (
	// maxParagraph is how much is parsed at once, in bytes. Some work of goldmark grows
	// with the square of it: the worst that is known takes a few milliseconds.
	maxParagraph = 4 << 10
	// maxSigns is how many signs that may begin something a paragraph has.
	maxSigns = 400
	// maxDepth is how deep emphasis, links and quotes nest.
	maxDepth = 8
	// maxLinks is how many links of a text are looked at and can be opened. Finding out
	// what alphabets a host has may take a tenth of a millisecond.
	maxLinks = 100
)

// line is one line of a text as it is shown.
type line struct {
	at    int    // its number in the text
	lead  string // before its first row, and hang before the others; both of one width
	hang  string
	tone  tone // of those
	title bool // of a block
	text  string
	spans []span // of the text, from its beginning on; what is after them is plain
	tabs  []Tab  // in the text, once it is expanded
	sign  Tab    // in lead; N is 0 where that is as it was typed
}

// span is the look of a part of a line, up to end.
type span struct {
	end  int
	look look
}

// page is a text that is being drawn.
type page struct {
	*Drawer
	Text
	left   lines
	rows   []Row
	links  []string // what looks refer to, from 1
	seen   int      // how many addresses were looked at
	pieces []Piece

	untabled int // the line up to which no table begins: one that did could not be drawn
}

// Draw makes the rows of a text.
func (d *Drawer) Draw(t Text) Drawn {
	t.Width = max(t.Width, 1)
	if t.First <= 0 {
		t.First = t.Width
	}
	p := page{Drawer: d, Text: t, left: lines{rest: strings.TrimRight(t.Body, "\n"), more: true}}
	for p.left.more && len(p.rows) <= t.Most {
		switch t.Kind {
		case Plain:
			at := p.left.n
			s, _ := p.left.next()
			p.put(line{at: at, text: s})
		case Source:
			p.source()
		case Markdown:
			p.markdown()
		}
	}
	return Drawn{Rows: p.rows, Rest: p.left.count(t.Kind == Markdown)}
}

// source draws lines of code.
func (p *page) source() {
	var list []string
	at := p.left.n
	for p.left.more && len(list) <= p.Most {
		s, _ := p.left.next()
		list = append(list, s)
	}
	p.code(list, at, p.Language, "")
}

// code draws lines of code, with something before each.
func (p *page) code(list []string, at int, language, bar string) {
	spans := p.highlight(language, list)
	for i, s := range list {
		ln := line{at: at + i, text: s, lead: bar, hang: bar, tone: toneRule}
		if i < len(spans) {
			ln.spans = spans[i]
		}
		p.put(ln)
	}
}

// put breaks a line into rows.
func (p *page) put(ln line) {
	if len(p.rows) == 0 && p.Lead != "" {
		if ln.lead != "" { // it has its own beginning
			p.put(line{at: ln.at, text: ""})
		} else {
			n := len(p.Lead) + 1
			for i := range ln.spans {
				ln.spans[i].end += n
			}
			ln.spans = append([]span{{len(p.Lead), look{tone: toneLead}}, {n, look{}}}, ln.spans...)
			ln.text = p.Lead + " " + ln.text
		}
	}
	named := 0
	if len(p.rows) == 0 && p.Lead != "" && ln.lead == "" {
		named = len(p.Lead) + 1
	}
	m := p.theme.Measure
	ln.expand(m)
	ln.snap(m)
	then := p.Width - m.StringWidth(ln.lead)
	limit := then
	if len(p.rows) == 0 && ln.lead == "" {
		limit = p.First
	}
	p.pieces = Wrap(p.pieces[:0], ln.text, limit, then, m)
	var b strings.Builder
	for i, c := range p.pieces {
		r := Row{Plain: c.Text(ln.text, limit, m), Width: c.Width + p.Width - then, Line: ln.at, Title: ln.title}
		lead := ln.lead
		if i > 0 {
			lead = ln.hang
		}
		if len(ln.spans) == 0 && lead == "" && p.Ink == nil {
			r.Text = r.Plain
		} else {
			b.Reset()
			p.paint(&b, lead, look{tone: ln.tone})
			p.dress(&b, &ln, c, limit)
			r.Text = b.String()
		}
		if lead != "" {
			r.Plain = lead + r.Plain
		}
		p.place(&r, &ln, i, len(lead))
		if named > 0 {
			r.Lead = min(max(named-c.Start, 0), len(r.Plain))
		}
		p.rows = append(p.rows, r)
		limit = then
	}
}

// place says where the text is in a row, the i-th of its line, with so many bytes of our own
// before it. What stands before the first row alone, as the sign of an item, is text.
func (p *page) place(r *Row, ln *line, i, lead int) {
	c := p.pieces[i]
	if r.Gap = -1; i > 0 {
		r.Gap = c.Start - p.pieces[i-1].End
	}
	if i > 0 || ln.lead == ln.hang {
		r.Lead = lead
	}
	if i == 0 && ln.sign.N > 0 {
		r.Tabs = append(r.Tabs, ln.sign)
	}
	for _, t := range ln.tabs {
		if t.At >= c.Start && t.At+t.N <= c.End && !c.swaps {
			r.Tabs = append(r.Tabs, Tab{At: t.At - c.Start + lead, N: t.N})
		}
	}
}

// dress draws a piece of a line.
func (p *page) dress(b *strings.Builder, ln *line, c Piece, width int) {
	at := c.Start
	for _, s := range ln.spans {
		if s.end <= at {
			continue
		}
		if at >= c.End {
			break
		}
		part := c
		part.Start, part.End = at, min(s.end, c.End)
		p.paint(b, part.Text(ln.text, width, p.theme.Measure), s.look)
		at = part.End
	}
	if at < c.End {
		c.Start = at
		p.paint(b, c.Text(ln.text, width, p.theme.Measure), look{})
	}
}
