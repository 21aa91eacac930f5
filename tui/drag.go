package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/layout"
	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

const (
	// clickAgain is how soon a click follows another one to count as its second.
	clickAgain = 400 * time.Millisecond

	// dragEvery is how often the timeline moves on while the pointer is held at its edge, by
	// maxDrag rows at the most: as fast as one can read what comes.
	dragEvery = 60 * time.Millisecond
	maxDrag   = 5
)

// drag is text of a timeline that is marked with the mouse.
type drag struct {
	in      *timeline.Timeline // where something is marked, nil if nothing is
	at      layout.Rect        // where that was on the screen last
	held    bool               // the button is down
	x, y    int                // where the pointer is
	clicks  int                // in a row, in one cell
	clicked time.Time
	nth     int // of the drags
	ticking bool
}

// dragOn moves on at the edge, while it is still the same drag.
type dragOn struct{ nth int }

// timelineUnder is the timeline that a cell is in.
func (m *Model) timelineUnder(x, y int) (t *timeline.Timeline, at layout.Rect, ok bool) {
	if m.whole != nil {
		return nil, layout.Rect{}, false
	}
	if beside := m.threadAt(x, y); beside != nil {
		at = m.areas.Thread.Timeline
		_, ok = at.In(x, y)
		return beside.timeline, at, ok
	}
	if t, at = m.shown(), m.areas.Timeline; m.split() {
		t = m.timeline(m.room)
	}
	_, ok = at.In(x, y)
	return t, at, ok && m.top() == nil
}

// beginDrag begins to mark text where the button was pressed: by the second click in a row a
// word, by the third a line, by the fourth a message. What was marked is not any more.
func (m *Model) beginDrag(msg tea.MouseClickMsg) {
	d := &m.drag
	m.unmark()
	t, at, ok := m.timelineUnder(msg.X, msg.Y)
	if !ok || msg.Mod != 0 {
		d.clicks = 0
		return
	}
	if now := m.now(); d.clicks > 0 && msg.X == d.x && msg.Y == d.y && now.Sub(d.clicked) < clickAgain {
		d.clicks = d.clicks%int(timeline.Everything) + 1
	} else {
		d.clicks = 1
	}
	d.in, d.at, d.held, d.x, d.y, d.clicked = t, at, true, msg.X, msg.Y, m.now()
	d.nth++
	d.ticking = false
	t.MarkFrom(msg.X-at.X, msg.Y-at.Y, timeline.Grain(d.clicks))
}

// dragTo marks text up to where the pointer is.
func (m *Model) dragTo(msg tea.MouseMotionMsg) tea.Cmd {
	d := &m.drag
	if !d.held {
		m.button.moved = m.button.moved || msg.X != m.button.x || msg.Y != m.button.y
		return nil
	}
	if msg.X != d.x || msg.Y != d.y {
		m.button.moved = true
		d.clicks = max(d.clicks, 1)
		d.clicked = time.Time{} // a click that follows is a first one
	}
	d.x, d.y = msg.X, msg.Y
	m.markTo()
	return m.dragTick()
}

// markTo marks text up to the pointer, or to the row of the timeline that is nearest to it:
// above that up to the row's beginning, and below to its end.
func (m *Model) markTo() {
	d := &m.drag
	if d.at = m.areas.Timeline; m.split() && m.threads[m.room].timeline == d.in {
		d.at = m.areas.Thread.Timeline // the screen may have another size now
	}
	x, y := d.x-d.at.X, d.y-d.at.Y
	switch {
	case y < 0:
		x, y = 0, 0
	case y >= d.at.Height:
		x, y = d.at.Width, d.at.Height-1
	}
	d.in.MarkTo(x, y)
}

// beyond is by how many rows the timeline is to move, as the pointer is held above or below
// it; on a screen of which it is the first row, also in that.
func (d *drag) beyond() int {
	switch top, bottom := d.at.Y, d.at.Y+d.at.Height; {
	case !d.held:
		return 0
	case d.y < top || d.y == 0:
		return max(min(d.y-top, -1), -maxDrag)
	case d.y >= bottom:
		return min(d.y-bottom+1, maxDrag)
	}
	return 0
}

// dragTick asks to be woken while the pointer is held at the edge.
func (m *Model) dragTick() tea.Cmd {
	d := &m.drag
	if d.ticking || d.beyond() == 0 {
		return nil
	}
	d.ticking = true
	on := dragOn{d.nth}
	return tea.Tick(dragEvery, func(time.Time) tea.Msg { return on })
}

// dragged moves the timeline on, and marks what comes.
func (m *Model) dragged(on dragOn) tea.Cmd {
	d := &m.drag
	if on.nth != d.nth {
		return nil
	}
	d.ticking = false
	if by := d.beyond(); by != 0 {
		d.in.Scroll(by)
		m.markTo()
	}
	return m.dragTick()
}

// endDrag copies what is marked, when the button is let go, and tells whether anything is.
func (m *Model) endDrag() (cmd tea.Cmd, marked bool) {
	d := &m.drag
	if !d.held {
		return nil, false
	}
	d.held = false
	text, ok := d.in.Marked()
	switch {
	case !ok:
		return nil, false
	case len(text) > timeline.MaxMarked:
		return m.say("that is more than terminals copy, and nothing was copied", "too much: nothing was copied", "too much"), true
	}
	what := m.sizeOfText(text)
	return tea.Batch(tea.SetClipboard(text), m.say(what+" copied, if this terminal lets programs copy", what+" copied", "copied")), true
}

// sizeOfText says how much a text is: its lines, or of one line its characters.
func (m *Model) sizeOfText(text string) string {
	if n := strings.Count(text, "\n"); n > 0 {
		return plural(n+1, "line")
	}
	n := 0
	for s := text; s != ""; n++ {
		size, _ := theme.Cluster(s, m.theme.Measure)
		s = s[size:]
	}
	return plural(n, "character")
}

// unmarks takes a key where something is marked: after any nothing is, and Esc does only that.
func (m *Model) unmarks(msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	return nil, m.unmark() && matches(msg, m.keys.Back)
}

// unmark marks nothing any more, and tells whether anything was.
func (m *Model) unmark() bool {
	d := &m.drag
	if d.in == nil {
		return false
	}
	was := d.in.Unmark()
	d.in, d.held = nil, false
	d.nth++
	return was
}
