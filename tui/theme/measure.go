package theme

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

const (
	// RoomyFrom is the width, in cells, from which rows have an empty column at
	// both sides and times at the right. Both take nine cells: from here on they
	// leave 25 for the text, some five words; below, the text needs them more.
	RoomyFrom = 34

	// TabStop is how far apart tabs stand: four keeps indented code on a narrow
	// screen.
	TabStop = 4

	// TooWide stands for a cluster that is wider than its whole row.
	TooWide = "·"
)

// Margin is the width of the empty column at each side of a screen.
func Margin(width int) int {
	if width >= RoomyFrom {
		return 1
	}
	return 0
}

// Cluster measures the first grapheme cluster of s, which is not empty.
func Cluster(s string, m ansi.Method) (size, cells int) {
	if s[0] >= ' ' && s[0] < 0x7f && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return 1, 1 // most text: no mark can follow
	}
	c, cells := ansi.FirstGraphemeCluster(s, m)
	return len(c), cells
}

// Clip cuts s, which may be anybody's, to at most n bytes and an ellipsis,
// between characters. It bounds the work on a text before it is sanitised;
// Truncate is what makes it fit.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// Shorten cuts a name, which holds no colours, to at most width cells between grapheme
// clusters. It cuts in the middle, where names that begin alike are alike as well; where few
// cells are left, at the end.
func (t *Theme) Shorten(name string, width int) string {
	const (
		leastWidth = 7 // below, too little of the beginning would be left
		endShare   = 3 // of what is left a third is the end
	)
	m := t.Measure
	if m.StringWidth(name) <= width {
		return name
	}
	if width < leastWidth {
		return t.Truncate(name, width, "…")
	}
	last := (width - 1) / endShare
	end := name
	for over := m.StringWidth(end) - last; over > 0; {
		size, cells := Cluster(end, m)
		end, over = end[size:], over-cells
	}
	return t.Truncate(name, width-1-m.StringWidth(end), "") + "…" + end
}

// Truncate cuts s, which may hold colours, to at most width cells, between
// grapheme clusters, and ends what was cut with tail. Colours that were begun
// are ended.
//
// It is ansi.Truncate, but for a fault of that: with wcwidth it asks first
// whether the text would fit if emoji were joined, and then leaves it too wide.
func (t *Theme) Truncate(s string, width int, tail string) string {
	if t.Measure.StringWidth(s) <= width {
		return s
	}
	width -= t.Measure.StringWidth(tail)
	if width < 0 {
		return ""
	}
	var b strings.Builder
	var state byte
	used, full := 0, false
	for s != "" {
		seq, cells, n, next := t.Measure.DecodeSequenceInString(s, state, nil)
		if state == ansi.NormalState && s[0] >= ' ' && s[0] < 0x7f {
			// A sign of ASCII is decoded alone, and is wider with what belongs to it: "1" in a keycap.
			n, cells = Cluster(s, t.Measure)
			seq, next = s[:n], state
		}
		s, state = s[n:], next
		switch {
		case ansi.HasCsiPrefix(seq) || ansi.HasOscPrefix(seq):
			b.WriteString(seq)
		case full:
		case used+cells > width:
			full = true
			b.WriteString(tail)
		default:
			b.WriteString(seq)
			used += cells
		}
	}
	return b.String()
}
