package tui

import (
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// The lines that were sent are kept for the next time, as a shell keeps them: each is recalled
// where it was typed, and found from everywhere. What was typed as an answer to a question is
// none of them, nor are those that keepsLine names. A message is kept with its ID: it goes from
// the disk when it is deleted or edited, and is here as long as the program runs.

// maxInputs is how many lines are known here, those of the last time among them.
const maxInputs = 1000

// sentLast takes what was sent before the program began.
func (m *Model) sentLast(h chat.InputHistory) {
	if h.Reset { // another's
		m.inputs = nil
		for _, c := range m.composers {
			c.Disown()
		}
	}
	places := make(map[string][]string)
	var list []chat.Input
	for _, in := range h.Inputs {
		if in.Room = roomOf(in.Room); slices.Contains(m.inputs, in) {
			continue // it was sent while this was read
		}
		in.Line = chat.Sanitize(in.Line)
		list = append(list, in)
		at := where(in.Room, in.Thread)
		places[at] = append(places[at], in.Line)
	}
	list = append(list, m.inputs...)
	m.inputs = list[max(0, len(list)-maxInputs):]
	m.past = places
	for at, c := range m.composers {
		c.Recollect(places[at])
		delete(places, at)
	}
}

// typedNow takes down a line that was typed at a place.
func (m *Model) typedNow(at, line, id string) chat.Input {
	in := chat.Input{Line: line, ID: id}
	in.Room, in.Thread = roomAt(at)
	if n := len(m.inputs); n >= maxInputs {
		m.inputs = slices.Delete(m.inputs, 0, n-maxInputs+1)
	}
	m.inputs = append(m.inputs, in)
	return in
}

// sentNow keeps a message that was sent from a place as it was typed.
func (m *Model) sentNow(at, line, id string) { m.keepInput(m.typedNow(at, line, id)) }

func (m *Model) keepInput(in chat.Input) {
	if m.keeps != nil {
		m.keeps(in)
	}
}

// ranNow keeps the line of a command. posted is the ID of the message that it became, "" for
// none, and done tells that it is not in the composer again.
func (m *Model) ranNow(at, line, posted string, done bool) {
	if in := m.typedNow(at, line, posted); done && keepsLine(line) {
		m.keepInput(in)
	}
}

// keepsLine tells whether a command is kept for the next time. Nobody looks for the one that
// ended this time. What is said to somebody alone is kept where it was said (sayTo), and not
// where it was typed; the new text of a message is the message's. A command with an address or
// a token in it may be a way into the team.
func keepsLine(line string) bool {
	word, rest := slash.Split(line)
	c, _ := slash.Called(slash.OnScreen(), word, rest)
	switch c.Name {
	case "quit", "logout":
		return false
	case "edit":
		return rest == ""
	case "msg":
		_, text := slash.People(rest)
		return text == ""
	}
	return !strings.Contains(rest, "://") && !strings.Contains(rest, tokenBegins)
}

// tokenBegins is how every JWT begins: `{"` in base64url (RFC 7519 §3.1).
const tokenBegins = "eyJ"
