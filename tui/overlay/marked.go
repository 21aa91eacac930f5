package overlay

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
)

// marked draws a text with the words marked that it was found by, which are small: where one of
// them begins a word of it. The mark is a line below, which needs no colour.
func marked(text string, words []string, ink lipgloss.Style) string {
	low := strings.ToLower(text)
	if len(low) != len(text) || len(words) == 0 { // a place in one is none in the other
		return ink.Render(text)
	}
	found := ink.Bold(true).Underline(true)
	var b strings.Builder
	done := 0
	for at := 0; at < len(low); {
		n := 0
		for _, w := range words {
			if strings.HasPrefix(low[at:], w) && len(w) > n && beginsWord(low, at) {
				n = len(w)
			}
		}
		if n == 0 {
			_, size := utf8.DecodeRuneInString(low[at:])
			at += size
			continue
		}
		b.WriteString(plainly(text[done:at], ink) + found.Render(text[at:at+n]))
		at += n
		done = at
	}
	return b.String() + plainly(text[done:], ink)
}

func plainly(s string, ink lipgloss.Style) string {
	if s == "" {
		return ""
	}
	return ink.Render(s)
}

// beginsWord tells whether a word begins at a byte of a text: what is written without spaces, as
// Japanese is, begins one everywhere.
func beginsWord(s string, at int) bool {
	r, _ := utf8.DecodeRuneInString(s[at:])
	before, _ := utf8.DecodeLastRuneInString(s[:at])
	letter := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return at == 0 || !letter(before) || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Hangul)
}
