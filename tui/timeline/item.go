package timeline

import (
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/markup"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// maxName is the widest a name is shown, in cells.
const maxName = 16

// item is one entry of the timeline. There may be 100,000: it holds what a
// message needs to be drawn, and nothing else of it.
type item struct {
	kind   kind
	edges  edges
	seq    uint64 // with sub, its place; see Timeline.items
	sub    uint64 // 0 for messages
	id     string // messages and drafts
	author *author
	at     chat.Millis
	body   []byte // JSON, of which rest was cut off; read when it is laid out
	rest   omitted
	note   string // notices: the text; messages: what the attachments are
	warns  bool   // notices: something went wrong
	draft  *draft // drafts only
	layout *layout

	revision int    // messages: how often it was edited
	deleted  bool   // messages: nothing of it is left
	extra    *extra // what few have, nil for the others
}

// edges are what it begins and ends with that could run together with the same of another message;
// read when somebody asks.
type edges struct {
	read        bool
	first, last markup.Edge
}

type kind uint8

const (
	kindMessage kind = iota
	kindNotice
	kindDraft
)

// draft is what only drafts have.
type draft struct {
	state  chat.DraftState
	seq    uint64 // what the message it became is numbered, 0 if it is not known
	reason string // sanitised

	// While its files are on their way: how many bytes of each are there, and the key
	// that stops it.
	sent []int64
	stop string
}

// author is one person under one name, shared by all their messages.
type author struct {
	key  authorKey
	name string // sanitised, never blank
}

// authorKey tells authors apart: who changes their name is shown under the name
// each message was sent with.
type authorKey struct{ id, name string }

// author finds or makes the author u.
func (t *Timeline) author(u chat.User) *author {
	key := authorKey{u.ID, u.Name}
	if a := t.authors[key]; a != nil {
		return a
	}
	a := &author{key: key, name: displayName(u)}
	t.authors[key] = a
	if w := t.nameWidth(a); w > t.longest {
		t.longest = w
		t.restyle()
	}
	return a
}

// seat gives those who speak here their colours, whoever is drawn first.
func (t *Timeline) seat() {
	ids := make([]string, 0, len(t.authors))
	for key := range t.authors {
		ids = append(ids, key.id)
	}
	t.theme.Seat(t.seats, ids)
}

// nameWidth is how wide a name is shown at most.
func (t *Timeline) nameWidth(a *author) int {
	return min(t.theme.Measure.StringWidth(a.name), maxName)
}

// displayName is what a person is called on screen, whatever they call
// themselves.
func displayName(u chat.User) string {
	for _, s := range []string{u.Name, u.ID} {
		// Four bytes for a character, and as many for its marks, are enough.
		if s = strings.TrimSpace(chat.SanitizeLine(theme.Clip(s, chat.MaxName*8))); s != "" {
			return s
		}
	}
	return "someone"
}

// message makes the item of a message.
func (t *Timeline) message(m chat.Message) *item {
	it := &item{kind: kindMessage, seq: m.Seq, id: m.ID, author: t.author(m.From), at: m.At}
	it.setBody(m.Body)
	it.extra = extraOf(&m)
	it.state(&m)
	return it
}
