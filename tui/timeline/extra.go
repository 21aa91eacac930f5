package timeline

import (
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// extra is what few messages have: what they answer, how they are meant, and what
// hangs on them. Nothing of it is sanitised.
type extra struct {
	replyTo, thread string // IDs of messages
	style           chat.Style
	block           *chat.Block
	files           []chat.File
	mentions        []string
	pinned          bool
	reactions       []chat.Reaction
	replies         *chat.Replies

	// counted is the place in the log up to which answers are in replies.
	counted uint64
}

// extraOf takes what a message has beside its text, nil if it has nothing. However
// much a server sends, no more is kept than one takes.
func extraOf(m *chat.Message) *extra {
	if m.ReplyTo == "" && m.Thread == "" && m.Bare() && !m.Pinned && len(m.Reactions) == 0 && m.Replies == nil {
		return nil
	}
	x := &extra{
		replyTo: m.ReplyTo, thread: m.Thread, style: m.Style, block: m.Block, pinned: m.Pinned,
		files: first(m.Files, chat.MaxFiles), mentions: first(m.Mentions, maxMentions),
		reactions: first(m.Reactions, chat.MaxReactions), replies: m.Replies,
	}
	return x
}

// maxMentions is how many names a message may have, with @room and @here.
const maxMentions = chat.MaxMentions + 2 + chat.MaxHere

func first[T any](list []T, n int) []T { return slices.Clip(list[:min(len(list), n)]) }

// erased is what is left of it when its message is gone: that it began a thread or
// is in one.
func (x *extra) erased() *extra {
	if x == nil || x.thread == "" && x.replies == nil {
		return nil
	}
	return &extra{thread: x.thread, replies: x.replies, counted: x.counted}
}

// more is the item's extra, made if it had none.
func (it *item) more() *extra {
	if it.extra == nil {
		it.extra = &extra{}
	}
	return it.extra
}

// style is how the item's text is meant.
func (it *item) style() chat.Style {
	if it.extra == nil {
		return ""
	}
	return it.extra.style
}

// thread is the ID of the message whose thread it is an answer in.
func (it *item) thread() string {
	if it.extra == nil {
		return ""
	}
	return it.extra.thread
}

// counted says up to where in the log answers are counted in what it has of them.
func (it *item) counted(at uint64) {
	if it.extra != nil && it.extra.replies != nil {
		it.extra.counted = at
	}
}

// mention says whom its text names now.
func (it *item) mention(ids []string) {
	if it.extra != nil || len(ids) > 0 {
		it.more().mentions = first(ids, maxMentions)
	}
}

// Reacted puts an emoji under a message, or takes it away.
func (t *Timeline) Reacted(c chat.MessageReaction) {
	it := t.messageOf(c.Seq)
	if it == nil || it.deleted {
		return
	}
	m := chat.Message{}
	if it.extra != nil {
		m.Reactions = it.extra.reactions
	}
	if !m.React(c) {
		return
	}
	t.hold(func() { it.more().reactions, it.layout = first(m.Reactions, chat.MaxReactions), nil })
}

// Pinned shows that a message is pinned, or no longer.
func (t *Timeline) Pinned(c chat.MessagePin) {
	it := t.messageOf(c.Seq)
	if it == nil || it.deleted {
		return
	}
	t.hold(func() { it.more().pinned, it.layout = c.On == nil || *c.On, nil })
}

// answered counts an answer that came to a thread which is here.
func (t *Timeline) answered(m *chat.Message) {
	if m.Thread == "" {
		return
	}
	root := t.byID(m.Thread)
	if root == nil || m.Position.Offset != 0 && m.Position.Offset <= root.more().counted {
		return
	}
	x, r := root.more(), chat.Replies{}
	if x.replies != nil {
		r = *x.replies
	}
	r.Count++
	r.Last, r.LastBy = m.At, m.From
	x.replies, x.counted, root.layout = &r, m.Position.Offset, nil
}

// answerGone counts one answer less.
func (t *Timeline) answerGone(c chat.MessageErased) {
	if c.Thread == "" {
		return
	}
	root := t.byID(c.Thread)
	if root == nil || root.extra == nil || root.extra.replies == nil || c.Position.Offset != 0 && c.Position.Offset <= root.extra.counted {
		return
	}
	r := *root.extra.replies
	r.Count = max(r.Count-1, 0)
	t.hold(func() { root.extra.replies, root.extra.counted, root.layout = &r, c.Position.Offset, nil })
}

const (
	// idReach is how far back a message is looked for by its ID: people answer what
	// was said today. It takes some tenths of a millisecond, once for each.
	idReach = 20_000

	// maxFound bounds the messages that are remembered by their ID.
	maxFound = 4096
)

// byID is the message of an ID, nil if it is not among the newest here. IDs are
// unique for their author only: of several it is the oldest, as on the server.
func (t *Timeline) byID(id string) (found *item) {
	if it, known := t.found[id]; known {
		return it
	}
	for i := len(t.items) - 1; i >= 0 && i > len(t.items)-idReach; i-- {
		if it := t.items[i]; it.kind == kindMessage && it.id == id {
			found = it
		}
	}
	if t.found == nil || len(t.found) >= maxFound {
		t.found = make(map[string]*item)
	}
	t.found[id] = found
	return found
}

// RoomGrew is for the timeline of a thread: what is answered there may be in the room now.
func (t *Timeline) RoomGrew() { t.roomChanged() }

// roomChanged is requote of a thread for what stands in its room alone, where that is quoted.
func (t *Timeline) roomChanged() {
	if t.of != nil {
		t.hold(t.requote)
	}
}

// requote is to be called when messages that others answer may be there now, or say
// something else.
func (t *Timeline) requote() {
	if len(t.found) > 0 {
		clear(t.found)
		t.restyle()
	}
}
