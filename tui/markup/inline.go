package markup

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// sentences parses what is within lines: emphasis, code, links. Backslashes and
// entities stay as they are typed, as the renderer would resolve them.
var sentences = parser.NewParser(
	parser.WithBlockParsers(util.Prioritized(parser.NewParagraphParser(), 100)),
	parser.WithInlineParsers(
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewEmphasisParser(), 500),
		util.Prioritized(strikeParser{}, 500),
	),
)

// builder makes lines of a paragraph.
type builder struct {
	*page
	src    string
	tokens []token // addresses and names in src
	made   []line
	now    line
	odd    bool // it was not understood
}

// inline reads lines that go together, and makes as many; others if they have to be
// drawn as they were typed.
func (p *page) inline(src string, w weight) []line {
	b := builder{page: p, src: src, tokens: p.tokens(src)}
	if !strings.ContainsAny(src, "*_~`[<") || len(src) > maxParagraph || signs(src) > maxSigns {
		b.source(0, len(src), look{weight: w})
		b.end()
		return b.made
	}
	source := []byte(src)
	for _, t := range b.tokens { // what is in an address is no emphasis
		mask(source[t.start:t.end])
	}
	maskWords(source)
	root := sentences.Parse(text.NewReader(source))
	paragraph := root.FirstChild()
	if paragraph == nil {
		b.source(0, len(src), look{weight: w})
	} else {
		links := len(p.links)
		b.children(paragraph, look{weight: w}, 0)
		if b.odd || paragraph.NextSibling() != nil {
			p.links = p.links[:links]
			return nil
		}
	}
	b.end()
	return b.made
}

// masked stands for every byte of an address or a name while the text is parsed: a
// character that means nothing, and that no sanitised text has.
const masked = 1

// maskWords hides the signs that people type and mean: those between the letters and
// digits of "2*3*4" and "a~b", and around "__init__".
func maskWords(s []byte) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '*' && c != '~' && c != '_' {
			continue
		}
		end := i + 1
		for end < len(s) && s[end] == c {
			end++
		}
		switch {
		case c == '_':
			if end-i == 2 && (i == 0 || !wordByte(s[i-1])) {
				end = maskDunder(s, i)
			}
		case i > 0 && end < len(s) && wordByte(s[i-1]) && wordByte(s[end]):
			mask(s[i:end])
		}
		i = end - 1
	}
}

// maskDunder hides the signs around one word, and returns where to go on.
func maskDunder(s []byte, i int) int {
	end := i + 2
	for end < len(s) && wordByte(s[end]) {
		end++
	}
	if end > i+4 && s[end-1] == '_' && s[end-2] == '_' {
		mask(s[i : i+2])
		mask(s[end-2 : end])
	}
	return end
}

func mask(s []byte) {
	for i := range s {
		s[i] = masked
	}
}

// wordByte tells whether c may be in the name of a thing in a program.
func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// signs counts what may begin something.
func signs(s string) (n int) {
	for i := range len(s) {
		switch s[i] {
		case '*', '_', '~', '`', '[', ']', '<', '!':
			n++
		}
	}
	return n
}

// end ends a line.
func (b *builder) end() {
	b.made = append(b.made, b.now)
	b.now = line{}
}

// source adds a part of the source, of which line ends end lines.
func (b *builder) source(from, to int, as look) {
	for from < to {
		for len(b.tokens) > 0 && b.tokens[0].end <= from {
			b.tokens = b.tokens[1:]
		}
		end, made := to, as
		if len(b.tokens) > 0 && b.tokens[0].start < to {
			t := b.tokens[0]
			switch {
			case t.start > from:
				end = t.start
			case t.start == from && t.end <= to:
				end = t.end
				b.token(t, as)
				from = end
				continue
			default: // cut by something else
				b.tokens = b.tokens[1:]
				continue
			}
		}
		b.plain(b.src[from:end], made)
		from = end
	}
}

func (b *builder) plain(s string, as look) {
	for {
		before, after, found := strings.Cut(s, "\n")
		b.now.add(before, as)
		if !found {
			return
		}
		b.end()
		s = after
	}
}

// children adds what is in a node.
func (b *builder) children(n ast.Node, as look, depth int) {
	if depth > maxDepth {
		b.odd = true
	}
	for c := n.FirstChild(); c != nil && !b.odd; c = c.NextSibling() {
		b.node(c, as, depth+1)
	}
}

