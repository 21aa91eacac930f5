package tui

import (
	"sort"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/layout"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// ownShape, with a cursor that is said not to blink, is the shape that the user gave
// the terminal's cursor (DECSCUSR 0). Any shape of Bubble Tea's own would be set at the
// start, and a block that blinks is not taken back at the end.
const ownShape = tea.CursorShape(-1)

// View draws the screen.
func (m *Model) View() tea.View {
	if m.unsettled {
		m.arrange()
	}
	v := tea.NewView("")
	v.AltScreen = true
	v.WindowTitle = m.windowTitle()
	v.ReportFocus = true
	if m.mouse && !m.selecting() {
		v.MouseMode = tea.MouseModeCellMotion
	}
	if m.width <= 0 || m.height <= 0 {
		return v
	}
	if m.whole != nil {
		v.SetContent(m.sheetView())
		if l, ok := m.top().(*layer); ok { // the help is over it
			v.Cursor = shaped(l.Cursor(), layout.Rect{})
		}
		return v
	}
	a := m.areas
	middle := m.shown().View()
	if m.split() {
		middle = m.timeline(m.room).View()
	}
	middle = m.withGreeting(middle)
	if o := m.top(); o != nil {
		middle = o.View()
	}
	status := m.status
	if said := m.composer.Said(); said != "" { // there is no row for it elsewhere
		line := *m.status
		line.SetFlash(said)
		status = &line
	}
	v.SetContent(m.compose(append(m.besideViews(), []placed{
		{a.Sidebar, m.sidebar.View()},
		{a.Title, m.title()},
		{a.Timeline, middle},
		{a.Composer, m.left().View()},
		{a.Members, m.members.View()},
		{a.Status, status.View(m.now())},
	}...)))
	c, at := m.composer.Cursor(), m.writesAt()
	if l, ok := m.top().(*layer); ok {
		c, at = l.Cursor(), a.Timeline
	}
	if (m.focus == choosing || m.focus == catching) && m.top() == nil {
		c = nil // nothing is typed
	}
	v.Cursor = shaped(c, at)
	return v
}

// shaped is the cursor of a part of the screen, nil for none, in the shape that is the user's own.
func shaped(c *tea.Cursor, in layout.Rect) *tea.Cursor {
	if c == nil {
		return nil
	}
	c.X += in.X
	c.Y += in.Y
	c.Shape, c.Blink = ownShape, false
	return c
}

// title draws the room's name and topic, and whose room it is or what is unread elsewhere.
// Where there is too little room the topic gives way first.
func (m *Model) title() string {
	a := m.areas.Title
	if a.Height == 0 {
		return ""
	}
	measure := m.theme.Measure
	pad := strings.Repeat(" ", theme.Margin(a.Width))
	room := a.Width - 2*len(pad)
	here, topic := m.here(), m.topic()
	if t := m.in(); m.split() {
		here = m.roomName() // the thread has a title of its own
	} else if t != nil {
		topic = t.timeline.About()
	}
	label := m.theme.Truncate(here, room, "…")
	rights := m.elsewhere()
	if len(rights) == 0 || m.areas.Sidebar.Width > 0 { // which has it all
		whose := m.theme.Truncate(m.whose(), room/3, "…")
		rights = []string{whose}
		if long := whose + " · " + m.howMany(); whose != "" && m.areas.Sidebar.Width == 0 && m.in() == nil && m.howMany() != "" &&
			measure.StringWidth(label)+measure.StringWidth(topic)+measure.StringWidth(long)+5 <= room {
			rights = []string{long} // the topic matters more
		}
	} else if least := room - 2 - measure.StringWidth(rights[len(rights)-1]); least >= leastLabel {
		label = m.theme.Truncate(label, least, "…")
	}
	used, right, w := measure.StringWidth(label), "", 0
	for _, text := range rights {
		if n := measure.StringWidth(text); n > 0 && used+2+n <= room {
			right, w = text, n
			break
		}
	}
	s := pad + m.theme.Strong.Render(label)
	if topic != "" {
		if space := room - used - w - 5; space >= 8 {
			topic = m.theme.Truncate(topic, space, "…")
			s += "   " + m.theme.Dim.Render(topic)
			used += 3 + measure.StringWidth(topic)
		}
	}
	if right == "" {
		return s
	}
	return s + strings.Repeat(" ", room-used-w) + m.theme.Dim.Render(right)
}

// leastLabel is how much of a room's name is shown at least, in cells.
const leastLabel = 8

// whose says whose room it is; beside the sidebar, which has the team's name, how many
// are in it.
func (m *Model) whose() string {
	switch {
	case m.areas.Sidebar.Width == 0 && m.window != nil:
		return "" // it stands before the room's name
	case m.areas.Sidebar.Width == 0 && m.team == "":
		return m.server
	case m.areas.Sidebar.Width == 0:
		return m.team
	}
	return m.howMany()
}

// howMany says how many are in the room that is shown, and of one between two people how the other
// can be reached; "" where that is not known.
func (m *Model) howMany() string {
	switch r := m.member(m.room); {
	case r == nil || r.Members <= 0:
		return ""
	case r.Kind == chat.RoomDirect && len(r.People) == 2: // where that is no news
		return m.howIs(r)
	case r.Archived:
		return "archived · " + plural(r.Members, "member")
	default:
		return plural(r.Members, "member")
	}
}

// howIs says how the other of two people can be reached, "" where that is not known.
func (m *Model) howIs(r *chat.Membership) string {
	for _, who := range r.People {
		if p, known := m.reachOf(who.ID); known && who.ID != m.you.ID {
			return chat.SanitizeLine(strings.TrimPrefix(wordsOfPresence(p, m.now()), " · "))
		}
	}
	return ""
}

// topic is the topic of the room that is shown, sanitised.
func (m *Model) topic() string {
	for _, r := range m.rooms {
		if r.ID == m.room {
			return chat.SanitizeLine(cut(r.Topic))
		}
	}
	return ""
}

// placed is a pane's view and where it belongs.
type placed struct {
	at   layout.Rect
	view string
}

// compose puts views beside and below each other. A view has at least the rows
// of its rectangle, none wider than it.
func (m *Model) compose(views []placed) string {
	sort.SliceStable(views, func(i, j int) bool { return views[i].at.X < views[j].at.X })
	rows := make([]strings.Builder, m.height)
	used := make([]int, m.height)
	for _, v := range views {
		if v.at.Height <= 0 || v.at.Width <= 0 {
			continue
		}
		for i, line := range strings.SplitN(v.view, "\n", v.at.Height+1) {
			y := v.at.Y + i
			if i == v.at.Height || y >= m.height {
				break
			}
			if v.at.X > used[y] {
				rows[y].WriteString(strings.Repeat(" ", v.at.X-used[y]))
			}
			rows[y].WriteString(line)
			used[y] = v.at.X
			if v.at.X+v.at.Width < m.width { // another pane may follow
				used[y] += m.theme.Measure.StringWidth(line)
			}
		}
	}
	var b strings.Builder
	for y := range rows {
		if y > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(rows[y].String())
	}
	return b.String()
}
