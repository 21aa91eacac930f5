package theme

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

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
