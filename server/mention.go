package server

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// mentions finds who a text in a room names, as chat.Extra has them; was is whom it
// named until it was edited. Program text and output name nobody.
func (s *Service) mentions(who chat.Standing, in string, body chat.Body, style chat.Style, was []string) ([]string, error) {
	found, err := s.names(who, in, body, style)
	if err != nil || !slices.Contains(found, chat.MentionHere) {
		return found, err
	}
	found = slices.DeleteFunc(found, func(id string) bool { return id == chat.MentionHere })
	if slices.Contains(found, chat.MentionRoom) {
		return found, nil // all are more than the active ones
	}
	here := s.here(in, who.ID)
	if i := slices.Index(was, chat.MentionHere); i >= 0 {
		here = was[i+1:] // whom it called then: an edit calls nobody anew
	}
	if len(here) > chat.MaxHere {
		return append(found, chat.MentionRoom), nil
	}
	here = slices.DeleteFunc(slices.Clone(here), func(id string) bool { return slices.Contains(found, id) })
	return append(append(found, chat.MentionHere), here...), nil
}

// here are the IDs of the members of a room who are active, but for the one who asks.
func (s *Service) here(room, but string) []string {
	active := s.presence.active()
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	in := s.team.rooms[room]
	active = slices.DeleteFunc(active, func(id string) bool { return id == but || in == nil || !in.has(id) })
	slices.Sort(active)
	return active
}

// names finds the names in a text: the IDs of people who may see the room, and what
// stands for all of them, or for those who are active.
func (s *Service) names(who chat.Standing, in string, body chat.Body, style chat.Style) ([]string, error) {
	if style == chat.StyleCode || style == chat.StyleOutput || !bytes.ContainsAny(body.JSON, `@\`) { // it may be written as \u0040
		return nil, nil
	}
	text, ok := body.Text()
	if !ok || !strings.Contains(text, "@") {
		return nil, nil
	}
	var found []string
	seen := make(map[string]bool)
	for at := range mentionStarts(text) {
		id := s.team.named(who, in, text[at:])
		if id == "" || seen[id] {
			continue
		}
		seen[id] = true
		if found = append(found, id); len(found) > chat.MaxMentions {
			return nil, badRequest("a message names at most %d people; @room names all", chat.MaxMentions)
		}
	}
	return found, nil
}

// named is whom the text after an @ begins with, the longest name first; "" is
// nobody. The text may be long and is a stranger's: the team waits for none of the
// work that it makes.
func (t *team) named(who chat.Standing, in, text string) string {
	first := head(text)
	if len(first) > maxNamed {
		return ""
	}
	first = head(chat.FoldName(first))
	t.mu.RLock()
	longest := t.called[first].longest
	t.mu.RUnlock()
	if longest == 0 && first != "room" && first != "here" {
		return ""
	}
	folded := chat.FoldName(window(text, min(4*longest+len("@room@room"), maxNamed)))
	ends := nameEnds(folded)
	t.mu.RLock()
	defer t.mu.RUnlock()
	at := t.rooms[in]
	if at == nil {
		return ""
	}
	for _, end := range slices.Backward(ends) {
		name := folded[:end]
		if name == "room" || name == "here" {
			if permit(MentionAll, who, at) != nil {
				return "" // it stays what it is: text
			}
			return map[string]string{"room": chat.MentionRoom, "here": chat.MentionHere}[name]
		}
		if ids := t.called[first].names[name]; len(ids) > 0 {
			return t.onlyOne(ids, at)
		}
	}
	return ""
}

// onlyOne is the one of several people of one name who may see a room; "" is none,
// or nobody knows which of them is meant.
func (t *team) onlyOne(ids []string, in *room) string {
	found := ""
	for _, id := range ids {
		if p := t.people[id]; p.Banned || !in.visible(*p) {
			continue
		}
		if found != "" {
			return ""
		}
		found = id
	}
	return found
}

const (
	// maxNamed is how much of a text is looked at for one name, in bytes: the longest
	// in any spelling.
	maxNamed = 16 * chat.MaxName

	// maxNameEnds is how many words and signs a name that is mentioned has at most.
	maxNameEnds = 12
)

// window is the beginning of a text's first line, of at most n bytes and whole
// characters.
func window(text string, n int) string {
	if len(text) > n {
		for n > 0 && !utf8.RuneStart(text[n]) {
			n--
		}
		text = text[:n]
	}
	if i := strings.IndexAny(text, "\r\n"); i >= 0 {
		text = text[:i]
	}
	return text
}

// nameEnds are the places where a name that a text begins with could end: where a
// word ends that does not go on after a dot, a dash or an apostrophe, but for the
// apostrophe of a genitive.
func nameEnds(text string) []int {
	ends := make([]int, 0, maxNameEnds)
	space := true
	for i, r := range text {
		if !space && !ofWord(r) && !goesOn(text[i:]) {
			if ends = append(ends, i); len(ends) == maxNameEnds {
				return ends
			}
		}
		space = r == ' '
	}
	if !space {
		ends = append(ends, len(text))
	}
	return ends
}

// goesOn tells whether what comes after a word joins it to the next.
func goesOn(rest string) bool {
	r, size := utf8.DecodeRuneInString(rest)
	next, nextSize := utf8.DecodeRuneInString(rest[size:])
	switch r {
	case '.', '-':
		return ofWord(next)
	case '\'', '’':
		after, _ := utf8.DecodeRuneInString(rest[size+nextSize:])
		return ofWord(next) && (next != 's' || ofWord(after))
	}
	return false
}

// mentionStarts yields the places after each @ that begins a word and stands in no
// code: neither between backquotes nor in a block of its own (CommonMark 0.31.2,
// sections 4.4, 4.5 and 6.1).
func mentionStarts(text string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		p := prose{give: func(words string, lines []spot) bool {
			for i := range lineMentions(words) {
				for len(lines) > 1 && lines[1].words <= i {
					lines = lines[1:]
				}
				if !yield(lines[0].text + i - lines[0].words) {
					return false
				}
			}
			return true
		}}
		p.read(text)
	}
}

// fenceMark is the run of backquotes or tildes that begins or ends a block of code.
func fenceMark(line string) string {
	for _, c := range []string{"`", "~"} {
		n := len(line) - len(strings.TrimLeft(line, c))
		if n >= 3 && (c == "~" || !strings.Contains(line[n:], "`")) {
			return line[:n]
		}
	}
	return ""
}

