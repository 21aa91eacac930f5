package tui

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/layout"
	"github.com/hobnob-chat/hobnob/tui/slash"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// maxAnswer is how much is typed into a line, in bytes.
const maxAnswer = 200

// question is a line above the composer that wants an answer. What is written in the
// composer stays as it is.
type question struct {
	seq     uint64                    // of the message it is about, 0 if it is about none
	says    []string                  // before what is typed
	text    string                    // what is typed
	back    focus                     // what has the keys afterwards
	yes     func() tea.Cmd            // a question of y or n; all other keys as with offers
	done    func(text string) tea.Cmd // Enter
	changed func(text string)         // what is typed became another; nil for nothing
	taken   func() tea.Cmd            // Enter, also where nothing is typed; nil for nothing
	left    func()                    // Esc; nil for nothing
	choices map[string]func() tea.Cmd // by what is typed, instead of a text; all other keys as with offers
	offers  []offered                 // keys that do something; all others end it, and do what they do
	passed  func()                    // such another key; nil for nothing
	again   key.Binding               // does more
	more    func()                    // nil for nothing

	// What was typed in it and is a command, "" for none, and where: it is no answer that is
	// forgotten with its question.
	line, at string
}

// types tells whether the answer is typed.
func (q *question) types() bool { return q.yes == nil && q.choices == nil && q.offers == nil }

// askFor asks a question.
func (m *Model) askFor(q *question) {
	m.setAsideLine() // of one in whose place this is
	q.back, q.at = m.focus, m.place()
	m.question = q
	m.composer.Say("") // it is about what was before
	m.focus = answering
	m.hint()
}

// over ends a question.
func (m *Model) over() {
	if m.question != nil {
		m.setAsideLine()
		m.focus, m.question = m.question.back, nil
		m.hint()
	}
}

// setAsideLine puts aside the command that was typed in a question which ends.
func (m *Model) setAsideLine() {
	if q := m.question; q != nil && q.line != "" {
		m.putAside(q.at, Unsent{Text: q.line})
		m.keepsAt(q.at)
	}
}

// leaveQuestion ends a question for who wants no more of it. A command that was typed in it is
// what is being written.
func (m *Model) leaveQuestion() {
	q := m.question
	if q.left != nil {
		q.left()
	}
	c := m.composerAt(q.at)
	written, does := q.line != "" && c.Empty() && m.about() == nil, " does it"
	if written {
		if !slash.Is(q.line) { // what stood behind a colon
			does = " posts it"
		}
		c.Paste(q.line)
		q.line = ""
	}
	m.over()
	if written {
		m.setFocus(writing)
		c.Say("this is being written now: " + keymap.Name(m.keys.Send) + does)
	}
}

// answer takes a key while something is asked. What does the same everywhere, and types
// nothing, ends the question.
func (m *Model) answer(msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	q := m.question
	switch e := m.keys.Edit; {
	case matches(msg, m.keys.Back, m.keys.Clear):
		m.leaveQuestion()
	case q.more != nil && matches(msg, q.again):
		q.more()
	case q.offers != nil:
		for _, o := range q.offers {
			if matches(msg, o.key) {
				q.line = "" // it is done, or stays aside
				m.over()
				return o.do(), true
			}
		}
		if m.over(); q.passed != nil {
			q.passed()
		}
		return m.takes(msg)
	case q.choices != nil:
		do := q.choices[strings.ToLower(msg.Text)]
		if do == nil && (digit(msg.Text) > 0 || matches(msg, m.keys.Send)) { // a slip: the right one may follow
			return nil, true
		}
		if m.over(); do != nil {
			return do(), true
		}
		return m.takesAfter(q.back, msg)
	case q.yes != nil:
		return m.answerYes(msg)
	case matches(msg, m.keys.Send):
		q.line = "" // what it answers goes on with it
		if m.over(); q.taken != nil {
			return q.taken(), true
		}
		if strings.TrimSpace(q.text) != "" {
			return q.done(strings.TrimSpace(q.text)), true
		}
	case matches(msg, e.DeleteCharacterBackward):
		_, n := utf8.DecodeLastRuneInString(q.text)
		m.typed(q.text[:len(q.text)-n])
	case matches(msg, e.DeleteBeforeCursor, e.DeleteWordBackward):
		m.typed("")
	case msg.Text != "":
		m.typed(q.text + msg.Text)
	case msg.Mod == 0 || msg.Mod == tea.ModShift: // a key that types nothing
	default:
		m.over()
		return nil, false
	}
	return nil, true
}

