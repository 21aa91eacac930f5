package tui

import (
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// button is the left button of the mouse. A click is to press it and to let it go in the same cell:
// what the pointer was moved over meanwhile was not meant. What was there when it was pressed is: a
// room in which much is said moves on.
type button struct {
	down  bool
	x, y  int       // where it was pressed
	moved bool      // it was in another cell since
	did   time.Time // when a click did something last, there

	over  pane   // what lay over the room
	there string // what was listed there (listedAt)
	spot  timeline.Spot
	of    timeline.Message
	which string // of several things there
}

// buttonDown takes that a button is pressed. In a timeline text may be marked from there on (drag.go).
func (m *Model) buttonDown(msg tea.MouseClickMsg) {
	b := &m.button
	again := msg.X == b.x && msg.Y == b.y && m.now().Sub(b.did) < clickAgain
	b.down = false
	if msg.Button != tea.MouseLeft || m.whole != nil {
		m.unmark()
		return
	}
	if again {
		return // the second of two, when the first has led elsewhere
	}
	*b = button{down: true, x: msg.X, y: msg.Y, over: m.top(), there: m.listedAt(msg.X, msg.Y)}
	if m.onGreeting(msg.X, msg.Y) { // there is no text below it
		m.unmark()
		return
	}
	if m.beginDrag(msg); m.drag.held {
		b.spot, b.of, b.which = m.drag.in.SpotAt(msg.X-m.drag.at.X, msg.Y-m.drag.at.Y)
	}
}

// buttonUp copies what was marked, when the button is let go, or takes the click that it was.
func (m *Model) buttonUp(msg tea.MouseReleaseMsg) tea.Cmd {
	b := &m.button
	clicks, spoke := m.drag.clicks, m.drag.held
	cmd, marked := m.endDrag()
	was := *b
	b.down = false
	switch {
	case !was.down || was.moved || marked || msg.X != was.x || msg.Y != was.y || was.over != m.top() || m.whole != nil, was.there != m.listedAt(was.x, was.y):
		return cmd
	case spoke && clicks > 1: // of several in a row the first did what there was to be done
		return cmd
	}
	took, did := m.click(was.x, was.y)
	if did {
		b.did = m.now()
	}
	return took
}

// click does what a click on a cell does: it goes to the room or shows the person that is there,
// chooses what is listed, puts the cursor there. did tells whether it did anything.
func (m *Model) click(x, y int) (cmd tea.Cmd, did bool) {
	if m.top() == nil {
		if cmd, took := m.clickGreeting(x, y); took {
			return cmd, true
		}
	} else if cmd, took := m.clickOverlay(x, y); took {
		return cmd, true
	}
	if row, ok := m.areas.Sidebar.In(x, y); ok {
		if m.clickSidebar(row) {
			return nil, true
		}
	} else if row, ok := m.areas.Members.In(x, y); ok {
		if who, some := m.members.At(row); some {
			return m.card(who.ID), true
		}
	}
	if m.top() != nil { // beside it
		m.closeLayer()
		return nil, true
	}
	if m.onHowMany(x, y) {
		return m.togglePeople(), true
	}
	m.clickBeside(x, y)
	if at := m.writesAt(); at.Has(x, y) {
		m.clickComposer(m.composer, x-at.X, y-at.Y)
		return nil, false // a second click is another one
	}
	if t, _, ok := m.timelineUnder(x, y); ok {
		return m.clickOn(t)
	}
	return nil, false
}

// listedAt is what is listed in a cell, in a list, the sidebar or the members, "" where nothing is. What
// is listed moves when something comes: a click on it means it alone, and nothing where it is another.
func (m *Model) listedAt(x, y int) string {
	if at := m.areas.Timeline; m.top() != nil && at.Has(x, y) {
		if l, ok := m.top().(*layer); ok {
			return l.At(y - at.Y)
		}
		return ""
	}
	if row, ok := m.areas.Sidebar.In(x, y); ok {
		if i, some := m.sidebar.TeamAt(row); some && m.window != nil {
			return "team " + strconv.Itoa(m.window.teams[i].id)
		}
		if i, some := m.roomInRow(row); some {
			return "room " + m.rooms[i].ID
		}
	}
	if row, ok := m.areas.Members.In(x, y); ok {
		if who, some := m.members.At(row); some {
			return "who " + who.ID
		}
	}
	return ""
}

// roomInRow is which room a row of the sidebar leads to, and whether one.
func (m *Model) roomInRow(row int) (i int, ok bool) {
	if i, ok = m.sidebar.Beyond(row); !ok {
		i, ok = m.sidebar.At(row)
	}
	return i, ok && i < len(m.rooms)
}

// clickSidebar goes to the team or room in a row of the sidebar, and tells whether there is one.
func (m *Model) clickSidebar(row int) bool {
	if i, some := m.sidebar.TeamAt(row); some && m.window != nil {
		m.window.want(i, "")
		return true
	}
	i, some := m.roomInRow(row)
	if !some {
		return false
	}
	m.overlays = nil
	m.show(m.rooms[i].ID)
	return true
}

// card shows who somebody is, in place of what lies over the room.
func (m *Model) card(id string) tea.Cmd {
	m.overlays = nil
	return m.whois(id)
}

// onHowMany tells whether a cell is in what the title says of how many are in the room.
func (m *Model) onHowMany(x, y int) bool {
	title := m.areas.Title
	if !title.Has(x, y) || m.whose() == "" || m.whose() != m.howMany() {
		return false
	}
	end := title.X + title.Width - theme.Margin(title.Width)
	return x < end && x >= end-m.theme.Measure.StringWidth(m.whose())
}

// clickOverlay takes a click on what lies over the room, and tells whether it was on that: a row of
// a list is chosen, and what Enter does there is done, unless it ends something.
func (m *Model) clickOverlay(x, y int) (cmd tea.Cmd, took bool) {
	at := m.areas.Timeline
	if !at.Has(x, y) {
		return nil, false
	}
	l, ok := m.top().(*layer)
	if !ok || !l.Click(x-at.X, y-at.Y) {
		return nil, true
	}
	switch {
	case l.clicked != nil:
		return l.clicked(x - at.X), true
	case l.careful:
		return nil, true
	}
	return l.enter(), true
}

// clickComposer puts the cursor where the click was, and writes there: what was selected is not any
// more, and what was asked is over, as by a key that goes on with something else.
func (m *Model) clickComposer(c *composer.Composer, x, y int) {
	q := m.question
	if q != nil {
		if y == 0 && c.Headed() {
			return // on the question
		}
		switch m.over(); {
		case q.offers != nil && q.passed != nil:
			q.passed()
		case q.offers == nil && q.left != nil:
			q.left()
		}
	}
	m.setFocus(writing)
	c.Click(x, y)
}

// clickOn goes where what was clicked on in a timeline leads, and tells whether it leads anywhere.
func (m *Model) clickOn(t *timeline.Timeline) (cmd tea.Cmd, did bool) {
	what := m.button.of
	if m.button.spot == timeline.Nowhere {
		return nil, false
	}
	m.over()
	switch m.button.spot {
	case timeline.Newest:
		t.Bottom()
	case timeline.All:
		return m.openFolded(t.FoldedAt(what)), true
	case timeline.Answers:
		m.toRoom() // a thread of it is in front of nothing here
		return m.openThread(what), true
	case timeline.Reaction:
		return m.reactWith(what, m.button.which), true
	case timeline.Author:
		return m.card(what.From.ID), true
	case timeline.Beside:
		if t == m.shown() && t.ChooseMessage(what) {
			m.setFocus(choosing)
		}
	case timeline.Attached:
		return m.fetchOne(what, m.button.which), true
	case timeline.Person:
		return m.card(m.button.which), true
	case timeline.Room:
		return m.goTo("#" + m.button.which), true
	case timeline.Nowhere:
	}
	return nil, true
}
