package tui

import (
	"github.com/hobnob-chat/hobnob/tui/members"
)

// rect is a part of the screen, in cells.
type rect struct{ x, y, width, height int }

// areas is who gets which part of the screen. A pane without height is not
// drawn.
type areas struct {
	sidebar, title, timeline, composer, status, members rect
}

const (
	// titleFrom is the height from which the room's name and topic get a row.
	titleFrom = 10
	// maxSentence is how many rows the composer's sentence may take.
	maxSentence = 3
)

// beside is how wide the panes at the sides are.
type beside struct{ left, right int }

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
	x, y, inner := side.left, 0, width-side.left-side.right
	row := func(h int) rect {
		r := rect{x, y, inner, h}
		y += h
		return r
	}
	a := areas{title: row(title), timeline: row(timeline), composer: row(composer)}
	a.sidebar = rect{0, 0, side.left, y}
	a.members = rect{width - side.right, 0, side.right, y}
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

// arrange gives every pane that is shown its size.
func (m *Model) arrange() {
	text, say := composerSpace(m.height)
	rows := m.side()
	side := m.sideWidth(rows)
	right := 0
	if m.peopleOn {
		right = members.Width(m.width - side)
	}
	sides := beside{side, right}
	if side = layout(m.width, m.height, 1, sides).sidebar.width; side > 0 {
		m.sidebar.SetRows(rows)
	}
	m.composer.SetHead(m.head())
	m.composer.SetSpace(layout(m.width, m.height, 1, sides).composer.width, text, say)
	m.areas = layout(m.width, m.height, m.composer.Rows(), sides)
	a := m.areas
	m.sidebar.SetSize(a.sidebar.width, a.sidebar.height)
	m.shown().SetSize(a.timeline.width, a.timeline.height, layout(m.width, m.height, 1, sides).timeline.height)
	m.members.SetSize(a.members.width, a.members.height)
	m.showPeople()
	m.composer.SetSize(a.composer.width, a.composer.height)
	m.status.SetSize(a.status.width, a.status.height)
	room := ""
	if a.title.height == 0 {
		room = m.here()
	}
	m.status.SetRoom(room)
	m.status.SetWritten(m.composer.Beyond())
	m.status.SetAside(m.writing())
	over := a.timeline
	if m.whole != nil {
		m.whole.SetSize(m.width, m.height)
		over = rect{width: m.width, height: m.height}
	}
	for _, o := range m.overlays {
		o.SetSize(over.width, over.height)
	}
}
