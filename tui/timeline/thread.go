package timeline

import (
	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/markup"
)

// Thread makes a timeline of the thread that a message began, of what the room's has
// of it. Older messages of it may have to be asked for.
func (t *Timeline) Thread(id string) *Timeline {
	n := New(t.theme, t.now)
	n.thread, n.id, n.you, n.keys, n.room, n.told, n.names = id, t.id, t.you, t.keys, t.room, t.told, t.names
	n.of = t
	n.seats, n.markup = t.seats, markup.New(t.theme).Among(t.seats)
	n.history = historyMore
	if t.away {
		return n
	}
	root := t.byID(id)
	if root != nil {
		n.history = historyAll
	}
	for _, it := range t.items {
		if it.kind == kindNotice || it != root && it.thread() != id {
			continue
		}
		c := *it
		c.layout, c.author = nil, n.author(chat.User{ID: it.author.key.id, Name: it.author.key.name})
		n.insert(&c)
		if c.kind == kindDraft {
			n.drafts.set(&c, nil)
		}
	}
	n.ordinal = t.ordinal
	return n
}

// About is what the message that began the thread says, in one line, and who says it;
// sanitised, and "" where it is not here yet.
func (t *Timeline) About() string {
	root := t.byID(t.thread)
	if t.thread == "" || root == nil {
		return ""
	}
	return root.author.name + ": " + t.oneLine(root)
}

// answersFrom is the height from which a line stands between the message that began a thread and
// the answers: below, it would take the place of one.
const answersFrom = 6

// answersBelow is how many answers are said to follow the message above an item, where that began
// the thread that is shown; 0 where it did not.
func (t *Timeline) answersBelow(above *item) int {
	if t.thread == "" || above == nil || above.kind != kindMessage || above.id != t.thread || t.height < answersFrom {
		return 0
	}
	if x := above.extra; x != nil && x.replies != nil {
		return max(x.replies.Count, 1)
	}
	return 1 // a draft, or what nobody counted yet
}

// answersLine is the line between the message that began a thread and the answers.
func (t *Timeline) answersLine(n int, fresh bool) string {
	label := "1 reply"
	if n > 1 {
		label = thousands(n) + " replies"
	}
	return t.ruled(label, label, fresh)
}

// Since tells whether a message from a seq on is here, of others than somebody.
func (t *Timeline) Since(seq uint64, but string) bool {
	for _, it := range t.items[t.find(seq, 0):] {
		if it.kind == kindMessage && it.author.key.id != but {
			return true
		}
	}
	return false
}

// By is the ID of who wrote a message of the room, by its ID; "" where it is not loaded.
func (t *Timeline) By(id string) string {
	if it := t.byID(id); it != nil {
		return it.author.key.id
	}
	return ""
}
