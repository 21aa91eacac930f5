package chat

import (
	"strings"
	"unicode"
)

// SearchQuery says which messages are looked for: those for which all of it is true.
// It is a SearchRequest as the rules of chat understood it.
type SearchQuery struct {
	Words  []string // each a word, or a phrase: the words of it one after the other
	Begins []string // the same, with only the beginning of the last word
	Rooms  []string // IDs of the rooms to look in; no room has nothing
	From   []string // IDs of people, one of whom wrote it; anybody when empty
	Since  Millis
	Until  Millis // older ones alone; 0 is no end
	File   bool   // it has a file
	Link   bool   // it has a link
	Pinned bool
	Before Position // below this place in the log; the end when zero
	Limit  int      // as in History
}

// Unfinished is a query as people type it: its last word may go on, so that graph finds
// graphs. What is in quotes is as it stands, and so are words of scripts that put no
// spaces between them, which are found anywhere.
func Unfinished(q string) string {
	last := q[strings.LastIndexByte(q, ' ')+1:]
	if len([]rune(last)) < 2 || strings.Count(q, `"`)%2 == 1 || strings.ContainsFunc(last, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) || r > unicode.MaxLatin1 }) {
		return q
	}
	return q + "*"
}
