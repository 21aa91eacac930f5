package timeline

import (
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// maxReason is how much of the sentence of a server is shown, in bytes.
const maxReason = 300

// SetYou says whose drafts these are.
func (t *Timeline) SetYou(u chat.User) {
	if u.ID == t.you.ID && u.Name == t.you.Name {
		return
	}
	t.you = u
	clear(t.own)
	for _, it := range t.items {
		t.claim(it)
		if it.kind == kindDraft {
			it.author, it.layout = t.author(u), nil
		}
	}
	t.hold(t.dropSettled)
}

// DraftChanged shows a draft, or how it fares now. A draft stays where it was
// first shown until it is a message, whichever of its acknowledgement and the
// message is told first.
func (t *Timeline) DraftChanged(c chat.DraftChanged) {
	if _, gone := t.dropped[c.Draft.ID]; gone || t.settled(c.Draft.ID) {
		return
	}
	d := &draft{state: c.State}
	if c.State == chat.DraftFailed && c.Err != nil {
		d.reason = chat.SanitizeLine(clip(c.Err.Error(), maxReason))
	}
	if it := t.draft(c.Draft.ID); it != nil {
		it.draft, it.layout = d, nil
		t.settle()
		return
	}
	t.ordinal++
	it := &item{
		kind: kindDraft, seq: drafting, sub: t.ordinal, id: c.Draft.ID,
		author: t.author(t.you), at: chat.ToMillis(c.Draft.At), draft: d,
	}
	it.setBody(c.Draft.Body)
	t.hold(func() { t.insert(it) })
}

// Dropped takes a draft away that its author gave up.
func (t *Timeline) Dropped(id string) {
	t.dropped[id] = struct{}{}
	t.hold(func() { t.remove(func(it *item) bool { return it.id == id }) })
}

// Failed is the newest draft that failed, "" if none did.
func (t *Timeline) Failed() (id string) {
	if it := t.failed(); it != nil {
		return it.id
	}
	return ""
}

// Waiting counts the drafts that are not on their way yet.
func (t *Timeline) Waiting() (n int) {
	for it := range t.drafts {
		if it.draft.state == chat.DraftWaiting {
			n++
		}
	}
	return n
}

func (t *Timeline) failed() *item {
	for it := range t.drafts {
		if it.draft.state == chat.DraftFailed {
			return it
		}
	}
	return nil
}

func (t *Timeline) draft(id string) *item {
	for it := range t.drafts {
		if it.id == id {
			return it
		}
	}
	return nil
}

// drafts yields the drafts, newest first. There are none but at the end.
func (t *Timeline) drafts(yield func(*item) bool) {
	for _, it := range slices.Backward(t.items) {
		if it.kind != kindDraft || !yield(it) {
			return
		}
	}
}

// settled tells whether a draft is a message already.
func (t *Timeline) settled(id string) bool {
	_, ok := t.own[id]
	return ok
}

// dropSettled takes the drafts away that are messages.
func (t *Timeline) dropSettled() {
	t.remove(func(it *item) bool { return t.settled(it.id) })
}

// remove takes drafts away.
func (t *Timeline) remove(gone func(*item) bool) {
	first := len(t.items)
	for range t.drafts {
		first--
	}
	if first == len(t.items) {
		return
	}
	kept := slices.DeleteFunc(t.items[first:], func(it *item) bool {
		if !gone(it) {
			return false
		}
		t.bytes -= len(it.body)
		return true
	})
	t.items = t.items[:first+len(kept)]
}
