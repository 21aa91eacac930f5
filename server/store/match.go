package store

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// phrase is what a text must have: terms that follow each other in it.
type phrase struct {
	terms  []string
	begins bool // the last one may be longer in the text
}

// makePhrase makes a phrase of what somebody looks for; it has no terms where text
// has none.
func makePhrase(text string, begins bool) phrase {
	terms := appendTerms(nil, text)
	if len(terms) == 0 {
		return phrase{}
	}
	// The last rune of a run without spaces is a term of its own where the run ends.
	// In the text it may go on.
	last := terms[len(terms)-1]
	r, size := utf8.DecodeRuneInString(last)
	if size != len(last) || kindOf(r) != unspaced {
		return phrase{terms, begins}
	}
	if len(terms) > 1 {
		if before := terms[len(terms)-2]; len(before) > size && strings.HasSuffix(before, last) && isPair(before) {
			return phrase{terms[:len(terms)-1], false}
		}
	}
	return phrase{terms, true}
}

// isPair tells whether a term is two neighbours of a run without spaces.
func isPair(term string) bool {
	r, size := utf8.DecodeRuneInString(term)
	return kindOf(r) == unspaced && utf8.RuneCountInString(term[size:]) == 1
}

// in tells whether a text of these terms has the phrase.
func (p phrase) in(terms []string) bool {
	n := len(p.terms) - 1
	for ; len(terms) > n; terms = terms[1:] {
		if slices.Equal(terms[:n], p.terms[:n]) &&
			(terms[n] == p.terms[n] || p.begins && strings.HasPrefix(terms[n], p.terms[n])) {
			return true
		}
	}
	return false
}

// matcher tells which messages are found, by the index and by themselves.
type matcher struct {
	phrases    []phrase
	from       []string // any of them; nobody in particular when empty
	file, link bool
}

// matches tells whether d is found. The room and time of it are the query's to tell.
func (m *matcher) matches(d *document) bool {
	if d.deleted || len(m.from) > 0 && !slices.Contains(m.from, d.author) {
		return false
	}
	terms := d.terms()
	if m.file && !slices.Contains(terms, hasFile) || m.link && !slices.Contains(terms, hasLink) {
		return false
	}
	for _, p := range m.phrases {
		if !p.in(terms) {
			return false
		}
	}
	return true
}

// expression asks the index for what m finds in rooms, or anywhere when they are
// nil. Every term is quoted, so that nothing in it has a meaning of its own.
func (m *matcher) expression(rooms []int64) string {
	var all []string
	for _, p := range m.phrases {
		e := quote(strings.Join(p.terms, " "))
		if p.begins {
			e += " *"
		}
		all = append(all, e)
	}
	if m.file {
		all = append(all, quote(hasFile))
	}
	if m.link {
		all = append(all, quote(hasLink))
	}
	if len(m.from) > 0 {
		all = append(all, anyOf(m.from, authorTerm))
	}
	if rooms != nil {
		all = append(all, anyOf(rooms, roomTerm))
	}
	return strings.Join(all, " AND ")
}

func anyOf[T any](list []T, term func(T) string) string {
	terms := make([]string, len(list))
	for i, v := range list {
		terms[i] = quote(term(v))
	}
	return "(" + strings.Join(terms, " OR ") + ")"
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
