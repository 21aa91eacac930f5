package tui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// What is longer than this is asked about when it is pasted: it is seldom meant to be
// words, and more than fits the composer.
const (
	bigLines = 20
	bigBytes = 4 << 10

	// uploadTime bounds how long a pasted text may take to the server.
	uploadTime = 5 * time.Minute
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

// uploaded is what came of a file that was to be posted.
type uploaded struct {
	draft chat.Draft
	file  chat.File
	text  string
	shown string // the line that says that it is on its way
	err   error
}

// uploadText posts a text as a file, where the user is now.
func (m *Model) uploadText(text string) tea.Cmd {
	if !m.online("posting a file") {
		m.composer.Spare(chat.Sanitize(text))
		return nil
	}
	id, err := uuid.NewV7()
	if err != nil {
		m.composer.Say("nothing was sent: this machine has no random numbers: " + err.Error())
		return nil
	}
	d := chat.Draft{ID: id.String(), Room: m.room, At: m.now(), Body: chat.TextBody("")}
	if t := m.threads[m.room]; t != nil {
		d.Thread = t.id
	}
	called := "pasted-" + m.now().Format("2006-01-02-150405") + ".txt"
	shown := called + ", " + sizeOf(len(text)) + ", is on its way to the server"
	m.shown().Notice(shown)
	upload := m.helps.Upload
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), uploadTime)
		defer cancel()
		file, err := upload(ctx, d.Room, called, strings.NewReader(text), int64(len(text)))
		return uploaded{d, file, text, shown, err}
	}
}

// uploadedNow posts the message with a file that is there now. Of one that failed the
// text is not lost.
func (m *Model) uploadedNow(u uploaded) {
	if u.err == nil {
		u.draft.Extra.Files = []chat.File{u.file}
		u.draft.At = m.now()
		u.err = m.client.Enqueue(u.draft)
	}
	if u.err == nil {
		m.replace(u.shown, "")
		m.drafted(chat.DraftChanged{Draft: u.draft, State: chat.DraftSending})
		m.countWaiting()
		return
	}
	m.replace(u.shown, "the file was not posted: "+cut(u.err.Error()))
	c := m.composers[where(u.draft.Room, u.draft.Thread)]
	if yank := name(m.keys.Edit.Yank); c != nil && len(u.text) <= MaxText && yank != "" {
		c.Spare(chat.Sanitize(u.text))
		c.Say(yank + " pastes into the message what could not be posted as a file")
	}
}
