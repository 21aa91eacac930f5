// Package emoji knows what people call emoji. It is data, and how to read it: it does not
// know who uses which, or how they are drawn.
package emoji

import (
	_ "embed" // the list
	"strings"
	"sync"
)

// Emoji is a character, the names it is written by between colons, and other words for it.
type Emoji struct {
	Text  string
	Names []string
	Words string
}

//go:embed emoji.tsv
var list string

// All are all of them, in the order of the Unicode charts. They are read when they are
// first asked for: most who write need none. The list is not to be changed.
var All = sync.OnceValue(func() (all []Emoji) {
	for line := range strings.Lines(list) {
		text, rest, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		if !ok {
			continue // what is said of the list
		}
		names, words, _ := strings.Cut(rest, "\t")
		all = append(all, Emoji{text, strings.Fields(names), words})
	}
	return all
})
