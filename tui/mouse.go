package tui

import (
	tea "charm.land/bubbletea/v2"
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
		m.buttonDown(msg)
	case tea.MouseMotionMsg:
		return m.dragTo(msg)
	case tea.MouseReleaseMsg:
		return m.buttonUp(msg)
	case dragOn:
		return m.dragged(msg)
	}
	return nil
}

// focusCame takes that the terminal has the focus, or not any more. That a button is let go may
// be told to others then.
func (m *Model) focusCame(msg tea.Msg) {
	_, m.focused = msg.(tea.FocusMsg)
	m.drag.held, m.button.down = false, false
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
		if _, ok := m.areas.Sidebar.In(msg.X, msg.Y); ok {
			m.sidebar.Scroll(rows)
			return
		}
		if _, ok := m.areas.Members.In(msg.X, msg.Y); ok {
			m.members.Scroll(rows)
			return
		}
	}
	switch o := m.top(); {
	case o != nil && m.choosesOnTop() && !m.helpOnTop():
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
