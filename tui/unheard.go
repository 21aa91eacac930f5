package tui

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// maxUnheard bounds of how many it is remembered that it was said already.
const maxUnheard = 200

// codeIn is what of a text is code, and names nobody.
var codeIn = regexp.MustCompile("(?s)```.*?(?:```|$)|~~~.*?(?:~~~|$)|`[^`\n]*`")

// unheard says of a message of the user's own, which was written here and has come, whom it
// names who is not told of it: somebody of the team who may not see the room. It is said
// once of each.
func (m *Model) unheard(r *chat.Membership, msg *chat.Message) {
	if msg.From.ID != m.you.ID || msg.Auto || r.Kind == chat.RoomPublic || m.names == nil || msg.Style == chat.StyleCode || msg.Style == chat.StyleOutput {
		return
	}
	text, ok := msg.Text()
	if !ok || !strings.Contains(text, "@") || !m.timeline(r.ID).HasDraft(msg.ID) {
		return
	}
	var names []string
	for _, name := range m.namedIn(codeIn.ReplaceAllString(text, " ")) {
		id := m.names.People[name]
		said := r.ID + "\x00" + id
		if id == m.you.ID || slices.Contains(msg.Mentions, id) || slices.Contains(m.unheardOf, said) {
			continue
		}
		m.unheardOf = append(m.unheardOf, said)
		if called, known := m.people[id]; known {
			name = chat.SanitizeLine(called)
		}
		names = append(names, name)
	}
	m.unheardOf = m.unheardOf[max(0, len(m.unheardOf)-maxUnheard):]
	for _, name := range names {
		if r.Kind == chat.RoomDirect {
			m.timeline(r.ID).Notice(name + " is not in this conversation, and was not told of it")
			continue
		}
		m.timeline(r.ID).Notice(name + " is not in this room, and was not told; /invite " + name + " lets them in")
	}
}

// namedIn are the names of people that a text has behind an @, as m.names has them; the
// longest where one begins with another.
func (m *Model) namedIn(text string) (list []string) {
	text = strings.ToLower(chat.SanitizeLine(text))
	for at := 0; at < len(text); at++ {
		i := strings.IndexByte(text[at:], '@')
		if i < 0 {
			break
		}
		at += i
		if before, _ := utf8.DecodeLastRuneInString(text[:at]); at > 0 && wordly(before) {
			continue // an address
		}
		best := ""
		for name := range m.names.People {
			rest, has := strings.CutPrefix(text[at+1:], name)
			if next, _ := utf8.DecodeRuneInString(rest); has && len(name) > len(best) && (rest == "" || !wordly(next)) {
				best = name
			}
		}
		if best != "" && !slices.Contains(list, best) {
			list = append(list, best)
		}
	}
	return list
}

// wordly tells whether a character goes on with a word.
func wordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }
