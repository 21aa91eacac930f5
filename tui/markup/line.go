package markup

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// add puts text at the end of a line.
func (l *line) add(s string, as look) {
	if s == "" {
		return
	}
	l.text += s
	l.spans = extended(l.spans, len(l.text), as)
}

// clean tells whether a line is safe to draw. Where a sign was taken out, what was
// apart may have joined.
func (l *line) clean() bool { return chat.Sanitize(l.text) == l.text }

// expand puts spaces for the tabs of a line.
func (l *line) expand(m ansi.Method) {
	if strings.IndexByte(l.text, '\t') < 0 {
		return
	}
	var b strings.Builder
	column, begin, next, shift := 0, 0, 0, 0
	for begin <= len(l.text) {
		end := len(l.text)
		if n := strings.IndexByte(l.text[begin:], '\t'); n >= 0 {
			end = begin + n
		}
		for ; next < len(l.spans) && l.spans[next].end <= end; next++ {
			l.spans[next].end += shift
		}
		b.WriteString(l.text[begin:end])
		if end == len(l.text) {
			break
		}
		column += m.StringWidth(l.text[begin:end])
		n := theme.TabStop - column%theme.TabStop
		l.tabs = append(l.tabs, Tab{At: b.Len(), N: n})
		b.WriteString("    "[:n])
		column += n
		shift += n - 1
		begin = end + 1
	}
	l.text = b.String()
}

// snap moves the ends of spans that are within a grapheme cluster behind it: a
// cluster has one look.
func (l *line) snap(m ansi.Method) {
	if len(l.spans) == 0 || ascii(l.text) {
		return
	}
	at := 0
	for i := range l.spans {
		for at < min(l.spans[i].end, len(l.text)) {
			n, _ := theme.Cluster(l.text[at:], m)
			at += n
		}
		l.spans[i].end = at
	}
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
