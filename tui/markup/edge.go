package markup

import "strings"

// Edge is what a text begins or ends with, where it would run together with the same of a text
// that is drawn right above or below it: two blocks of code, and their bars, look like one.
type Edge uint8

// The edges.
const (
	NoEdge Edge = iota
	CodeEdge
	QuoteEdge
	ListEdge
)

// Edges are those of a text that is drawn as Markdown. Who has a title begins with that.
func Edges(body string) (first, last Edge) {
	l := lines{rest: strings.TrimRight(body, "\n"), more: true}
	first, last = l.edges()
	for l.more {
		_, last = l.edges()
	}
	return first, last
}

// edges takes the next line, or the block that begins with it, and says what that begins and ends with.
func (l *lines) edges() (first, last Edge) {
	s := l.peek()
	if f, ok := quotedFence(s); ok && l.enters(f) {
		for l.more {
			s, in := f.within(l.peek())
			if !in {
				break
			}
			if l.next(); f.ends(s) {
				break
			}
		}
		switch {
		case f.quoted > 0:
			return QuoteEdge, QuoteEdge
		case f.title() != "":
			return NoEdge, CodeEdge
		}
		return CodeEdge, CodeEdge
	}
	l.next()
	if depth, _ := quotes(s, maxDepth); depth > 0 && depth < maxDepth {
		return QuoteEdge, QuoteEdge
	}
	if marker(strings.TrimLeft(s, " ")) > 0 {
		return ListEdge, ListEdge
	}
	return NoEdge, NoEdge
}
