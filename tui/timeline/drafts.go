package timeline

import (
	"slices"
	"strconv"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// maxReason is how much of the sentence of a server is shown, in bytes.
const maxReason = 300

// drafts are the drafts among the items, so that what is told of one of many
// costs no walk past the others.
type drafts struct {
	byID    map[string]*item
	waiting int   // how many are chat.DraftWaiting
	failed  int   // how many are chat.DraftFailed
	last    *item // the newest that failed; nil if there is none, or it is to be looked for
}

// set counts it with the state it has now, and no longer with before, which is
// nil if it was not there.
func (d *drafts) set(it *item, before *draft) {
	d.byID[it.id] = it
	d.uncount(it, before)
	switch it.draft.state {
	case chat.DraftWaiting:
		d.waiting++
	case chat.DraftFailed:
		d.failed++
		if d.failed == 1 || d.last != nil && it.sub > d.last.sub {
			d.last = it
		}
	case chat.DraftSending, chat.DraftSent:
	}
}

// forget takes a draft out.
func (d *drafts) forget(it *item) {
	delete(d.byID, it.id)
	d.uncount(it, it.draft)
}

func (d *drafts) uncount(it *item, was *draft) {
	switch {
	case was == nil:
	case was.state == chat.DraftWaiting:
		d.waiting--
	case was.state == chat.DraftFailed:
		d.failed--
		if d.last == it {
			d.last = nil
		}
	}
}

// SetYou says whose drafts these are.
func (t *Timeline) SetYou(u chat.User) {
	if u.ID == t.you.ID && u.Name == t.you.Name {
		return
	}
	t.you = u
	t.hold(func() {
		clear(t.own)
		for _, it := range slices.Clone(t.items) { // claim removes drafts
			t.claim(it)
		}
		for _, it := range t.drafts.byID {
			it.author, it.layout = t.author(u), nil
		}
	})
}

// DraftChanged shows a draft, or how it fares now. A draft stays where it was
// first shown until it is a message, whichever of its acknowledgement and the
// message is told first.
func (t *Timeline) DraftChanged(c chat.DraftChanged) {
	if _, gone := t.dropped[c.Draft.ID]; gone || t.settled(c.Draft.ID) {
		return
	}
	if c.State == chat.DraftSent && c.Seq > 0 && c.Seq <= t.told {
		// Its message is far above, and will not be told: it was posted before,
		// and only the answer was lost.
		t.hold(func() { t.take(c.Draft.ID) })
		return
	}
	d := &draft{state: c.State, seq: c.Seq}
	if c.State == chat.DraftFailed && c.Err != nil {
		d.reason = chat.SanitizeLine(theme.Clip(c.Err.Error(), maxReason))
	}
	if it := t.drafts.byID[c.Draft.ID]; it != nil {
		before := it.draft
		it.draft, it.layout = d, nil
		if it.extra != nil && len(c.Draft.Extra.Files) > 0 {
			it.extra.files = first(c.Draft.Extra.Files, chat.MaxFiles) // as the server has them by now
		}
		t.drafts.set(it, before)
		t.settle()
		return
	}
	t.ordinal++
	it := &item{
		kind: kindDraft, seq: drafting, sub: t.ordinal, id: c.Draft.ID,
		author: t.author(t.you), at: chat.ToMillis(c.Draft.At), draft: d,
	}
	it.setBody(c.Draft.Body)
	it.extra = extraOf(&chat.Message{Envelope: chat.Envelope{ReplyTo: c.Draft.ReplyTo, Thread: c.Draft.Thread, Extra: c.Draft.Extra}})
	t.hold(func() {
		t.insert(it)
		t.drafts.set(it, nil)
	})
}

// Dropped takes a draft away that its author gave up.
func (t *Timeline) Dropped(id string) {
	t.dropped[id] = struct{}{}
	t.hold(func() { t.take(id) })
}

// Failed is the newest draft that failed, "" if none did.
func (t *Timeline) Failed() (id string) {
	if it := t.lastFailed(); it != nil {
		return it.id
	}
	return ""
}

// HasDraft tells whether there is a draft that is no message yet.
func (t *Timeline) HasDraft(id string) bool { return t.drafts.byID[id] != nil }

// Failures are all drafts that failed, in their order.
func (t *Timeline) Failures() (list []Message) {
	for _, it := range t.items {
		if it.kind == kindDraft && it.draft.state == chat.DraftFailed {
			list = append(list, t.tell(it))
		}
	}
	return list
}

// Waiting counts the drafts that are not on their way yet.
func (t *Timeline) Waiting() int { return t.drafts.waiting }

// lastFailed is the newest draft that failed. It is looked for only after the
// one before it failed no longer.
func (t *Timeline) lastFailed() *item {
	d := &t.drafts
	if d.failed == 0 || d.last != nil {
		return d.last
	}
	for _, it := range slices.Backward(t.items) {
		if it.kind == kindDraft && it.draft.state == chat.DraftFailed {
			d.last = it
			break
		}
	}
	return d.last
}

// settled tells whether a draft is a message already.
func (t *Timeline) settled(id string) bool {
	_, ok := t.own[id]
	return ok
}

// claim tells of an item that is a message, maybe yours.
func (t *Timeline) claim(it *item) {
	if it.kind == kindMessage {
		if was := t.chosen; was != nil && was.kind == kindDraft && was.id == it.id && was.author.key.id == it.author.key.id {
			t.chosen = it // what is selected stays so
		}
		t.posted(it.author.key.id, it.id)
	}
}

// posted remembers that a draft of yours is a message, and takes the draft away.
// IDs are unique for their author only: a message of another with the same ID is
// not yours.
func (t *Timeline) posted(user, id string) {
	if user == t.you.ID && user != "" && id != "" {
		t.own[id] = struct{}{}
		t.take(id)
	}
}

// take takes a draft away, if it is there.
func (t *Timeline) take(id string) {
	it := t.drafts.byID[id]
	if it == nil {
		return
	}
	t.drafts.forget(it)
	t.bytes -= len(it.body)
	if i := t.index(it); i >= 0 {
		t.items = slices.Delete(t.items, i, i+1)
	}
}

// Uploading is a draft whose files are on their way to the server.
type Uploading struct {
	chat.DraftChanged

	Sent []int64 // how many bytes of each file are there
	Stop string  // what the key is called that stops it
}

// Uploading shows such a draft, or how far its files are.
func (t *Timeline) Uploading(u Uploading) {
	t.DraftChanged(u.DraftChanged)
	if it := t.drafts.byID[u.Draft.ID]; it != nil {
		it.draft.sent, it.draft.stop, it.layout = u.Sent, u.Stop, nil
		t.settle()
	}
}

// onItsWay says how far the i-th file of a draft is, "" where nobody waits for that.
func (it *item) onItsWay(i int) string {
	if it.draft == nil || i >= len(it.draft.sent) {
		return ""
	}
	whole, sent := it.extra.files[i].Size, it.draft.sent[i]
	switch {
	case whole > 0 && sent >= whole:
		return "✓ " + chat.Size(whole)
	case it.draft.state != chat.DraftSending || sent == 0 && whole > 0 && i > 0 && it.draft.sent[i-1] < it.extra.files[i-1].Size:
		return chat.Size(whole)
	case whole == 0:
		return chat.Size(0)
	}
	return strconv.FormatInt(100*sent/whole, 10) + "% of " + chat.Size(whole)
}
