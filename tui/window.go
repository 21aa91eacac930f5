package tui

import (
	"reflect"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/sidebar"
)

// Window is several teams on one screen, each of them a Model, of which one is shown. It
// is the program's model where there are several; a Model alone knows of no other.
//
//	from                      message                to
//	terminal                  keys, mouse, paste     the team that is shown
//	terminal                  size                   the same; another one when it is shown
//	terminal                  colours, focus, modes  all teams
//	a team's command          told                   that team, whichever is shown; what is Bubble
//	                                                 Tea's own goes to Bubble Tea (windowmail.go)
//	the pumps in tui/cli      told, made by For      that team
//	tui/cli                   comes, parts           the Window itself: a team comes or goes (comings.go)
//
// A team that is not shown takes what its connection tells, and no more: nothing of it is
// laid out, drawn, ticks, is asked for or marked read. A team may ask for another one to
// be shown (want), or to be let go of (logout.go); that is done when its Update is over. Like a Model, a Window is the
// event loop's alone.
type Window struct {
	teams []*Model // at least one
	names []string // what they are called, each differently
	heads []sidebar.Team
	rooms []int // in how many rooms of each something is unread
	shown int
	size  tea.WindowSizeMsg
	next  *move  // what is to be shown as soon as the message is worked through
	out   *Model // and what the user signs out of then
	count int    // how many teams there have ever been

	// seek has teams looked for that were joined or left elsewhere (comings.go); nil for nobody.
	seek func()
	rang *time.Time
	line *bool

	view  tea.View // as it was drawn last
	stale bool     // it is not what would be drawn now
}

// move is a team that is wanted, and a room of it, "" for the one that is shown there; or
// to go on there with a walk through what is unread.
type move struct {
	team  int
	room  string
	catch *catchUp // nil for no walk
}

// NewWindow makes the screen of one or more teams. One is shown first, and says what is
// to be said of settings. It calls nothing of any Client yet.
func NewWindow(teams ...Config) *Window {
	w := &Window{stale: true, rang: new(time.Time), line: new(bool)}
	w.shown = max(slices.IndexFunc(teams, func(c Config) bool { return c.First }), 0)
	for i, c := range teams {
		c.beside = i != w.shown
		w.add(c)
	}
	w.link()
	return w
}

// add makes one more team.
func (w *Window) add(c Config) *Model {
	m := New(c)
	m.id, m.hidden, m.rang = w.count, c.beside, w.rang
	m.pictures.line = w.line
	if w.seek == nil {
		w.seek = c.Seek
	}
	w.teams = append(w.teams, m)
	w.count++
	return m
}

// link tells the teams of each other, and of their numbers. A team that is alone knows of
// no other.
func (w *Window) link() {
	w.heads, w.rooms = make([]sidebar.Team, len(w.teams)), make([]int, len(w.teams))
	for i, m := range w.teams {
		m.window, m.number = w, i
		if len(w.teams) == 1 {
			m.window = nil
			m.sidebar.SetTeams(nil)
		}
	}
	w.rename()
	for i, m := range w.teams {
		m.placeholder() // which names the team
		m.hint()
		w.look(i)
	}
}

// index is the number of a team of an ID, -1 if it is not here any more.
func (w *Window) index(id int) int {
	return slices.IndexFunc(w.teams, func(m *Model) bool { return m.id == id })
}

// For makes a message one for a team, by its ID: its number in NewWindow, or how many teams
// there were before it came. It is safe from any goroutine.
func (w *Window) For(team int, msg tea.Msg) tea.Msg { return told{team, msg} }

// Shown is the room that is shown in a team, as Model.Shown; of one that is not here any
// more it is none.
func (w *Window) Shown(team int) chat.Room {
	if i := w.index(team); i >= 0 {
		return w.teams[i].Shown()
	}
	return chat.Room{}
}

// Init asks the terminal for its background, once.
func (w *Window) Init() tea.Cmd { return w.of(w.teams[w.shown].id, w.teams[w.shown].Init()) }

// Update takes one message to where it belongs.
func (w *Window) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := w.take(msg)
	return w, cmd
}

