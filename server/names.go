package server

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// callNames finds people by what they are called: names as they are compared, by the
// word they begin with, so that looking one up in a text costs nothing for each
// person of the team.
type callNames map[string]alike // by head

// alike are the names that begin with one word.
type alike struct {
	names   map[string][]string // folded name → IDs
	longest int                 // of the names there are or were, in bytes
}

func (n callNames) add(name, id string) {
	folded := chat.FoldName(name)
	h := head(folded)
	a := n[h]
	if a.names == nil {
		a.names = make(map[string][]string, 1)
	}
	a.names[folded] = append(a.names[folded], id)
	a.longest = max(a.longest, len(folded))
	n[h] = a
}

func (n callNames) drop(name, id string) {
	folded := chat.FoldName(name)
	h := head(folded)
	names := n[h].names
	left := slices.DeleteFunc(names[folded], func(other string) bool { return other == id })
	if len(left) > 0 {
		names[folded] = left
		return
	}
	if delete(names, folded); len(names) == 0 {
		delete(n, h)
	}
}

// of answers who has a folded name.
func (n callNames) of(folded string) []string { return n[head(folded)].names[folded] }

// head is the word that a text begins with, or its first character where that is
// none of a word.
func head(s string) string {
	i := strings.IndexFunc(s, func(r rune) bool { return !ofWord(r) })
	switch {
	case i < 0:
		return s
	case i > 0:
		return s[:i]
	}
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}

// ofWord tells whether a word goes on with r.
func ofWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || r == '_'
}
