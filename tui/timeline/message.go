package timeline

import (
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/markup"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Message is a message of the timeline, or a draft, for who does something with it.
type Message struct {
	Room     string // its ID
	Seq      uint64 // 0 of a draft
	ID       string
	Thread   string // the ID of the message whose thread it is an answer in
	Answers  string // the ID of the message that it replies to
	From     chat.User
	Who      string // what From is called, sanitised
	At       time.Time
	Text     string // sanitised; what is kept of it
	Chat     bool   // Text is chat text, and not what programs say to each other
	Whole    bool   // Text is all of it
	Style    chat.Style
	Revision int
	Deleted  bool
	Pinned   bool
	Failed   bool     // a draft that was refused
	Waiting  bool     // a draft that is on no wire, and whose files are not on their way
	Reason   string   // and why, sanitised
	Aside    bool     // what it says is not seen here, but in its thread
	Replies  int      // of the thread it began
	Reacted  []string // the emoji with which you reacted
	Long     bool     // it is folded here
	Files    []chat.File

	how      markup.Text           // how it is drawn
	unsigned func(s string) string // takes the signs of Markdown off what it says; nil where that is none
	it       *item
}

// Shown is Text as it is drawn: with marks for what is invisible in it.
func (m *Message) Shown() string {
	if m.it == nil {
		return m.Text
	}
	text, _ := m.it.read(chat.Reveal)
	return text
}

// OneLine is what it says in one line, without the signs of Markdown; the beginning of a long one.
func (m *Message) OneLine() string {
	s := theme.Clip(m.Text, maxLine)
	if m.unsigned != nil {
		s = m.unsigned(s)
	}
	return strings.Join(strings.Fields(s), " ")
}

// FileNames are what its files are called, sanitised, a line each.
func (m *Message) FileNames() string {
	names := make([]string, len(m.Files))
	for i, f := range m.Files {
		names[i] = fileName(f)
	}
	return strings.Join(names, "\n")
}

// maxLine is how much of a text is looked at to show it in one line, in bytes.
const maxLine = 300

// Folded is the message with all that it says, to be shown on the whole screen.
func (m *Message) Folded(text string) Folded {
	return Folded{Seq: m.Seq, Who: m.Who, At: m.At, Text: text, how: m.how}
}

// tell makes a Message of an item.
func (t *Timeline) tell(it *item) Message {
	m := Message{
		it: it, Room: t.id, ID: it.id, Thread: it.thread(), From: chat.User{ID: it.author.key.id, Name: it.author.key.name}, Who: it.author.name,
		At: it.at.Time(), Whole: it.rest.characters == 0, Style: it.style(), Revision: it.revision, Deleted: it.deleted,
	}
	m.Text, m.Chat = it.text()
	m.how = t.words(it, "", beside{chat: m.Chat})
	if kind, _ := meant(it, m.Chat); kind == markup.Markdown {
		m.unsigned = t.unsigned
	}
	m.Aside = t.collapses(it)
	if it.kind == kindMessage {
		m.Seq = it.seq
	}
	m.Failed = it.kind == kindDraft && it.draft.state == chat.DraftFailed
	m.Waiting = it.kind == kindDraft && it.draft.state == chat.DraftWaiting && it.draft.sent == nil
	m.Long = it.layout != nil && it.layout.folded
	if m.Failed {
		m.Reason = it.draft.reason
	}
	if x := it.extra; x != nil {
		m.Pinned, m.Files, m.Answers = x.pinned, x.files, x.replyTo
		if x.replies != nil {
			m.Replies = x.replies.Count
		}
		for _, r := range x.reactions {
			if reacted(r, t.you.ID) {
				m.Reacted = append(m.Reacted, r.Emoji)
			}
		}
	}
	return m
}
