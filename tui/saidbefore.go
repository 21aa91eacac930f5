package tui

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/emoji"
)

// Where a program was killed as it sent a text, the outbox may have it and the Keeper as
// well: which of them is written first, it is never in none. What is restored and turns out
// to have been sent is not offered once more.

// clockSlack is how far the time of a file and that of an ID may differ: file systems count
// in steps of their own.
const clockSlack = 100 * time.Millisecond

// restored are the texts that were being written, by place, and when that was kept last.
type restored struct {
	texts map[string]string
	kept  time.Time
}

// sentSince takes a message of one's own, and clears what it was written from, if that is
// untouched since it was restored. The time of a message is that in its ID, of this
// machine's clock: one that is older than what was kept is another of the same words.
func (m *Model) sentSince(room, thread, id string, b chat.Body) {
	at := where(roomOf(room), thread)
	text, ok := m.restored.texts[at]
	if !ok {
		return
	}
	c := m.composers[at]
	if c == nil || c.Text() != text {
		return
	}
	if said, is := b.Text(); !is || said != emoji.Spell(strings.TrimRight(text, " \n")) {
		return
	}
	parsed, err := uuid.Parse(id)
	if err != nil || parsed.Version() != 7 {
		return
	}
	sec, nsec := parsed.Time().UnixTime()
	if time.Unix(sec, nsec).Before(m.restored.kept.Add(-clockSlack)) {
		return
	}
	delete(m.restored.texts, at)
	c.Clear()
	m.keepsAt(at)
}

// ownSent is sentSince of all that are one's own among messages.
func (m *Model) ownSent(messages []chat.Message) {
	if len(m.restored.texts) == 0 {
		return
	}
	for i := range messages {
		if msg := &messages[i]; msg.From.ID == m.you.ID && msg.From.ID != "" {
			m.sentSince(msg.Room, msg.Thread, msg.ID, msg.Body)
		}
	}
}
