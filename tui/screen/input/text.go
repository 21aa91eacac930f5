package input

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decoded is what was pasted, as UTF-8. Where nothing in it is, it is what most programs
// mean that know of no UTF-8.
func decoded(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	for rest := b; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r >= utf8.RuneSelf && n > 1 {
			return string([]rune(string(b))) // U+FFFD for each byte that is wrong
		}
		rest = rest[n:]
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return string([]rune(string(b)))
	}
	return string(text)
}

// cutShort is how many bytes at the end of b are the beginning of a character, or of the
// mark that ends a paste.
func cutShort(b []byte) int {
	for n := min(len(b), len(pasteEnd)-1); n > 0; n-- {
		if string(b[len(b)-n:]) == pasteEnd[:n] {
			return n
		}
	}
	for n := 1; n <= min(len(b), utf8.UTFMax-1); n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}