func (b *builder) node(n ast.Node, as look, depth int) {
	switch n := n.(type) {
	case *ast.Text:
		b.source(n.Segment.Start, n.Segment.Stop, as)
		if n.SoftLineBreak() || n.HardLineBreak() {
			if stop := n.Segment.Stop; n.HardLineBreak() && stop < len(b.src) && b.src[stop] == '\\' {
				b.now.add(`\`, as)
			}
			b.end()
		}
	case *ast.CodeSpan:
		b.span(n, as)
	case *ast.Emphasis:
		switch n.Level {
		case 1:
			as.weight |= italic
			b.signed(n, as, "*", true, depth)
		case strikeLevel:
			as.weight |= struck
			b.signed(n, as, "~~", true, depth)
		default:
			as.weight |= bold
			b.signed(n, as, "**", false, depth)
		}
	case *ast.AutoLink:
		b.autoLink(n, as)
	case *ast.Link:
		b.link(n, n.Destination, n.Title, "[", as, depth)
	case *ast.Image:
		b.link(n, n.Destination, n.Title, "![", as, depth)
	default:
		b.odd = true
	}
}

// signed adds what stands between two signs, and the signs if they stay.
func (b *builder) signed(n ast.Node, as look, sign string, faint bool, depth int) {
	if b.theme.Signs == 0 || b.theme.Signs == 1 && !faint {
		sign = ""
	}
	b.now.add(sign, as)
	b.children(n, as, depth)
	b.now.add(sign, as)
}

// span adds code within a sentence.
func (b *builder) span(n *ast.CodeSpan, as look) {
	as.tone = toneSpan
	sign := ""
	if b.theme.Signs > 0 {
		sign = "`"
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			if t, ok := c.(*ast.Text); ok && bytes.IndexByte(t.Segment.Value([]byte(b.src)), '`') >= 0 {
				sign = "``"
			}
		}
	}
	b.now.add(sign, as)
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		t, ok := c.(*ast.Text)
		if !ok {
			b.odd = true
			return
		}
		b.plain(b.src[t.Segment.Start:t.Segment.Stop], as)
	}
	b.now.add(sign, as)
}

// autoLink adds an address between "<" and ">".
func (b *builder) autoLink(n *ast.AutoLink, as look) {
	s := string(n.Label([]byte(b.src)))
	to := s
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(s), "mailto:") {
		to = "mailto:" + s
	}
	a, ok := address{}, false
	if b.seen++; b.seen <= maxLinks {
		a, ok = parseAddress(to)
	}
	if !ok {
		b.now.add("<"+s+">", as)
		return
	}
	b.address(s, a, as)
}

// link adds a text that is a link to something else, and says to where.
func (b *builder) link(n ast.Node, to, title []byte, sign string, as look, depth int) {
	a, ok := address{}, false
	if b.seen++; b.seen <= maxLinks {
		a, ok = parseAddress(string(to))
	}
	if bytes.IndexByte(to, masked) >= 0 {
		b.odd = true
		return
	}
	if !ok || as.link > 0 || b.theme.Signs > 0 || len(title) > 0 || n.FirstChild() == nil || len(b.links) >= maxLinks {
		b.now.add(sign, as)
		b.children(n, as, depth)
		b.now.add("](", as)
		b.destination(string(to), a, ok, as)
		if len(title) > 0 {
			b.now.add(` "`+string(title)+`"`, as)
		}
		b.now.add(")", as)
		return
	}
	b.now.add(strings.TrimSuffix(sign, "["), as) // that of a picture, which is none here
	b.links = append(b.links, a.url)
	in := as
	in.tone, in.link = toneLink, len(b.links)
	lines, begin := len(b.made), len(b.now.text)
	b.children(n, in, depth)
	reads := b.since(lines, begin)
	same, other := says(reads, a)
	switch {
	case a.doubt != "":
		b.now.add(" (→ "+a.host+", "+a.doubt+")", look{tone: toneWarn})
	case other != "":
		b.now.add(" (→ "+a.whole(other)+")", look{tone: toneWarn})
	case same:
	case namesAnother(reads, a.host):
		b.now.add(" (→ "+a.place()+")", look{tone: toneWarn})
	default:
		b.now.add(" ("+a.place()+")", look{tone: toneDim})
	}
}

// since is the text that was added since there were so many lines, and so much of the next.
func (b *builder) since(lines, begin int) string {
	if len(b.made) == lines {
		return b.now.text[begin:]
	}
	all := []string{b.made[lines].text[begin:]}
	for _, l := range b.made[lines+1:] {
		all = append(all, l.text)
	}
	return strings.Join(append(all, b.now.text), "\n")
}

// destination adds where a link goes whose signs stay.
func (b *builder) destination(s string, a address, ok bool, as look) {
	if ok && as.link == 0 && len(b.links) < maxLinks {
		b.address(s, a, as)
		return
	}
	b.now.add(s, as)
}

// address adds an address as it was typed.
func (b *builder) address(s string, a address, as look) {
	if as.link == 0 && len(b.links) < maxLinks {
		b.links = append(b.links, a.url)
		as.tone, as.link = toneLink, len(b.links)
	}
	b.now.add(s, as)
	switch {
	case a.doubt == "":
	case said(strings.ToLower(s)) == a.host: // it is seen, but not for what it is
		b.now.add(" ("+a.doubt+")", look{tone: toneWarn})
	default:
		b.now.add(" (→ "+a.host+", "+a.doubt+")", look{tone: toneWarn})
	}
}
