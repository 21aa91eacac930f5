package timeline

import "github.com/hobnob-chat/hobnob/net/chat"

// deletedText is what stands in the place of a message that is gone.
const deletedText = "(deleted)"

// state takes from a message what became of it.
func (it *item) state(m *chat.Message) {
	it.revision, it.deleted = m.Revision, m.Deleted != 0
	if it.deleted {
		it.body, it.rest, it.note = nil, omitted{}, ""
		it.extra = it.extra.erased()
	}
}

// messageOf is the item of a message, nil if it is not here.
func (t *Timeline) messageOf(seq uint64) *item {
	i := t.find(seq, 0)
	if i == len(t.items) || t.items[i].seq != seq || t.items[i].kind != kindMessage {
		return nil
	}
	return t.items[i]
}

// Revised shows the text that a message has now.
func (t *Timeline) Revised(c chat.MessageRevised) {
	it := t.messageOf(c.Seq)
	if it == nil {
		t.roomChanged()
	}
	if it == nil || it.deleted || c.Revision <= it.revision {
		return
	}
	t.hold(func() {
		t.bytes -= len(it.body)
		it.rest, it.note = omitted{}, ""
		it.setBody(c.Body)
		it.revision, it.layout = c.Revision, nil
		it.mention(c.Mentions)
		t.bytes += len(it.body)
		t.requote()
	})
}

// Erased shows that a message is gone, and forgets what it said.
func (t *Timeline) Erased(c chat.MessageErased) {
	t.answerGone(c)
	it := t.messageOf(c.Seq)
	if it == nil {
		t.roomChanged()
	}
	if it == nil || it.deleted {
		return
	}
	t.hold(func() {
		t.bytes -= len(it.body)
		it.state(&chat.Message{Envelope: chat.Envelope{State: chat.State{Deleted: 1}}})
		it.layout = nil
		t.requote()
	})
}

// Trimmed lets go of the messages up to a seq, which are gone for good.
func (t *Timeline) Trimmed(seq uint64) {
	n := t.find(seq, 1)
	if n == 0 {
		t.roomChanged()
		return
	}
	t.hold(func() {
		t.cut(0, n)
		if t.history == historyMore || t.history == historyFailed {
			t.history = historyAll
		}
	})
}