func (w *Window) take(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case nil:
		return nil
	case told:
		if i := w.index(msg.to); i >= 0 {
			return w.tell(i, msg.msg)
		}
		if s, sent := msg.msg.(pictureSent); sent { // of a team that went: the line is free all the same
			m := w.teams[w.shown]
			*m.pictures.line = false
			m.pictures.gone = append(m.pictures.gone, goneOf(s.of, pictureID(&m.pictures, msg.to, s.of)))
			return w.of(m.id, m.seePictures())
		}
		return nil
	case comes:
		return w.came(msg)
	case parts:
		return w.parted(msg)
	case tea.WindowSizeMsg:
		w.size = msg
		return w.tell(w.shown, msg)
	case tea.KeyMsg, tea.MouseMsg, tea.PasteMsg, tea.PasteStartMsg, tea.PasteEndMsg, tea.ClipboardMsg, chat.Update:
		return w.tell(w.shown, msg)
	}
	if reflect.TypeOf(msg).PkgPath() == ours {
		return w.tell(w.shown, msg)
	}
	if _, back := msg.(tea.FocusMsg); back && w.seek != nil {
		w.seek()
	}
	cmds := make([]tea.Cmd, len(w.teams))
	for i := range w.teams {
		cmds[i] = w.tell(i, msg)
	}
	if _, ok := msg.(tea.TerminalVersionMsg); ok {
		return cmds[w.shown] // what that leads to is asked for once, and answered to all
	}
	return tea.Batch(cmds...)
}

// tell gives a team a message, and shows another one if that is wanted then.
func (w *Window) tell(i int, msg tea.Msg) tea.Cmd {
	m := w.teams[i]
	entries, terminal, busy := m.set.Entries, m.terminal, *m.pictures.line
	_, cmd := m.Update(msg)
	cmd = w.of(m.id, cmd)
	if i != w.shown && busy && !*m.pictures.line { // another team may have waited for that
		cmd = tea.Batch(cmd, w.of(w.teams[w.shown].id, w.teams[w.shown].seePictures()))
	}
	if before := w.heads[i]; i == w.shown {
		w.stale = true
	} else if w.look(i); w.heads[i] != before {
		w.arrange()
	}
	if terminal != m.terminal || !sameEntries(entries, m.set.Entries) {
		for _, other := range w.teams {
			other.adopt(m)
		}
		w.arrange()
	}
	if out := w.out; out != nil {
		w.next, w.out = nil, nil
		return tea.Batch(cmd, w.signedOut(out))
	}
	if next := w.next; next != nil {
		w.next = nil
		return tea.Batch(cmd, w.show(*next))
	}
	return cmd
}

// arrange has the team that is shown take note that something changed beside it.
func (w *Window) arrange() {
	w.teams[w.shown].arrange()
	w.stale = true
}

// View draws the team that is shown, if that may look different than before.
func (w *Window) View() tea.View {
	if w.stale {
		w.view, w.stale = w.teams[w.shown].View(), false
	}
	return w.view
}

// want is told by a team which one is to be shown.
func (w *Window) want(team int, room string) { w.next = &move{team: team, room: room} }

// show shows a team, and a room of it.
func (w *Window) show(next move) tea.Cmd {
	from, to := w.teams[w.shown], w.teams[next.team]
	if from != to {
		from.hide()
		w.shown = next.team
		w.look(from.number)
		to.adopt(from)
		to.use()
		if to.front != nil {
			to.front()
		}
	}
	to.hidden, to.width, to.height = false, w.size.Width, w.size.Height
	var cmd tea.Cmd
	switch {
	case next.catch != nil: // before anything there is read
		cmd = to.catchUpAfter(next.catch.teams)
	case next.room != "" && to.member(next.room) != nil:
		if from != to && next.room == to.room {
			to.enterRoom()
		}
		to.show(next.room)
	case from != to:
		to.enterRoom()
	}
	_, more := to.Update(w.size)
	w.look(next.team)
	w.arrange()
	return w.of(to.id, tea.Batch(cmd, more, to.wake()))
}

// wake goes on with what rested while the team was hidden.
func (m *Model) wake() tea.Cmd { return tea.Batch(m.tick(), m.stillWriting(), m.lookAtFiles()) }

// hide puts away what is begun in a team, as for another room, and lays it to rest.
// What is written stays.
func (m *Model) hide() {
	m.over()
	m.unmark()
	m.setFocus(writing)
	m.leaveRoom()
	m.whole, m.overlays, m.seeking = nil, nil, nil
	m.opening, m.inviting, m.hidden = 0, false, true
	m.leaving, m.taken = time.Time{}, nil
	m.presses++ // who asked for something does something else now
	m.status.SetFlash("")
}

// adopt takes over from another team what holds for all: what is known of the terminal,
// how it looks, and what is set.
func (m *Model) adopt(from *Model) {
	if m == from {
		return
	}
	m.dress(from.terminal)
	again := !sameEntries(m.set.Entries, from.set.Entries)
	m.set.Entries = from.set.Entries
	for _, s := range settingList() {
		if v := s.get(from); v != s.get(m) {
			_ = s.set(m, v) // it could be set there
			again = true
		}
	}
	if again {
		m.remap()
	}
}
