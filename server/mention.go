package server

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// mentions finds who a text names: the IDs of people who may see the room, and
// what stands for all of them. Program text and output name nobody.
func (s *Service) mentions(who chat.Standing, called string, body chat.Body, style chat.Style) ([]string, error) {
	text, ok := body.Text()
	if !ok || style == chat.StyleCode || style == chat.StyleOutput || !strings.Contains(text, "@") {
		return nil, nil
	}
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	in, err := s.team.find(called)
	if err != nil {
		return nil, err
	}
	names := s.team.called(in)
	var found []string
	seen := make(map[string]bool)
	for at := range mentionStarts(text) {
		id := longestName(text[at:], names)
		if id == "" || seen[id] {
			continue
		}
		if id == chat.MentionRoom || id == chat.MentionHere {
			if permit(MentionAll, who, in) != nil {
				continue // it stays what it is: text
			}
		}
		seen[id] = true
		if found = append(found, id); len(found) > chat.MaxMentions {
			return nil, badRequest("a message names at most %d people; @room names all", chat.MaxMentions)
		}
	}
	return found, nil
}

// called is whom a text of a room can name, by folded name: its members, in a
// public room everybody who may join it, and all at once.
func (t *team) called(in *room) map[string]string {
	names := make(map[string]string, len(in.members)+2)
	twice := make(map[string]bool)
	for id, p := range t.people {
		if p.Banned || !in.visible(*p) {
			continue
		}
		folded := chat.FoldName(p.Name)
		if _, taken := names[folded]; taken {
			twice[folded] = true // nobody knows which of them is meant
		}
		names[folded] = id
	}
	for folded := range twice {
		delete(names, folded)
	}
	names["room"], names["here"] = chat.MentionRoom, chat.MentionHere
	return names
}

// maxNameWords is how many words a name that is mentioned has at most.
const maxNameWords = 4

// longestName is whom text begins with, the longest name first; "" is nobody.
func longestName(text string, names map[string]string) string {
	var ends []int // of the first words
	word := false
	for i, r := range text {
		part := unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || strings.ContainsRune("_-.'", r)
		if word && !part {
			ends = append(ends, i)
		}
		if r != ' ' && !part || len(ends) == maxNameWords || i > 16*chat.MaxName {
			word = false
			break
		}
		word = part
	}
	if word {
		ends = append(ends, len(text))
	}
	for _, end := range slices.Backward(ends) {
		name := text[:end]
		for _, candidate := range []string{name, strings.TrimRight(name, ".-'")} { // the end of a sentence
			if id, ok := names[chat.FoldName(candidate)]; ok {
				return id
			}
		}
	}
	return ""
}

// mentionStarts yields the places after each @ that begins a word and stands in no
// code: neither between backquotes nor in a fenced block (CommonMark, sections 4.5
// and 6.1).
func mentionStarts(text string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		fence := ""
		at := 0
		for line := range strings.SplitAfterSeq(text, "\n") {
			start := at
			at += len(line)
			trimmed := strings.TrimLeft(line, " ")
			if mark := fenceMark(trimmed); mark != "" && len(line)-len(trimmed) <= 3 {
				switch {
				case fence == "":
					fence = mark
				case mark[0] == fence[0] && len(mark) >= len(fence) && strings.TrimSpace(strings.TrimLeft(trimmed, mark[:1])) == "":
					fence = ""
				}
				continue
			}
			if fence != "" || strings.HasPrefix(line, "    ") {
				continue
			}
			for i := range lineMentions(line) {
				if !yield(start + i) {
					return
				}
			}
		}
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

// lineMentions yields the places after each @ of a line that begins a word outside
// of code spans.
func lineMentions(line string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < len(line); {
			switch line[i] {
			case '`':
				n := len(line[i:]) - len(strings.TrimLeft(line[i:], "`"))
				end := spanEnd(line[i+n:], n)
				if i += n; end >= 0 {
					i += end
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

// spanEnd is where the run of n backquotes ends that closes a code span, or -1.
func spanEnd(s string, n int) int {
	for i := 0; i < len(s); {
		if s[i] != '`' {
			i++
			continue
		}
		run := len(s[i:]) - len(strings.TrimLeft(s[i:], "`"))
		if i += run; run == n {
			return i
		}
	}
	return -1
}
