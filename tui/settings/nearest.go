package settings

import (
	"fmt"
	"strings"
)

// Nearest is the name that was perhaps meant by a word: one it is the end or the
// beginning of, or that is two slips away at most; "" if none is.
func Nearest(word string, among []string) string {
	if word = strings.ToLower(strings.ReplaceAll(word, "_", "-")); word == "" || len(word) > 60 {
		return ""
	}
	best, found := 3, ""
	last := word[strings.LastIndexByte(word, '.')+1:]
	for _, name := range among {
		own := name[strings.LastIndexByte(name, '.')+1:]
		if own == word || name == word {
			return name
		}
		d := min(Slips(word, name), Slips(word, own))
		if len(word) > 2 && strings.HasPrefix(own, word) {
			d = min(d, 1)
		}
		if own == last { // it is in another table
			d = min(d, 2)
		} else if !Close(d, word, own) {
			continue
		}
		if d < best && d < len(own)-1 {
			best, found = d, name
		}
	}
	return found
}

// MostTold is how many mistakes are told one by one, for how many it is looked up what was meant, and
// of how many that cannot be read it is looked for what can be behind them: both take their time, and
// who has mended those looks again.
const MostTold = 50

// Told is what is said of mistakes: of the first, and how many there are besides.
func Told(says []string) []string {
	if more := len(says) - MostTold; more > 0 {
		return append(says[:MostTold:MostTold], fmt.Sprintf("and %d more", more))
	}
	return says
}

// Close tells whether so many slips make one word of another, and not just any of any: a third
// of the longer one at most.
func Close(slips int, a, b string) bool { return 3*slips <= max(len(a), len(b)) }

// Slips is how many letters have to be put in, left out, changed or swapped to make one
// word of the other; more than a few are not counted.
func Slips(a, b string) int {
	if len(a) > 2*len(b)+2 {
		return len(a)
	}
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			change := row[j]
			if a[i] != b[j] {
				change++
			}
			next[j+1] = min(change, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

// Unknown says that a name means nothing, and what may have been meant, if anything may.
func Unknown(what, name, near string) string {
	says := fmt.Sprintf("unknown %s %q", what, Cut(name))
	if near != "" {
		says += fmt.Sprintf(": did you mean %q?", near)
	}
	return says
}

// Cut is a foreign name, as much of it as is read: 40 characters.
func Cut(name string) string {
	if r := []rune(name); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return name
}
