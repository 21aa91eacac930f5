package tui

import (
	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/layout"
	"github.com/hobnob-chat/hobnob/tui/members"
)

// writingSpace is composerSpace, less what is wanted by what has the keys.
func (m *Model) writingSpace() (text, say int) {
	text, say = layout.ComposerSpace(m.height)
	var above int
	switch {
	case m.top() != nil:
		above = layout.ListRows
	case m.focus == choosing, m.focus == catching:
		above = layout.ChosenRows
	default:
		return text, say
	}
	if m.height >= layout.TitleFrom {
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
	sides := layout.Sides{Left: side, Answer: 1}
	if m.besideWidth = layout.ThreadWidth(m.width, m.height, m.width-side); m.split() {
		sides.Thread = m.besideWidth
	}
	m.hint()
	if m.peopleOn {
		sides.Right = members.Width(m.width - side - sides.Thread)
	}
	least := layout.Divide(m.width, m.height, 1, sides)
	if least.Sidebar.Width > 0 {
		m.sidebar.SetRows(rows)
	}
	m.composer.SetIdle(m.choosesOnTop()) // which takes what is typed
	m.composer.SetHead(m.head())
	m.arrangeAside()
	left := m.left()
	left.SetSpace(least.Composer.Width, text, say)
	if m.split() {
		right := m.right()
		right.SetSpace(least.Thread.Composer.Width, text, say)
		sides.Answer = min(right.Rows(), text+say)
	}
	m.areas = layout.Divide(m.width, m.height, min(left.Rows(), text+say), sides)
	a := m.areas
	m.sidebar.SetSize(a.Sidebar.Width, a.Sidebar.Height)
	m.members.SetSize(a.Members.Width, a.Members.Height)
	m.showPeople()
	left.SetSize(a.Composer.Width, a.Composer.Height)
	if m.split() {
		m.timeline(m.room).SetSize(a.Timeline.Width, a.Timeline.Height, least.Timeline.Height)
		t := a.Thread
		m.threads[m.room].timeline.SetSize(t.Timeline.Width, t.Timeline.Height, least.Thread.Timeline.Height)
		m.right().SetSize(t.Composer.Width, t.Composer.Height)
	} else {
		m.shown().SetSize(a.Timeline.Width, a.Timeline.Height, least.Timeline.Height)
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
	m.status.SetSize(a.Status.Width, a.Status.Height)
	m.shown().SetEmpty(m.emptySays())
	room := ""
	if a.Title.Height == 0 {
		room = m.here()
	}
	m.status.SetRoom(room)
	m.status.SetWritten(m.composer.Beyond())
	m.status.SetAside(m.underWay())
	mark, words := m.ownReach()
	m.status.SetReach(mark, words...)
	over := a.Timeline
	if m.whole != nil {
		m.whole.SetSize(m.width, m.height)
		over = layout.Rect{Width: m.width, Height: m.height}
	}
	for _, o := range m.overlays {
		if l, ok := o.(*layer); ok && l.renew != nil {
			l.renew()
		}
		o.SetSize(over.Width, over.Height)
	}
}
