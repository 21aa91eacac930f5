package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// pointed takes what is done with the mouse.
func (m *Model) pointed(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		m.wheel(msg)
		if m.drag.held { // what is under the pointer is another
			m.markTo()
		}
	case tea.MouseClickMsg:
		m.presses++
		return m.click(msg)
	case tea.MouseMotionMsg:
		return m.dragTo(msg)
	case tea.MouseReleaseMsg:
		return m.endDrag()
	case dragOn:
		return m.dragged(msg)
	}
	return nil
}

// focusCame takes that the terminal has the focus, or not any more. That a button is let go may
// be told to others then.
func (m *Model) focusCame(msg tea.Msg) {
	_, m.focused = msg.(tea.FocusMsg)
	m.drag.held = false
}

// in tells whether a cell is in a part of the screen, and which row of it.
func (r rect) in(x, y int) (row int, ok bool) {
	return y - r.y, x >= r.x && x < r.x+r.width && y >= r.y && y < r.y+r.height
}

// click goes to the room or shows the person that is clicked on. In a timeline text is
// marked (drag.go).
func (m *Model) click(msg tea.MouseClickMsg) tea.Cmd {
	if msg.Button != tea.MouseLeft || m.whole != nil {
		m.unmark()
		return nil
	}
	if cmd, took := m.clickGreeting(msg.X, msg.Y); took {
		return cmd
	}
	m.beginDrag(msg)
	if row, ok := m.areas.sidebar.in(msg.X, msg.Y); ok {
		if i, some := m.sidebar.TeamAt(row); some && m.window != nil {
			m.window.want(i, "")
		} else if i, some := m.sidebar.Beyond(row); some && i < len(m.rooms) {
			m.overlays = nil
			m.show(m.rooms[i].ID)
		} else if i, some := m.sidebar.At(row); some && i < len(m.rooms) {
			m.overlays = nil
			m.show(m.rooms[i].ID)
		}
		return nil
	}
	if row, ok := m.areas.members.in(msg.X, msg.Y); ok {
		if who, some := m.members.At(row); some {
			m.overlays = nil
			return m.whois(who.ID)
		}
		return nil
	}
	if _, ok := m.areas.title.in(msg.X, msg.Y); ok && m.whose() != "" && m.whose() == m.howMany() && m.top() == nil {
		end := m.areas.title.x + m.areas.title.width - theme.Margin(m.areas.title.width)
		if msg.X < end && msg.X >= end-m.theme.Measure.StringWidth(m.whose()) {
			return m.togglePeople()
		}
	}
	m.clickBeside(msg.X, msg.Y)
	return nil
}

// clickOn goes where what was clicked on in a timeline leads.
func (m *Model) clickOn(t *timeline.Timeline, x, y int) tea.Cmd {
	spot, what := t.SpotAt(x, y)
	if spot == timeline.Nowhere {
		return nil
	}
	m.over()
	switch spot {
	case timeline.Newest:
		t.Bottom()
	case timeline.All:
		return m.openFolded(t.FoldedAt(what))
	case timeline.Answers:
		m.toRoom() // a thread of it is in front of nothing here
		return m.openThread(what)
	case timeline.Nowhere:
	}
	return nil
}

// wheel scrolls what is under the pointer.
func (m *Model) wheel(msg tea.MouseWheelMsg) {
	rows := 0
	switch msg.Button {
	case tea.MouseWheelUp:
		rows = -wheelRows
	case tea.MouseWheelDown:
		rows = wheelRows
	default: // sideways, or a button
	}
	if m.whole == nil {
		if t := m.threadAt(msg.X, msg.Y); t != nil {
			t.timeline.Scroll(rows)
			return
		}
		if _, ok := m.areas.sidebar.in(msg.X, msg.Y); ok {
			m.sidebar.Scroll(rows)
			return
		}
		if _, ok := m.areas.members.in(msg.X, msg.Y); ok {
			m.members.Scroll(rows)
			return
		}
	}
	switch o := m.top(); {
	case o != nil && m.choosesOnTop():
		o.Scroll(rows / wheelRows) // a row is a thing that is chosen
	case o != nil:
		o.Scroll(rows)
	case m.whole != nil:
		m.whole.Scroll(rows)
	case m.split():
		m.timeline(m.room).Scroll(rows)
	default:
		m.shown().Scroll(rows)
	}
}