// lineMentions yields the places after each @ of a block of words that begins a word outside
// of code spans.
func lineMentions(line string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		var last map[int]int // length of a run of backquotes → where the last such begins
		for i := 0; i < len(line); {
			switch line[i] {
			case '`':
				if last == nil {
					last = backquotes(line)
				}
				n := runLength(line[i:])
				if i += n; last[n] >= i { // else nothing closes it
					i += spanEnd(line[i:], n)
				}
			case '\\':
				i += 2
			case '@':
				before, _ := utf8.DecodeLastRuneInString(line[:i])
				i++
				if i > 1 && (unicode.IsLetter(before) || unicode.IsNumber(before) || strings.ContainsRune("@_./-", before)) {
					continue // an address, a path
				}
				if !yield(i) {
					return
				}
			default:
				i++
			}
		}
	}
}

// backquotes says for each length of a run of backquotes where the last one begins.
func backquotes(line string) map[int]int {
	last := make(map[int]int)
	for i := 0; i < len(line); {
		n := runLength(line[i:])
		if n > 0 {
			last[n] = i
		}
		i += max(n, 1)
	}
	return last
}

// runLength is how many backquotes s begins with.
func runLength(s string) int {
	n := 0
	for n < len(s) && s[n] == '`' {
		n++
	}
	return n
}

// spanEnd is where the run of n backquotes ends that closes a code span. There is one.
func spanEnd(s string, n int) int {
	for i := 0; ; {
		run := runLength(s[i:])
		if i += run; run == n || i >= len(s) {
			return i
		}
		i += max(1-run, 0)
	}
}
