package tui

import (
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/keymap"
)

// What is longer than this is asked about when it is pasted: it is seldom meant to be
// words, and more than fits the composer.
const (
	bigLines = 20
	bigBytes = 4 << 10
)

func isBig(text string) bool { return len(text) > bigBytes || linesOf(text) > bigLines }

func linesOf(text string) int {
	text = strings.TrimRight(text, "\r\n")
	return max(strings.Count(text, "\n"), strings.Count(text, "\r")) + 1
}

// pasted takes what was pasted, which is to be seen.
func (m *Model) pasted(text string) tea.Cmd {
	m.presses++
	if m.leaving = (time.Time{}); m.whole != nil {
		m.whole, m.overlays = nil, nil
	}
	return m.paste(text)
}

// offered is something that a key does instead of what it does elsewhere.
type offered struct {
	key key.Binding
	do  func() tea.Cmd
}

// choosePaste takes a long text. It is part of the message at once, so that it is kept and
// goes where that goes, and until another key is pressed there are keys that make it
// something else: a block of code, a file, or nothing. None of them types anything: who
// writes on has pasted.
func (m *Model) choosePaste(text string) {
	at, fits := m.composer, len(text)+len(m.composer.Text())+64 <= MaxText
	restore := at.Snapshot()
	q := &question{}
	var long, brief, least []string
	offer := func(k key.Binding, what, word string, do func() tea.Cmd) {
		if n := keymap.Name(k); n != "" {
			q.offers = append(q.offers, offered{k, do})
			long, brief, least = append(long, n+" "+what), append(brief, n+" "+word), append(least, n)
		}
	}
	if fits {
		at.Paste(text)
		offer(m.keys.Send, "keeps it", "keeps", func() tea.Cmd { return nil })
		offer(m.keys.Write.Complete, "makes it a block of code", "code", func() tea.Cmd { restore(); at.PasteCode(text); return nil })
	}
	if m.helps.Upload != nil {
		offer(m.keys.Open, "posts it as a file, at once", "file", func() tea.Cmd {
			if !m.online("posting a file") {
				if !fits {
					m.notTaken(text, m.composer.Sentence())
				}
				return nil
			}
			restore()
			return m.uploadText(text)
		})
	}
	if !fits && len(q.offers) == 0 {
		at.Paste(text) // which says how long it may be
		return
	}
	lines := "1 line"
	if n := linesOf(text); n > 1 {
		lines = fmt.Sprintf("%d lines", n)
	}
	what, back := lines+", "+chat.Size(int64(len(text)))+" pasted", keymap.Name(m.keys.Back)
	q.left = func() {
		restore()
		if yank := keymap.Name(m.keys.Edit.Yank); fits && yank != "" {
			at.Spare(chat.Sanitize(text))
			at.Say("nothing was pasted; " + yank + " pastes it into the message")
		}
	}
	last := len(brief) - 1
	if !fits {
		q.left, q.passed = func() { m.notTaken(text, "") }, func() { m.notTaken(text, "") }
		is := map[bool]string{true: "is", false: "are"}[lines == "1 line"] + " too long for a message: "
		q.says = []string{
			lines + ", " + chat.Size(int64(len(text))) + ", " + is + strings.Join(long, " · ") + " · " + back + " cancels",
			lines + ", " + chat.Size(int64(len(text))) + ", " + is + strings.Join(brief, " · ") + " · " + back + " leaves it",
			lines + ", too long: " + strings.Join(brief, " · ") + " · " + back + " leaves it",
			"too long: " + strings.Join(brief, " · ") + " · " + back,
			"too long: " + strings.Join(least, " ") + " " + back,
			"too long: " + back,
		}
		m.askFor(q)
		return
	}
	q.says = []string{
		what + ": " + strings.Join(long, " · ") + " · " + back + " cancels",
		what + ": " + strings.Join(brief, " · ") + " · " + back + " cancels",
		lines + ": " + strings.Join(brief, " · ") + " · " + back + " out",
		strings.Join(brief, " · ") + " · " + back,
		strings.Join(brief, " ") + " " + back,
		strings.Join(least, " ") + " " + back,
		brief[last] + " " + back,
	}
	m.askFor(q)
}

// untaken is a text that was pasted and is too long for a message, while a sentence says so.
type untaken struct {
	text, says string
	at         *composer.Composer // that says so
}

// notTaken keeps it: the key that brings back what was cut asks again what is to become of it.
func (m *Model) notTaken(text, why string) {
	says := "what you pasted, " + chat.Size(int64(len(text))) + ", is too long for a message, and was not taken"
	if why != "" {
		says = why + "; what you pasted, " + chat.Size(int64(len(text))) + ", is too long for a message"
	}
	if yank := keymap.Name(m.keys.Edit.Yank); yank != "" {
		says += " · " + yank + " asks again"
	}
	m.composer.SayOn(says)
	m.untaken = untaken{text, m.composer.Sentence(), m.composer}
}

// letUntakenGo forgets it when that is not said any longer: it is much.
func (m *Model) letUntakenGo() {
	if u := m.untaken; u.at != nil && u.at.Sentence() != u.says {
		m.untaken = untaken{}
	}
}

// asksAgain takes the key for that.
func (m *Model) asksAgain(msg tea.KeyPressMsg) bool {
	u := m.untaken
	if u.at == nil || u.at != m.composer || u.at.Sentence() != u.says || !matches(msg, m.keys.Edit.Yank) {
		return false
	}
	m.untaken = untaken{}
	m.composer.Say("")
	m.choosePaste(u.text)
	return true
}

// uploadText posts a text as a file, where the user is now.
func (m *Model) uploadText(text string) tea.Cmd {
	if !m.online("posting a file") {
		m.composer.Spare(chat.Sanitize(text))
		return nil
	}
	called := "pasted-" + m.now().Format("2006-01-02-150405") + ".txt"
	o, err := m.outgoingFor(&outfile{name: called, size: int64(len(text))})
	if err != nil {
		m.composer.Say("nothing was sent: this machine has no random numbers: " + err.Error())
		return nil
	}
	if o.keeps = m.keepsFile(text); o.keeps {
		m.notAside(m.place(), text)
	}
	o.text, o.draft.ReplyTo = text, "" // what is being written answers
	cmd := m.upload(o)
	if !o.keeps {
		return tea.Batch(cmd, m.say("it is too long to be kept here until it is posted: stay until it is", "it is kept nowhere until it is posted"))
	}
	return cmd
}
