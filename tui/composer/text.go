package composer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// text is what is written, as it will be sent, and where the cursor is in it.
// Every change makes a new string: of a text as long as maxBytes that costs
// microseconds, and there is nothing to be kept in step.
type text struct {
	s      string
	at     int    // bytes before the cursor
	killed string // what was cut last
}

func (t *text) insert(s string) {
	t.s = t.s[:t.at] + s + t.s[t.at:]
	t.at += len(s)
}

// remove takes away what is between two places, in either order, and leaves the
// cursor there.
func (t *text) remove(from, to int) {
	from, to = min(from, to), max(from, to)
	t.s = t.s[:from] + t.s[to:]
	t.at = from
}

// cut is remove of what can be brought back.
func (t *text) cut(from, to int) {
	if from == to {
		return
	}
	t.killed = t.s[min(from, to):max(from, to)]
	t.remove(from, to)
}

// lineStart and lineEnd are the ends of the line the cursor is in.
func (t *text) lineStart() int { return strings.LastIndexByte(t.s[:t.at], '\n') + 1 }

func (t *text) lineEnd() int {
	if i := strings.IndexByte(t.s[t.at:], '\n'); i >= 0 {
		return t.at + i
	}
	return len(t.s)
}

// right is the place after the cluster at the cursor.
func (t *text) right() int {
	if t.at == len(t.s) {
		return t.at
	}
	return t.at + size(t.s[t.at:])
}

// left is the place before the cluster that ends at the cursor. Where clusters
// begin is only known from the start of the line on.
func (t *text) left() int {
	i := t.lineStart()
	if i == t.at {
		return max(t.at-1, 0) // the line end before it
	}
	for {
		next := i + size(t.s[i:])
		if next >= t.at {
			return i
		}
		i = next
	}
}

// size is the length of the first cluster of s, which is not empty. Clusters
// are the same by every measure; only their widths differ.
func size(s string) int {
	n, _ := theme.Cluster(s, ansi.GraphemeWidth)
	return n
}

// wordLeft is the start of the word at or before the cursor.
func (t *text) wordLeft() int {
	before := strings.TrimRightFunc(t.s[:t.at], unicode.IsSpace)
	i := strings.LastIndexFunc(before, unicode.IsSpace)
	if i < 0 {
		return 0
	}
	_, n := utf8.DecodeRuneInString(before[i:])
	return i + n
}

// wordRight is the end of the word at or after the cursor.
func (t *text) wordRight() int {
	rest := strings.TrimLeftFunc(t.s[t.at:], unicode.IsSpace)
	if i := strings.IndexFunc(rest, unicode.IsSpace); i >= 0 {
		return len(t.s) - len(rest) + i
	}
	return len(t.s)
}
