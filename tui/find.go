package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// find asks what to find, and goes there while it is typed.
func (m *Model) find() {
	t := m.shown()
	from, _ := t.Chosen()
	nowhere := "" // what no message says; none says more than that either
	var none bool
	q := &question{says: []string{"find "}, left: func() {
		t.ChooseSeq(from.Seq)
		m.composer.Say("") // it was about what was sought
	}}
	m.askFor(q)
	q.changed = func(text string) {
		t.ChooseSeq(from.Seq)
		none = nowhere != "" && strings.HasPrefix(text, nowhere)
		if !none && text != "" && !t.Find(text, true, true) && !t.Find(text, false, false) {
			none, nowhere = true, text
		}
		say := ""
		if none {
			say = "no message that is loaded says that"
		}
		c := commandSought(text)
		if q.line = ""; c != "" {
			q.line = withWords("/" + text)
		}
		if c != "" && (!none || q.line != "" || !m.modal()) {
			say = m.seekSays(c, text, none)
		}
		m.composer.Say(say)
	}
	q.done = func(text string) tea.Cmd {
		switch c := commandSought(text); {
		case c != "" && none && m.atOnce(text):
			return m.doLine("/" + text)
		case c != "" && none:
			m.offerCommand(c, "/"+text, true)
		case c != "" && !m.modal():
			m.sought = text
			m.offerCommand(c, "/"+text, false)
		default:
			m.sought = text
		}
		return nil
	}
}

// findAgain goes to another message that says what was sought last.
func (m *Model) findAgain(up bool) {
	switch {
	case m.sought == "":
		m.composer.Say(keymap.Name(m.keys.Choose.Find) + " finds a text")
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

// seekSays says what becomes of a command that is typed where a slash begins a search. With the keys of
// vim it is that, and nothing else. With others who types a command means it, as long as no message
// says the same; but "edit the doc" may have been sought, and so what posts or changes anything is only
// offered.
func (m *Model) seekSays(called, text string, none bool) string {
	enter := keymap.Name(m.keys.Send)
	switch {
	case m.modal():
		return "this is a search, since a message is selected: " + called + " is not done by it"
	case none && m.atOnce(text):
		return enter + " does " + called + ": no message here says that"
	case none:
		return "no message here says that; " + enter + " twice does " + called
	}
	return enter + " finds this in the messages, since one is selected; " + enter + " again does " + called
}

// atOnce tells whether a command that was sought in vain is done without being offered first.
func (m *Model) atOnce(text string) bool {
	word, rest := slash.Split(text)
	c, known := slash.Called(slash.OnScreen(), word, rest)
	return known && c.Shows(rest) && !m.modal()
}

// offerCommand offers to do a command that was typed as a search. It is not done by itself: "me too" may
// have been sought. Where that was in vain, its words are kept, and what is written next was perhaps to
// come after it, as after /go, and so is asked about once before it is posted.
func (m *Model) offerCommand(called, line string, vain bool) {
	enter := keymap.Name(m.keys.Send)
	again := enter + " again does " + line
	q := &question{
		says:   []string{"found, since a message is selected · " + again, "found · " + again, enter + ": " + line, enter + ": " + called},
		offers: []offered{{m.keys.Send, func() tea.Cmd { return m.doLine(line) }}},
	}
	if vain {
		was, at := called+" was a search, and was not done", m.place()
		q.says[0], q.says[1] = "that was a search, since a message is selected · "+again, "a search · "+again
		q.line = withWords(line)
		q.passed = func() {
			if m.meant == nil {
				m.meant = make(map[string]meant)
			}
			m.meant[at] = meant{why: was}
		}
	}
	m.askFor(q)
}

// doLine does the command of a line that was not written in the composer. What is written there is
// there again afterwards; where the line is, since it was not done, that is put aside.
func (m *Model) doLine(line string) tea.Cmd {
	m.setFocus(writing)
	at, a, place := m.composer, m.about(), m.place()
	if at.Empty() && (a == nil || a.editing == nil) {
		at.Paste(line)
		return m.send()
	}
	if a != nil && a.editing != nil {
		m.emptyPlace(place)
		m.use()
		m.composer.Paste(line)
		return m.send()
	}
	delete(m.abouts, place) // the answer that is being written is none of the command's
	m.use()
	texts, restore := at.Aside(), at.Snapshot()
	draft := Unsent{Text: at.Unsent()}
	if a != nil {
		draft.To = to(&a.message)
		draft.To.Revision = 0
	}
	at.Clear()
	at.Paste(line)
	cmd := m.send()
	if at.Empty() {
		said, told := at.Sentence(), at.Told()
		restore()
		m.answersAgain(place, a)
		if told {
			at.Tell(said)
		}
		m.keepsAt(place)
		if m.quitting { // when nothing is kept any more
			m.quitting = false
			m.keepAt(place)
			m.quitting = true
		}
		return cmd
	}
	for _, s := range slices.Backward(texts) {
		m.putAside(place, Unsent{Text: s})
	}
	m.putAside(place, draft)
	m.keepsAt(place)
	return cmd
}

// answersAgain has what is written at a place be the answer again that it was before a command was done.
func (m *Model) answersAgain(at string, a *about) {
	switch now := m.abouts[at]; {
	case a == nil:
	case now == nil:
		m.abouts[at] = a
	case now.editing != nil && now.under == nil:
		now.under = a
	}
	m.use()
}
