package timeline

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/tui/markup"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// lineAt is the line of a text that a byte is in.
func lineAt(text string, at int) (from, to int) {
	from = strings.LastIndexByte(text[:at], '\n') + 1
	if to = strings.IndexByte(text[at:], '\n'); to < 0 {
		return from, len(text)
	}
	return from, at + to
}

// wordAt is the word of a text that a byte is in: an address, or letters and digits with what
// stands between those without spaces, as in a path, a time or a version; where there is none, a
// single character.
func wordAt(text string, at int) (from, to int) {
	begin, end := lineAt(text, at)
	line, at := text[begin:end], at-begin
	if from, to, ok := markup.AddressAt(line, at); ok {
		return begin + from, begin + to
	}
	if at >= len(line) {
		return begin + at, begin + at
	}
	from, to = at, at
	for from > 0 {
		r, n := utf8.DecodeLastRuneInString(line[:from])
		before, _ := utf8.DecodeLastRuneInString(line[:from-n])
		if !inWord(r) && (!joins(r) || !inWord(before)) {
			break
		}
		from -= n
	}
	for to < len(line) {
		r, n := utf8.DecodeRuneInString(line[to:])
		after, _ := utf8.DecodeRuneInString(line[to+n:])
		if !inWord(r) && (!joins(r) || !inWord(after) || to == from) {
			break
		}
		to += n
	}
	if to <= at {
		n, _ := theme.Cluster(line[at:], ansi.GraphemeWidth)
		from, to = at, at+n
	}
	return begin + from, begin + to
}

func inWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '\u200d' || r == '\u200c'
}

// joins tells whether a sign between letters and digits belongs to their word.
func joins(r rune) bool { return strings.ContainsRune("-./:@+~'’", r) }
