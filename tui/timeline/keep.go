package timeline

import "slices"

// How much is kept. Too much is let go from the old end, which comes back page
// by page when it is looked for. While somebody reads there, it is let go from
// the new end instead: the timeline is then away. What arrives is only counted; what
// was let go comes back page by page (around.go), and when the reader goes to the bottom, what is kept is given up and the newest
// are read anew, as older ones are.
const (
	// maxKept is how many messages stay in memory, some 12 MB of short ones: more than anybody scrolls
	// through without going anywhere, and few enough that a chat which is open all day in a busy room does
	// not grow all day. maxBytes is how much their bodies may be together.
	maxKept  = 24_000
	maxBytes = 32 << 20
)

// trim lets go of what is too much.
func (t *Timeline) trim() {
	if len(t.items) <= maxKept && t.bytes <= maxBytes {
		return
	}
	limit := len(t.items)
	if !t.follow {
		limit = t.index(t.anchor.item) - t.height
	}
	if t.dropOldest(limit) || t.follow {
		return
	}
	// A quarter more than is kept, so that it is done once in thousands of messages.
	if len(t.items) > maxKept+maxKept/4 || t.bytes > maxBytes+maxBytes/4 {
		t.dropNewest()
	}
}

// Held is how much is kept: messages and what else has a row, and the bytes of what they say.
func (t *Timeline) Held() (items, bytes int) { return len(t.items), t.bytes }

// Shrink lets go of all but the newest n messages, unless somebody reads further up.
func (t *Timeline) Shrink(n int) {
	k := 0
	for k < len(t.items)-n && t.items[k].kind != kindDraft {
		k++
	}
	if k == 0 || !t.follow {
		return
	}
	t.cut(0, k)
	t.history = historyMore
}

// dropOldest lets the oldest sixth go, but none from the limit on, and tells
// whether that is enough.
func (t *Timeline) dropOldest(limit int) (enough bool) {
	n, bytes := 0, t.bytes
	for n < limit && (len(t.items)-n > maxKept-maxKept/6 || bytes > maxBytes-maxBytes/6) {
		if t.items[n].kind == kindDraft {
			break // what is not sent yet is never forgotten
		}
		bytes -= len(t.items[n].body)
		n++
	}
	if n > 0 {
		t.cut(0, n)
		t.history = historyMore
	}
	return len(t.items) <= maxKept && t.bytes <= maxBytes
}

// dropNewest lets go of the newest messages, except what is on screen.
func (t *Timeline) dropNewest() {
	end := t.find(floating, 0)
	least := t.index(t.anchor.item) + 2*t.height + 1
	n, bytes := end, t.bytes
	for n > least && (len(t.items)-(end-n) > maxKept || bytes > maxBytes) {
		n--
		bytes -= len(t.items[n].body)
	}
	if n < end {
		t.cut(n, end)
		t.away = true
	}
}

// comeBack gives up what is kept, so that the newest are asked for.
func (t *Timeline) comeBack() {
	t.away = false
	t.cut(0, t.find(floating, 0))
	clear(t.own)
	t.history = historyMore
}

// cut lets go of the items from one place to another, of which none is a draft.
func (t *Timeline) cut(from, to int) {
	for _, it := range t.items[from:to] {
		t.bytes -= len(it.body)
		if it.kind == kindMessage && it.author.key.id == t.you.ID {
			delete(t.own, it.id)
		}
	}
	t.items = slices.Concat(t.items[:from], t.items[to:]) // and not the memory of those that go
	t.found = nil
	t.keepAuthors()
}

// keepAuthors forgets those of whom nothing is here any more.
func (t *Timeline) keepAuthors() {
	clear(t.authors)
	for _, it := range t.items {
		if it.author != nil {
			t.authors[it.author.key] = it.author
		}
	}
}
