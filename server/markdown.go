package server

import "strings"

// prose goes through a Markdown text and gives the words in it, block by block: what
// stands in a paragraph or heading without the marks of the quotes and lists around
// it, and nothing of blocks of code (CommonMark 0.31.2, sections 4 and 5, and the
// algorithm of its appendix). It takes time linear in the text.
type prose struct {
	open  []container
	leaf  leaf
	fence string // the marks that began a block of code
	words []byte // of the paragraph that is open
	lines []spot
	give  func(words string, lines []spot) bool // false: no more is wanted
	ended bool
}

// spot is where a line of a block stands: in its words, and in the text.
type spot struct{ words, text int }

// container is a quote, or an item of a list, whose text stands width columns in.
type container struct {
	quote bool
	width int
	empty bool // nothing is in it yet
}

type leaf int

const (
	noLeaf leaf = iota
	paragraph
	fenced   // code between fences
	indented // code by its indentation
)

// maxNested bounds how deep quotes and lists lie in one another; what is deeper is text.
const maxNested = 50

// cursor is a place in a line. A tab reaches to the next column that four divides, and
// may be used up in part.
type cursor struct {
	line string
	at   int // -1: nothing more is of interest
	col  int
	left int // columns of a tab that are left
}

// indent is how many columns of space come, and what is behind them.
func (c *cursor) indent() (columns int, rest string) {
	columns = c.left
	for i, col := c.at, c.col+c.left; i < len(c.line); i++ {
		switch c.line[i] {
		case ' ':
			columns++
			col++
		case '\t':
			columns += 4 - col%4
			col += 4 - col%4
		default:
			return columns, c.line[i:]
		}
	}
	return columns, ""
}

// skip goes on by columns of space.
func (c *cursor) skip(columns int) {
	for columns > 0 {
		if c.left == 0 {
			if c.at == len(c.line) || (c.line[c.at] != ' ' && c.line[c.at] != '\t') {
				return
			}
			if c.left = 1; c.line[c.at] == '\t' {
				c.left = 4 - c.col%4
			}
			c.at++
		}
		n := min(columns, c.left)
		columns, c.left, c.col = columns-n, c.left-n, c.col+n
	}
}

// take goes on behind n bytes of marks, which come after spaces.
func (c *cursor) take(n int) {
	columns, rest := c.indent()
	c.at, c.col, c.left = len(c.line)-len(rest)+n, c.col+columns+n, 0
}

func isBlank(s string) bool { return strings.Trim(s, " \t\r\n") == "" }

// read goes through a text.
func (p *prose) read(text string) {
	start := 0
	for line := range strings.SplitAfterSeq(text, "\n") {
		if p.ended {
			return
		}
		p.line(strings.TrimRight(line, "\r\n"), start)
		start += len(line)
	}
	p.flush()
}

// flush ends the leaf that is open, and gives it where it is a paragraph.
func (p *prose) flush() {
	if p.leaf == paragraph && !p.ended {
		p.ended = !p.give(string(p.words), p.lines)
	}
	p.leaf, p.words, p.lines = noLeaf, p.words[:0], p.lines[:0]
}

// say adds the rest of a line, which stands at a place in the text, to the paragraph.
func (p *prose) say(rest string, at int) {
	p.leaf = paragraph
	p.fill()
	p.lines = append(p.lines, spot{len(p.words), at})
	p.words = append(append(p.words, rest...), '\n')
}

// fill notes that the innermost container has something in it.
func (p *prose) fill() {
	if n := len(p.open); n > 0 {
		p.open[n-1].empty = false
	}
}

// line takes in a line, which begins at start.
func (p *prose) line(line string, start int) {
	c := &cursor{line: line}
	matched := p.match(c)
	all := matched == len(p.open)
	if all && p.inCode(c) {
		return
	}
	// settle closes what the line is not in, once it is known to go on with no paragraph.
	settle := func() {
		if !all {
			p.open, all = p.open[:matched], true
		}
		p.flush()
	}
	for p.begins(c, all, settle, start) {
		continue
	}
	if c.at < 0 { // the line is done with
		return
	}
	_, rest := c.indent()
	switch {
	case isBlank(rest):
		settle()
	case p.leaf == paragraph: // also one that the line goes on with without their marks
		p.say(rest, start+len(line)-len(rest))
	default:
		settle()
		p.say(rest, start+len(line)-len(rest))
	}
}

