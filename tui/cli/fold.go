package cli

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// foldOver is how many lines of a text are printed as they are, and foldTo how many
	// of its first and of its last where it has more: all of it is some screens high.
	foldOver = 40
	foldTo   = 15

	// lineOver is how many characters of a line are printed: some rows of a terminal.
	lineOver = 1000

	// hitBefore and hitAfter are how much is shown around what was searched for, in
	// characters: a row or three.
	hitBefore = 60
	hitAfter  = 180
)

// folded leaves the middle of a long text out, and the ends of long lines, and says so.
func folded(lines []string) []string {
	out := make([]string, 0, min(len(lines), foldOver+1))
	for i, line := range lines {
		switch {
		case len(lines) <= foldOver, i < foldTo, i >= len(lines)-foldTo:
			out = append(out, foldedLine(line))
		case i == foldTo:
			out = append(out, fmt.Sprintf("… %s left out: --full prints them …", plural(int64(len(lines)-2*foldTo), "line")))
		}
	}
	return out
}

func foldedLine(line string) string {
	if len(line) <= lineOver {
		return line
	}
	n := 0
	for i := range line {
		if n++; n > lineOver {
			return line[:i] + fmt.Sprintf("… %s left out: --full prints them …", plural(int64(utf8.RuneCountInString(line[i:])), "character"))
		}
	}
	return line
}

// around is a long line where a query is found in it, or from its beginning.
func around(line, query string) string {
	whole := []rune(line)
	if len(whole) <= hitBefore+hitAfter {
		return line
	}
	from := max(0, found(whole, query)-hitBefore)
	to := min(len(whole), from+hitBefore+hitAfter)
	from = to - hitBefore - hitAfter
	cut := string(whole[from:to])
	if from > 0 {
		cut = "…" + cut
	}
	if to < len(whole) {
		cut += "…"
	}
	return cut
}

// found is where the first of a query's words stands in a text, whatever its case; 0
// where none does.
func found(text []rune, query string) int {
	low := lower(text)
	at := -1
	for _, word := range strings.FieldsFunc(query, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("\"“”„*", r) }) {
		i := strings.Index(low, lower([]rune(word)))
		if i < 0 {
			continue
		}
		if i = utf8.RuneCountInString(low[:i]); at < 0 || i < at {
			at = i
		}
	}
	return max(at, 0)
}

// lower has as many characters as text.
func lower(text []rune) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
