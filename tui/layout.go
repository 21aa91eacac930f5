package tui

import (
	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/members"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// rect is a part of the screen, in cells.
type rect struct{ x, y, width, height int }

// areas is who gets which part of the screen. A pane without height is not
// drawn.
type areas struct {
	sidebar, title, timeline, composer, status, members rect
	rule                                                rect // between the room and the thread beside it
	thread                                              threadAreas
}

// threadAreas are the parts of a thread that is beside its room.
type threadAreas struct{ title, timeline, composer rect }

const (
	// titleFrom is the height from which the room's name and topic get a row.
	titleFrom = 10
	// maxSentence is how many rows the composer's sentence may take.
	maxSentence = 3
	// listRows and chosenRows are what a list or card, and a message that has the keys, have
	// above the composer at least, whatever is said there: what takes the keys is to be seen.
	listRows   = 3
	chosenRows = 2
)

// beside is how wide the panes at the sides are: that at the left, that at the right, and
// between the room and that a thread, whose composer wants some rows, too.
type beside struct{ left, right, thread, answer int }

const (
	// threadFrom is the width of a screen from which a thread is beside its room, if both
	// have as much as they need: the room as much as beside the members, less a margin, and
	// the thread a width with times, and the rule before it.
	threadFrom  = 110
	leastRoom   = 46
	leastThread = theme.RoomyFrom + 2
	// mostThread is how wide a thread becomes: longer lines are hard to read.
	mostThread = 76
)

// threadWidth is how wide a thread is beside its room, with the rule before it, where there
// are so many cells for both on a screen of a size; 0 where it has the room's place.
func threadWidth(width, height, room int) int {
	w := min(max(room*2/5, leastThread), mostThread)
	if width < threadFrom || height < titleFrom || room-w < leastRoom {
		return 0
	}
	return w
}

// layout turns a size, how many rows the composer wants, and how wide the panes at the
// sides are, into areas. They cover the screen without overlap. The composer and the status
// line are there whatever is said; the last row of all is the composer's.
func layout(width, height, wanted int, side beside) areas {
	if width <= 0 || height <= 0 {
		return areas{}
	}
	status := min(1, height-1)
	text, say := composerSpace(height)
	composer := max(1, min(wanted, text+say, height-status))
	title := 0
	if height >= titleFrom {
		title = 1
	}
	timeline := height - status - composer - title
	if title == 0 {
		side = beside{}
	}
	x, y, inner := side.left, 0, width-side.left-side.right-side.thread
	row := func(h int) rect {
		r := rect{x, y, inner, h}
		y += h
		return r
	}
	a := areas{title: row(title), timeline: row(timeline), composer: row(composer)}
	a.sidebar = rect{0, 0, side.left, y}
	a.members = rect{width - side.right, 0, side.right, y}
	if side.thread > 0 {
		a.rule = rect{x + inner, 0, 1, y}
		answer, bottom := max(1, min(side.answer, text+say, height-status)), y
		x, y, inner = a.rule.x+1, 0, side.thread-1
		a.thread = threadAreas{title: row(title), timeline: row(bottom - title - answer), composer: row(answer)}
	}
	x, inner = 0, width
	a.status = row(status)
	return a
}

// composerSpace is how many rows of text the composer may take, a third of the
// screen, and how many more its sentence.
func composerSpace(height int) (text, say int) {
	text = max(1, height/3)
	return text, max(0, min(maxSentence, height-1-text))
}

// writingSpace is composerSpace, less what is wanted by what has the keys.
func (m *Model) writingSpace() (text, say int) {
	text, say = composerSpace(m.height)
	var above int
	switch {
	case m.top() != nil:
		above = listRows
	case m.focus == choosing, m.focus == catching:
		above = chosenRows
	default:
		return text, say
	}
	if m.height >= titleFrom {
		above++
	}
	most := max(1, m.height-1-above)
	text = min(text, most)
	return text, min(say, most-text)
}

// arrange gives every pane that is shown its size.
func (m *Model) arrange() {
	m.unsettled = false
	text, say := m.writingSpace()
	rows := m.side()
	side := m.sideWidth(rows)
	sides := beside{left: side, answer: 1}
	if m.besideWidth = threadWidth(m.width, m.height, m.width-side); m.split() {
		sides.thread = m.besideWidth
	}
	m.hint()
	if m.peopleOn {
		sides.right = members.Width(m.width - side - sides.thread)
	}
	least := layout(m.width, m.height, 1, sides)
	if least.sidebar.width > 0 {
		m.sidebar.SetRows(rows)
	}
	m.composer.SetIdle(m.choosesOnTop()) // which takes what is typed
	m.composer.SetHead(m.head())
	m.arrangeAside()
	left := m.left()
	left.SetSpace(least.composer.width, text, say)
	if m.split() {
		right := m.right()
		right.SetSpace(least.thread.composer.width, text, say)
		sides.answer = min(right.Rows(), text+say)
	}
	m.areas = layout(m.width, m.height, min(left.Rows(), text+say), sides)
	a := m.areas
	m.sidebar.SetSize(a.sidebar.width, a.sidebar.height)
	m.members.SetSize(a.members.width, a.members.height)
	m.showPeople()
	left.SetSize(a.composer.width, a.composer.height)
	if m.split() {
		m.timeline(m.room).SetSize(a.timeline.width, a.timeline.height, least.timeline.height)
		t := a.thread
		m.threads[m.room].timeline.SetSize(t.timeline.width, t.timeline.height, least.thread.timeline.height)
		m.right().SetSize(t.composer.width, t.composer.height)
	} else {
		m.shown().SetSize(a.timeline.width, a.timeline.height, least.timeline.height)
	}
	m.arrangeRest()
}

// emptySays says what is to be done where nothing of a room is loaded, "" where it is on its
// way.
func (m *Model) emptySays() string {
	switch c := m.connection; c.State {
	case chat.Waiting:
		return "it comes with the connection"
	case chat.Offline:
		if c.Reason != "" {
			return cut(c.Reason)
		}
	case chat.Online, chat.Connecting, chat.Refused: // of which there is a line
	}
	return ""
}

// arrangeRest is what the status line says of what is arranged, and what lies on top.
func (m *Model) arrangeRest() {
	a := m.areas
	m.status.SetSize(a.status.width, a.status.height)
	m.shown().SetEmpty(m.emptySays())
	room := ""
	if a.title.height == 0 {
		room = m.here()
	}
	m.status.SetRoom(room)
	m.status.SetWritten(m.composer.Beyond())
	m.status.SetAside(m.underWay())
	mark, words := m.ownReach()
	m.status.SetReach(mark, words...)
	over := a.timeline
	if m.whole != nil {
		m.whole.SetSize(m.width, m.height)
		over = rect{width: m.width, height: m.height}
	}
	for _, o := range m.overlays {
		o.SetSize(over.width, over.height)
	}
}
