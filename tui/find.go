package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/slash"
)

// find asks what to find, and goes there while it is typed.
func (m *Model) find() {
	t := m.shown()
	from, _ := t.Chosen()
	nowhere := "" // what no message says; none says more than that either
	var none bool
	q := &question{says: []string{"find "}, left: func() { t.ChooseSeq(from.Seq) }}
	m.askFor(q)
	q.changed = func(text string) {
		t.ChooseSeq(from.Seq)
		none = nowhere != "" && strings.HasPrefix(text, nowhere)
		if !none && text != "" && !t.Find(text, true, true) {
			none, nowhere = true, text
		}
		say := ""
		if none {
			say = "no message above here that is loaded says that"
		}
		c := commandSought(text)
		if q.line = ""; c != "" {
			q.line = withWords("/" + text)
		}
		if c != "" && (!none || q.line != "") {
			say = "this is a search, since a message is selected: " + c + " is not done by it"
		}
		m.composer.Say(say)
	}
	q.done = func(text string) tea.Cmd {
		if c := commandSought(text); c != "" && none {
			m.offerCommand(c, "/"+text)
			return nil
		}
		m.sought = text
		return nil
	}
}

// findAgain goes to another message that says what was sought last.
func (m *Model) findAgain(up bool) {
	switch {
	case m.sought == "":
		m.composer.Say(name(m.keys.Choose.Find) + " finds a text")
	case !m.shown().Find(m.sought, up, false):
		m.composer.Say("no other message that is loaded says that")
	}
}

// commandSought is the command, as it was typed, that a text to be found begins with, "" for
// none: who has not seen that a message is selected, where a slash begins a search, writes
// commands.
func commandSought(text string) string {
	word, _ := slash.Split(text)
	if _, ok := slash.Find(slash.OnScreen(), word); !ok || strings.HasPrefix(text, "/") {
		return ""
	}
	return "/" + word
}

// withWords is the line of a command that has words which somebody may miss, else "".
func withWords(line string) string {
	if _, rest := slash.Split(strings.TrimPrefix(line, "/")); strings.TrimSpace(rest) == "" {
		return ""
	}
	return line
}

// offerCommand offers to do a command that was typed as a search, and found nothing. It is not
// done by itself: "me too" may have been sought. What is written next was perhaps to come after
// it, as after /go, and so is asked about once before it is posted.
func (m *Model) offerCommand(called, line string) {
	enter := name(m.keys.Send)
	was := called + " was a search, and was not done"
	at := m.place()
	m.askFor(&question{
		line:   withWords(line),
		says:   []string{"that was a search, since a message is selected · " + enter + " again does " + line, "a search · " + enter + " again does " + line, enter + ": " + line, enter + ": " + called},
		offers: []offered{{m.keys.Send, func() tea.Cmd { return m.doLine(line) }}},
		passed: func() {
			if m.meant == nil {
				m.meant = make(map[string]meant)
			}
			m.meant[at] = meant{why: was}
		},
	})
}

// doLine does the command of a line that was not written in the composer. What is written there is
// put aside for it.
func (m *Model) doLine(line string) tea.Cmd {
	m.setFocus(writing)
	if a := m.about(); !m.composer.Empty() || a != nil && a.editing != nil {
		m.emptyPlace(m.place())
		m.use()
	}
	m.composer.Paste(line)
	return m.send()
}