// answerYes takes a key while y or n is asked. A key that answers nothing ends it, and does what
// it does: who writes on has not seen the question, and is to lose no word.
func (m *Model) answerYes(msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	yes, back := m.question.yes, m.question.back
	m.over()
	switch {
	case msg.Text == "y" || msg.Text == "Y":
		return yes(), true
	case msg.Text == "n" || msg.Text == "N":
		m.mayBegin(msg)
		return nil, true
	case matches(msg, m.keys.Send, m.keys.Leave):
		return nil, true
	}
	return m.takesAfter(back, msg)
}

// takesAfter takes a key that ended a question, where back has the keys again. Where that is a
// message which is selected, what is typed does nothing to it: it is written, or moves the
// selection and is written if its word goes on.
func (m *Model) takesAfter(back focus, msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	if back != choosing || msg.Text == "" {
		return m.takes(msg)
	}
	if m.actsOnChosen(msg) {
		m.setFocus(writing)
		m.composer.Press(msg)
		return nil, true
	}
	before := m.composer.Text()
	cmd, took = m.takes(msg)
	if m.focus != answering && m.composer.Text() == before {
		m.mayBegin(msg)
	}
	return cmd, took
}

// wordGoesOn is how soon after a letter the next one of its word is typed: who answers by one
// letter looks before they type on.
const wordGoesOn = 300 * time.Millisecond

// begun is a letter that did something, and is the first of what is written if that goes on at
// once: in "not yet", typed while something is asked, n was no answer.
type begun struct {
	key   tea.KeyPressMsg
	until time.Time
	first func() // before it is written; nil for nothing
}

// mayBegin takes down that a letter may have been the first of a word.
func (m *Model) mayBegin(msg tea.KeyPressMsg) {
	m.begun = begun{key: msg, until: m.now().Add(wordGoesOn)}
}

// beganWord writes that letter, where a key goes on with its word, and tells whether it does.
func (m *Model) beganWord(msg tea.KeyPressMsg) bool {
	b := m.begun
	m.begun = begun{}
	if !isLetter(msg) || !m.now().Before(b.until) {
		return false
	}
	if m.setFocus(writing); b.first != nil {
		b.first()
	}
	m.composer.Press(b.key)
	return true
}

// isLetter tells whether a key types a letter.
func isLetter(msg tea.KeyPressMsg) bool {
	r, _ := utf8.DecodeRuneInString(msg.Text)
	return unicode.IsLetter(r)
}

// typed takes what is typed.
func (m *Model) typed(text string) {
	q, most := m.question, maxAnswer
	if q.line != "" {
		most = MaxText // no answer, but a message
	}
	if len(text) > most && len(text) > len(q.text) {
		return
	}
	q.text = chat.SanitizeLine(text)
	if q.changed != nil {
		q.changed(q.text)
	}
}

// head is the line above the composer: what is asked and what is typed, or what is
// being written is for.
func (m *Model) head() composer.Head {
	if q := m.question; q != nil {
		return composer.Head{Says: q.says, Typed: q.text, Typing: q.types()}
	}
	if m.focus == catching {
		return composer.Head{Says: m.catchLine()}
	}
	if g := m.onTheWay(); g != nil {
		return composer.Head{Says: m.wayLine(g)}
	}
	says := m.aboutLine(m.about())
	if len(says) == 0 {
		says = m.commandHint()
	}
	if len(says) == 0 && m.in() != nil && m.height < layout.TitleFrom {
		closes, back := "", ""
		if m.closesThread() {
			closes, back = m.closes(), keymap.Name(m.keys.Back)
		}
		says = []string{theme.Dots("in the thread", closes), theme.Dots("in the thread", back), theme.Dots("thread", back)}
	}
	return composer.Head{Says: says}
}

// paste takes what is pasted: a list on top, a line that is asked for, else the composer.
func (m *Model) paste(text string) tea.Cmd {
	if cmd, took := m.pasteLayer(text); took {
		return cmd
	}
	if q := m.question; q != nil && q.types() {
		m.typed(q.text + text)
		return nil
	}
	m.over()
	m.setFocus(writing)
	if isBig(text) && m.onTheWay() == nil { // of which nothing is posted here
		m.choosePaste(text)
		return nil
	}
	m.composer.Paste(text)
	return nil
}
