// Package rows breaks lines where a terminal would break them: what a terminal breaks goes
// on in its first column, where it looks like a line of its own. Who writes to a room knows
// how wide terminals are, and so could put there what somebody else seems to have said.
//
// It knows nothing of chat, and no terminal: it is told how wide one is.
package rows

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	eastasian "golang.org/x/text/width"
)

const (
	// indent stands in front of what a line goes on with, as in front of the further lines
	// of a message.
	indent = "  "

	// leastWidth is the width of rows where a terminal is narrower: a wide character fits
	// behind the indent, and in less no line can be imitated.
	leastWidth = len(indent) + 2

	// tabStop is how far apart tabs stand in a terminal.
	tabStop = 8

	// mostBlanks is how many blanks stand between words: columns of a table are seldom
	// further apart. mostIndent is how many a line begins with: ten levels of code.
	mostBlanks = 16
	mostIndent = 40
)

// Break breaks the lines of a text, which holds no control characters but tabs and line ends,
// so that none is wider than a terminal of width columns. It breaks between words, and before
// and after wide characters; what is wider than a row is cut between grapheme clusters. What a
// line goes on with stands two spaces further in. The last column stays free: some terminals
// break a row that is full. Tabs become spaces. With a width of 0, which is that none is
// known, the text stays as it is.
func Break(text string, width int) string {
	if width <= 0 {
		return text
	}
	var b breaker
	b.limit = max(width-1, leastWidth)
	for line := range strings.Lines(text) {
		line, ended := strings.CutSuffix(line, "\n")
		b.line(line)
		if ended {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// breaker holds the row that is being filled: behind what was written a gap, then a word.
type breaker struct {
	strings.Builder
	limit int  // width of a row
	used  int  // of it
	begun bool // it has a word

	gap       string
	gapWidth  int
	word      string // part of the line
	wordWidth int
}

func (b *breaker) line(line string) {
	b.used, b.begun, b.gap, b.gapWidth = 0, false, "", 0
	wide := false // the last cluster was
	start := 0    // of the word
	for i := 0; i < len(line); {
		size, cells, broad := cluster(line[i:])
		switch c := line[i : i+size]; {
		case c == "\t":
			b.put()
			n := tabStop - (b.used+b.gapWidth)%tabStop
			b.space(strings.Repeat(" ", n), n)
			wide = false
		case isBlank(c):
			b.put()
			b.space(c, cells)
			wide = false
		default:
			if wide || broad {
				b.put()
			}
			if b.word == "" {
				start = i
			}
			b.word, b.wordWidth, wide = line[start:i+size], b.wordWidth+cells, broad
		}
		i += size
	}
	b.put()
	if b.used+b.gapWidth <= b.limit {
		b.WriteString(b.gap)
	}
}

// space adds to the gap. What no row has room for is never written.
func (b *breaker) space(s string, cells int) {
	if b.gapWidth += cells; b.gapWidth <= b.limit {
		b.gap += s
	}
}

// put writes the word and the gap before it. At a break the gap vanishes, and so it does where
// it takes the place of the first word of a row.
func (b *breaker) put() {
	if b.word == "" {
		return
	}
	switch {
	case b.used+b.gapWidth+b.wordWidth <= b.limit:
		b.WriteString(b.gap)
		b.used += b.gapWidth
	case b.begun:
		b.next()
	case b.used == 0 && b.gapWidth > 0:
		b.WriteString(indent)
		b.used = len(indent)
	}
	for word := b.word; word != ""; {
		size, cells, _ := cluster(word)
		if b.begun && b.used+cells > b.limit {
			b.next()
		}
		b.WriteString(word[:size])
		b.used, b.begun = b.used+cells, true
		word = word[size:]
	}
	b.gap, b.gapWidth, b.word, b.wordWidth = "", 0, "", 0
}

// next begins another row.
func (b *breaker) next() {
	b.WriteString("\n" + indent)
	b.used, b.begun = len(indent), false
}

// cluster measures the first grapheme cluster of s. Terminals do not agree on what is joined,
// and what is measured too narrow is broken by the terminal: the widest counts. broad is whether
// one may break a line before and after it, as in Chinese.
func cluster(s string) (size, cells int, broad bool) {
	if s[0] < 0x80 && (len(s) == 1 || s[1] < 0x80) {
		return 1, 1, false
	}
	c, cells := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	usual, apart := 0, 0
	for _, r := range c {
		n := ansi.WcWidth.StringWidth(string(r))
		usual, apart = usual+n, apart+widest(r, n)
	}
	return len(c), max(cells, apart), max(cells, usual) > 1
}

// widest is how wide a terminal may draw a character that is usually n cells wide. A console of Linux
// has a cell for each mark, and for what joins emoji. Some terminals draw signs that are wide in
// Chinese, Japanese and Korean, as … and █, wide everywhere. Letters of that kind, which are all of Greek and
// Cyrillic, are as wide as the environment says to package ansi (RUNEWIDTH_EASTASIAN=1): else
// whoever writes in these had half a terminal.
func widest(r rune, n int) int {
	if n == 1 && !unicode.IsLetter(r) && eastasian.LookupRune(r).Kind() == eastasian.EastAsianAmbiguous {
		return 2
	}
	return max(n, 1)
}

// isBlank tells whether a cluster is one of those that show nothing and take a cell or two.
func isBlank(c string) bool {
	for _, r := range c {
		if !blank(r) {
			return false
		}
	}
	return true
}

// blank tells whether r shows nothing and takes a cell or two: spaces, the Braille pattern
// without dots, and the fillers of Hangul.
func blank(r rune) bool {
	switch r {
	case '\u2800', '\u115f', '\u1160', '\u3164', '\uffa0':
		return true
	}
	return r != '\n' && unicode.IsSpace(r)
}

// Mark says of blanks in a line that are more than a few in a row how many there are, as ⟨60 blanks⟩:
// where nobody knows how wide the terminal is, as in a pipe, they push what is behind them to the
// beginning of its next row. More may stand where a line begins.
func Mark(line string, begins bool) string {
	var b strings.Builder
	kept := 0 // line[:kept] is in b
	for i := 0; i < len(line); {
		n, cells := blanks(line[i:])
		switch {
		case n == 0:
			begins = false
			i++
			continue
		case cells > mostBlanks && !begins, cells > mostIndent:
			b.WriteString(line[kept:i])
			fmt.Fprintf(&b, "⟨%d blanks⟩", cells)
			kept = i + n
		}
		i += n
	}
	if kept == 0 {
		return line
	}
	return b.String() + line[kept:]
}

// blanks is how many bytes of blanks a text begins with, and how wide they are.
func blanks(text string) (n, cells int) {
	for i, r := range text {
		if !blank(r) {
			return i, cells
		}
		switch r {
		case '\t':
			cells += tabStop
		case '\u3000', '\u3164', '\u115f':
			cells += 2
		default:
			cells++
		}
	}
	return len(text), cells
}
