package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/layout"
	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/unread"
)

// A thread that is open is beside its room where the screen is wide enough, and else in the
// room's place. Which of the two the user is in is the thread's own (thread.left) and not the
// screen's, so that a screen that changes its size takes nothing away.

// in is the thread that the user is in, nil where they are in the room.
func (m *Model) in() *thread {
	if t := m.threads[m.room]; t != nil && !t.left {
		return t
	}
	return nil
}

// split tells whether a thread is beside the room.
func (m *Model) split() bool { return m.besideWidth > 0 && m.threads[m.room] != nil }

// roomSeen tells whether the room's own messages are on the screen.
func (m *Model) roomSeen() bool { return m.in() == nil || m.split() }

// other is the place that is seen beside the one where the user is, and whether there is one.
func (m *Model) other() (at string, ok bool) {
	switch t := m.threads[m.room]; {
	case !m.split():
		return "", false
	case t.left:
		return where(m.room, t.id), true
	}
	return m.room, true
}

// left is the composer below the room, or below what has its place; right is that of the
// thread beside it.
func (m *Model) left() *composer.Composer {
	if m.split() && m.in() != nil && m.aside != nil {
		return m.aside
	}
	return m.composer
}

func (m *Model) right() *composer.Composer {
	if m.in() == nil && m.aside != nil {
		return m.aside
	}
	return m.composer
}

// writesAt is where what is typed goes.
func (m *Model) writesAt() layout.Rect {
	if m.split() && m.in() != nil {
		return m.areas.Thread.Composer
	}
	return m.areas.Composer
}

// arrangeAside brings the composer that is beside the one in which the user is.
func (m *Model) arrangeAside() {
	at, ok := m.other()
	if !ok {
		m.aside = nil
		return
	}
	if c := m.composerAt(at); c != m.aside {
		m.aside = c
		c.SetTheme(m.theme)
		c.SetPlaceholder(m.goesTo(at != m.room))
	}
	m.aside.SetIdle(true)
	m.aside.SetHead(composer.Head{Says: m.aboutLine(m.abouts[at])})
}

// across says what is on the other side.
func (m *Model) across() string {
	if m.in() != nil {
		return "room"
	}
	return "thread"
}

// cross goes to the other side: from the room into its thread, or back.
func (m *Model) cross() {
	t := m.threads[m.room]
	if t == nil {
		m.composer.Say("no thread is open here; " + keymap.Name(m.keys.Choose.Thread) + " opens that of a message that is selected")
		return
	}
	m.goInto(t.left)
}

// goInto goes into the thread that is open, or out of it, which stays open.
func (m *Model) goInto(thread bool) {
	t := m.threads[m.room]
	if t == nil || t.left != thread {
		return
	}
	m.over()
	m.setFocus(writing)
	t.left = !thread
	m.use()
}

// toRoom goes to the room: a thread beside it stays there, and one in its place is closed.
func (m *Model) toRoom() {
	switch {
	case m.in() == nil:
	case m.split():
		m.goInto(false)
	default:
		m.closeThread()
	}
}

// threadAt is the thread beside the room, if a cell is in it.
func (m *Model) threadAt(x, y int) *thread {
	t := m.areas.Thread.Title
	t.Height = m.areas.Status.Y
	if _, ok := t.In(x, y); ok && m.split() {
		return m.threads[m.room]
	}
	return nil
}

// clickBeside goes to the side that is clicked on.
func (m *Model) clickBeside(x, y int) {
	if !m.split() || m.top() != nil || y >= m.areas.Status.Y {
		return
	}
	m.goInto(m.threadAt(x, y) != nil)
}

// pages asks for history where what is seen wants some.
func (m *Model) pages() tea.Cmd {
	t := m.in()
	if !m.split() {
		return tea.Batch(m.olderPage(t), m.newerPage(t))
	}
	t = m.threads[m.room]
	return tea.Batch(m.olderPage(nil), m.newerPage(nil), m.olderPage(t), m.newerPage(t))
}

// newThread makes the thread that a message began. What is new in the room is new there.
func (m *Model) newThread(id string) *thread {
	room := m.timeline(m.room)
	t := &thread{id: id, timeline: room.Thread(id), seen: true}
	seq, ok := room.New()
	if u := m.unread.Answers(unread.Thread{Room: m.room, ID: id}); u.Count > 0 {
		seq, ok = u.From, true
	}
	if ok && t.timeline.Since(seq, m.you.ID) {
		t.timeline.SetNew(seq - 1)
	}
	return t
}

// newInThread draws the line above the first of some messages, if nobody sees them come.
func (m *Model) newInThread(room string, t *thread, messages []chat.Message) {
	if !t.seen || room == m.room && m.looksAtThread() {
		return
	}
	for i := range messages {
		if messages[i].From.ID != m.you.ID && messages[i].Seq > t.timeline.Told() {
			t.timeline.SetNew(messages[i].Seq - 1)
			t.seen = false
			return
		}
	}
}

// looksAtThread tells whether the newest message of the thread is on a screen somebody looks
// at.
func (m *Model) looksAtThread() bool {
	t := m.threads[m.room]
	seen := t != nil && (m.in() != nil && len(m.overlays) == 0 || m.split())
	return seen && m.focused && !m.hidden && m.whole == nil && t.timeline.AtBottom()
}

// threadSeen remembers that it was.
func (m *Model) threadSeen() {
	if !m.looksAtThread() {
		return
	}
	t := m.threads[m.room]
	if t.seen = true; m.catch == nil {
		m.unread.Seen(unread.Thread{Room: m.room, ID: t.id})
	}
}

// besideViews draws a thread beside its room.
func (m *Model) besideViews() []placed {
	if !m.split() {
		return nil
	}
	a := m.areas
	rule := strings.TrimSuffix(strings.Repeat(m.theme.Rule.Render("│")+"\n", a.Rule.Height), "\n")
	return []placed{
		{a.Rule, rule},
		{a.Thread.Title, m.threadTitle()},
		{a.Thread.Timeline, m.threads[m.room].timeline.View()},
		{a.Thread.Composer, m.right().View()},
	}
}

// threadTitle says what the thread is about. How it is left or gone to is said in the last row.
func (m *Model) threadTitle() string {
	const title = "thread"
	a := m.areas.Thread.Title
	pad := strings.Repeat(" ", theme.Margin(a.Width))
	about := m.theme.Truncate(m.threads[m.room].timeline.About(), max(a.Width-2*len(pad)-len(title)-3, 0), "…")
	return pad + m.theme.Strong.Render(title) + "   " + m.theme.Dim.Render(about)
}
