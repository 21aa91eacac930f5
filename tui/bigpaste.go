package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
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

// sizeOf is a size as people say it.
func sizeOf(n int) string {
	if n < 1000 {
		return fmt.Sprintf("%d bytes", n)
	}
	if n < 1000*1000 {
		return fmt.Sprintf("%d kB", (n+999)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// pasted takes what was pasted, which is to be seen.
func (m *Model) pasted(text string) tea.Cmd {
	m.presses++
	if m.leaving = (time.Time{}); m.whole != nil {
		m.whole, m.overlays = nil, nil
	}
	return m.paste(text)
}

// choosePaste asks what is to become of a long text: part of the message, a block of
// code in it, a file, or nothing.
func (m *Model) choosePaste(text string) {
	at, fits := m.composer, len(text)+len(m.composer.Text())+64 <= MaxText
	choices := make(map[string]func() tea.Cmd)
	var long, brief, keys []string
	offer := func(key, what, word string, do func() tea.Cmd) {
		choices[key] = do
		long, brief, keys = append(long, key+" "+what), append(brief, key+" "+word), append(keys, key)
	}
	if fits {
		offer("m", "into the message", "message", func() tea.Cmd { at.Paste(text); return nil })
		offer("c", "as a block of code", "code", func() tea.Cmd { at.PasteCode(text); return nil })
	}
	if m.helps.Upload != nil {
		offer("f", "as a file, at once", "file", func() tea.Cmd { return m.uploadText(text) })
	}
	if len(choices) == 0 {
		at.Paste(text) // which says how long it may be
		return
	}
	lines := "1 line"
	if n := linesOf(text); n > 1 {
		lines = fmt.Sprintf("%d lines", n)
	}
	what, back := lines+", "+sizeOf(len(text)), name(m.keys.Back)
	left := func() {
		if yank := name(m.keys.Edit.Yank); fits && yank != "" {
			at.Spare(chat.Sanitize(text))
			at.Say("nothing was pasted; " + yank + " pastes it into the message")
		}
	}
	m.askFor(&question{choices: choices, left: left, says: []string{
		what + " pasted: " + strings.Join(long, " · ") + " · " + back + " not at all",
		what + ": " + strings.Join(brief, " · ") + " · " + back + " nothing",
		lines + ": " + strings.Join(brief, " · ") + " · " + back,
		strings.Join(brief, " ") + " " + back,
		"paste: " + strings.Join(keys, " ") + " " + back,
	}})
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
	o.text, o.draft.ReplyTo = text, "" // what is being written answers
	return m.upload(o)
}