// begins tells whether a block begins at c, and goes on behind its mark; c.at is -1
// where nothing more of the line is of interest.
func (p *prose) begins(c *cursor, all bool, settle func(), start int) bool {
	columns, rest := c.indent()
	open := all && p.leaf == paragraph
	mark := fenceMark(rest)
	item := 0
	if !isRule(rest) && len(p.open) < maxNested {
		item = itemMark(rest, open)
	}
	switch {
	case isBlank(rest) || (columns >= 4 && p.leaf == paragraph):
		return false
	case columns >= 4:
		settle()
		p.fill()
		p.leaf, c.at = indented, -1
	case rest[0] == '>' && len(p.open) < maxNested:
		settle()
		p.fill()
		c.take(1)
		if space, _ := c.indent(); space > 0 {
			c.skip(1)
		}
		p.open = append(p.open, container{quote: true})
	case mark != "":
		settle()
		p.fill()
		p.leaf, p.fence, c.at = fenced, mark, -1
	case isHeading(rest):
		settle()
		p.say(rest, start+len(c.line)-len(rest))
		p.flush()
		c.at = -1
	case isRule(rest) || (open && isUnderline(rest)):
		settle()
		p.fill()
		c.at = -1
	case item > 0:
		settle()
		p.fill()
		c.take(item)
		space, rest := c.indent()
		if isBlank(rest) || space > 4 {
			space = 1
		}
		c.skip(space)
		p.open = append(p.open, container{width: columns + item + space, empty: isBlank(rest)})
	default:
		return false
	}
	return c.at >= 0
}

// match goes on behind the marks of the containers that a line is in, and tells how
// many those are.
func (p *prose) match(c *cursor) int {
	for i, in := range p.open {
		columns, rest := c.indent()
		switch {
		case in.quote:
			if columns > 3 || !strings.HasPrefix(rest, ">") {
				return i
			}
			c.take(1)
			if space, _ := c.indent(); space > 0 {
				c.skip(1)
			}
		case isBlank(rest):
			if in.empty {
				return i
			}
		case columns < in.width:
			return i
		default:
			c.skip(in.width)
		}
	}
	return len(p.open)
}

// inCode tells whether a line that is in all containers is of a block of code.
func (p *prose) inCode(c *cursor) bool {
	columns, rest := c.indent()
	switch p.leaf {
	case fenced:
		mark := fenceMark(rest)
		if columns <= 3 && mark != "" && mark[0] == p.fence[0] && len(mark) >= len(p.fence) && isBlank(rest[len(mark):]) {
			p.leaf = noLeaf
		}
		return true
	case indented:
		if columns >= 4 || isBlank(rest) {
			return true
		}
		p.leaf = noLeaf
	}
	return false
}

// itemMark is how long the mark is with which an item of a list begins. In the middle
// of a paragraph only one that counts from 1, and says something, does.
func itemMark(rest string, open bool) int {
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	n := digits + 1
	switch {
	case len(rest) < n || digits > 9:
		return 0
	case digits == 0 && !strings.ContainsRune("*+-", rune(rest[0])):
		return 0
	case digits > 0 && rest[digits] != '.' && rest[digits] != ')':
		return 0
	case len(rest) > n && rest[n] != ' ' && rest[n] != '\t':
		return 0
	case open && (isBlank(rest[n:]) || (digits > 0 && rest[:digits] != "1")):
		return 0
	}
	return n
}

// isRule tells whether a line is a thematic break.
func isRule(rest string) bool {
	if rest == "" || !strings.ContainsRune("*-_", rune(rest[0])) {
		return false
	}
	n := 0
	for i := range len(rest) {
		switch rest[i] {
		case rest[0]:
			n++
		case ' ', '\t':
		default:
			return false
		}
	}
	return n >= 3
}

// isUnderline tells whether a line makes the paragraph before it a heading.
func isUnderline(rest string) bool {
	line := strings.TrimRight(rest, " \t")
	return line != "" && (strings.Trim(line, "=") == "" || strings.Trim(line, "-") == "")
}

// isHeading tells whether a line is a heading.
func isHeading(rest string) bool {
	n := len(rest) - len(strings.TrimLeft(rest, "#"))
	return n >= 1 && n <= 6 && (n == len(rest) || rest[n] == ' ' || rest[n] == '\t')
}
