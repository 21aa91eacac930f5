package timeline

import (
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// place is a row: the row-th of the layout of item i. Item -1 is the line above
// everything.
type place struct{ i, row int }

// Scroll moves the view by n rows, down if n is positive, as far as there is
// anything.
func (t *Timeline) Scroll(n int) {
	p := t.top()
	t.upward = n < 0
	if n < 0 {
		if t.up(&p, -n) < -n && t.history == historyFailed {
			t.history = historyMore // whoever pushes against the top asks again
		}
		if p != t.top() {
			t.lookFrom(p)
		}
		return
	}
	if t.follow {
		return
	}
	if t.newer == newerFailed {
		t.newer = newerMore // as for the top
	}
	t.down(&p, n)
	t.lookFrom(p)
	t.settle()
}

// Page moves the view by n screens, less two rows to hold on to.
func (t *Timeline) Page(n int) { t.Scroll(n * max(t.height-2, 1)) }

// Bottom goes to the newest message, and follows.
func (t *Timeline) Bottom() {
	t.follow, t.unseen = true, 0
	if t.away {
		t.comeBack()
	}
}

// Away tells whether the newest messages are not loaded: what is shown is further up.
func (t *Timeline) Away() bool { return t.away }

// AtBottom tells whether the newest message is on screen.
func (t *Timeline) AtBottom() bool { return t.follow && !t.away }

// Top goes to the oldest message that is loaded. What is passed on the way is
// not laid out.
func (t *Timeline) Top() {
	t.upward = false
	if t.history == historyFailed {
		t.history = historyMore // as for whoever pushes against the top
	}
	p := place{i: -1}
	if len(t.lay(-1).rows) == 0 {
		if len(t.items) == 0 {
			return
		}
		p.i = 0
	}
	if p != t.top() {
		t.lookFrom(p)
	}
}

// AskOlder tells whether older messages are wanted because the view is near the
// first that is loaded. It then counts on being told them: before is the seq to
// ask with.
func (t *Timeline) AskOlder() (before uint64, ok bool) {
	if t.history != historyMore || t.height == 0 || t.width == 0 {
		return 0, false
	}
	p := t.top()
	if !t.follow {
		t.up(&p, t.height)
	}
	if p.i >= 0 {
		return 0, false
	}
	t.history, t.asked = historyLoading, t.before()
	return t.asked, true
}

// Older adds the page of older messages that was asked for with before, or says
// why there is none.
func (t *Timeline) Older(before uint64, h chat.History, err error) {
	if t.history != historyLoading || before != t.asked {
		return // the room was reloaded, or let go of its oldest, after it was asked for
	}
	if before != t.before() {
		t.history = historyMore // the same, and nothing was asked for since
		return
	}
	t.hold(func() {
		page := make([]*item, 0, len(h.Messages))
		for _, m := range h.Messages {
			if before == 0 || m.Seq < before {
				it := t.message(m)
				it.counted(h.Position.Offset)
				page = append(page, it)
				t.told = max(t.told, m.Seq)
			}
		}
		t.prepend(page)
		t.requote()
		switch {
		case err != nil:
			t.history, t.reason = historyFailed, chat.SanitizeLine(theme.Clip(err.Error(), maxReason))
		case !h.More:
			t.history = historyAll
		case len(page) == 0: // or it would be asked for ever
			t.history, t.reason = historyFailed, "the server sent none"
		default:
			t.history = historyMore
		}
		t.trim()
	})
}

// Online lets what failed be asked for again.
func (t *Timeline) Online() {
	if t.history == historyFailed {
		t.history = historyMore
	}
	t.newer = newerMore
}

// before is the seq below which older messages are missing: the oldest one's,
// or where there is none that of what will be told next; 0 if none was ever.
func (t *Timeline) before() uint64 {
	for _, it := range t.items {
		if it.kind == kindMessage {
			return it.seq
		}
	}
	if t.told == 0 {
		return 0
	}
	return t.told + 1
}

// prepend puts a page above everything.
func (t *Timeline) prepend(page []*item) {
	if len(page) == 0 {
		return
	}
	slices.SortFunc(page, func(a, b *item) int {
		if a.seq < b.seq {
			return -1
		}
		return 1
	})
	page = slices.CompactFunc(page, func(a, b *item) bool { return a.seq == b.seq })
	at := t.find(page[0].seq, 0)
	if at != t.find(page[len(page)-1].seq, 1) { // notices stand in between
		for _, it := range page {
			t.insert(it)
		}
		return
	}
	t.items = slices.Insert(t.items, at, page...)
	for _, it := range page {
		t.bytes += len(it.body)
		t.claim(it)
	}
}

// index is where an item is, -1 for the line above everything and for what is
// not there any more.
func (t *Timeline) index(it *item) int {
	if it == nil {
		return -1
	}
	if i := t.find(it.seq, it.sub); i < len(t.items) && t.items[i] == it {
		return i
	}
	return -1
}

// top is the topmost row of the view. While everything fits, it is the first.
func (t *Timeline) top() place {
	if t.follow {
		p := place{i: len(t.items)}
		t.up(&p, t.height)
		return p
	}
	i := t.index(t.anchor.item)
	l := t.lay(i)
	return place{i, min(max(l.prefix+t.anchor.row, 0), max(len(l.rows)-1, 0))}
}

// lookFrom makes p the topmost row of the view.
func (t *Timeline) lookFrom(p place) {
	t.follow = false
	t.anchor = anchor{row: p.row}
	if p.i >= 0 {
		t.anchor = anchor{t.items[p.i], p.row - t.lay(p.i).prefix}
	}
}

// up moves p by n rows, and tells how many there were.
func (t *Timeline) up(p *place, n int) (moved int) {
	for moved < n {
		if p.row > 0 {
			step := min(p.row, n-moved)
			p.row -= step
			moved += step
			continue
		}
		if p.i < 0 || p.i == 0 && len(t.lay(-1).rows) == 0 {
			return moved
		}
		p.i--
		p.row = len(t.lay(p.i).rows)
	}
	return moved
}

// down moves p by n rows, at most to the last.
func (t *Timeline) down(p *place, n int) {
	for p.i < len(t.items) {
		left := len(t.lay(p.i).rows) - p.row
		if n < left {
			p.row += n
			return
		}
		if p.i == len(t.items)-1 {
			p.row = max(len(t.lay(p.i).rows)-1, 0)
			return
		}
		n -= left
		p.i, p.row = p.i+1, 0
	}
}

// settle follows again if the end is on screen. While what follows is not here, the
// last row stays the last of the screen.
func (t *Timeline) settle() {
	if t.follow {
		return
	}
	p := t.top()
	rows := -p.row
	for i := p.i; i < len(t.items); i++ {
		if rows += len(t.lay(i).rows); rows > t.height {
			return
		}
	}
	if !t.away {
		t.Bottom()
		return
	}
	if p = (place{i: len(t.items)}); t.up(&p, t.end()) > 0 {
		t.lookFrom(p)
	}
}

// hold makes a change and keeps the view still: the topmost row of text stays
// where it is on screen.
func (t *Timeline) hold(change func()) {
	if t.follow {
		change()
		return
	}
	p, y := t.top(), 0
	for p.i < len(t.items)-1 {
		l := t.lay(p.i)
		if p.i >= 0 && p.row >= l.prefix && p.row < len(l.rows) {
			break
		}
		if p.row < len(l.rows) {
			y++
		}
		if p.row++; p.row >= len(l.rows) {
			p = place{i: p.i + 1}
		}
	}
	if p.i < 0 {
		change()
		return
	}
	it := t.items[p.i]
	row := p.row - t.lay(p.i).prefix
	change()
	p = place{i: t.index(it)}
	if p.i < 0 { // it is gone: what follows takes its place
		if p.i = t.find(it.seq, it.sub); p.i == len(t.items) {
			t.Bottom()
			return
		}
		row = 0
	}
	l := t.lay(p.i)
	p.row = min(max(l.prefix+row, 0), max(len(l.rows)-1, 0))
	t.up(&p, y)
	t.lookFrom(p)
	t.settle()
}
