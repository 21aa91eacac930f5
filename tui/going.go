package tui

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/slash"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// What is written after a command that leads to another room is for that room, and not for the
// one that is still shown: whoever writes to bob alone does not wait until his room is there.
// So it has a composer of its own until the command is answered, and Enter holds a line instead
// of posting it. When the room opens, its lines are sent there, in order, and what is being
// written goes on there. Where the room does not open, or somebody goes elsewhere meanwhile,
// it is what is being written where it was typed, and nothing of it is posted.

// maxHeld is how many lines wait for a room: nobody types more until an answer comes.
const maxHeld = 100

// going is the way to another room, from when it is asked for until one is there.
type going struct {
	from origin
	to   string             // what the room is called, or who it is shared with; sanitised
	text *composer.Composer // what is being written meanwhile
	held []string           // what Enter was pressed on

	leaves string // what the room is called that is left, and to is not known (parting.go); "" for none
}

// wrote tells whether anything was written meanwhile.
func (g *going) wrote() bool { return len(g.held) > 0 || !g.text.Empty() }

// meant is what a text that was written for another room is asked before it is posted here.
type meant struct {
	to    string // where it was meant to go
	why   string // or what else is to be known first
	asked int    // at which press that was said, 0 for none
	line  bool   // why is of a line in whose place it stands: another command is done
	path  bool   // it looks like a command with a slash behind it
}

// mayLead tells whether a room can be asked for, and says so if not. While the program starts
// it can: the request is made as soon as there is a connection.
func (m *Model) mayLead(doing string) bool { return m.starting() || m.online(doing) }

// starting tells whether the first connection is still being made.
func (m *Model) starting() bool {
	c := m.connection
	return !m.been && (c.State == chat.Connecting || c.State == chat.Offline && c.Reason == "")
}

// leads takes down that a request of now leads to a room.
func (m *Model) leads(to string, request tea.Cmd) tea.Cmd {
	if m.going != nil {
		m.giveUp()
	}
	m.going = &going{from: m.origin(), to: chat.SanitizeLine(cut(to)), text: composer.New(m.theme, m.keys.Edit)}
	m.use()
	if m.starting() {
		m.requests = append(m.requests, request)
		return nil
	}
	return request
}

// requestsNow makes the requests that waited for the first connection. Where there is none they
// are told so.
func (m *Model) requestsNow() tea.Cmd {
	if m.starting() {
		return nil
	}
	list := m.requests
	m.requests = nil
	return tea.Batch(list...)
}

// roomSign is what a room is called that somebody asked for.
func roomSign(called string) string { return "#" + strings.TrimLeft(called, "#*") }

// onTheWay is the way to another room that what is typed here is for, nil for none.
func (m *Model) onTheWay() *going {
	if g := m.going; g != nil && g.from.at == m.place() {
		return g
	}
	return nil
}

// holdLine keeps a line until its room is there.
func (m *Model) holdLine(g *going, text string) {
	all := len(text)
	for _, line := range g.held {
		all += len(line) + 1
	}
	switch {
	case len(g.held) >= maxHeld, all >= MaxText:
		m.composer.Say("no more is held for " + g.to + "; wait, or " + keymap.Name(m.keys.Back) + " gives it up")
	case (slash.Is(text) && !strings.HasPrefix(text, "//")) || !m.tooLong(text):
		g.held = append(g.held, text)
		g.text.Clear()
	}
}

// wayLine says what is waited for, in texts that get shorter.
func (m *Model) wayLine(g *going) []string {
	if !g.wrote() {
		return nil // the empty line says so
	}
	waits, up, goes, go1 := "waiting for "+g.to+" …", "", "goes there", "go there"
	if g.leaves != "" {
		waits, goes, go1 = "leaving "+g.leaves+" …", "comes along", "come along"
	}
	if back := keymap.Name(m.keys.Back); back != "" {
		up = " · " + back + " gives it up"
	}
	n := len(g.held)
	if n == 0 {
		return []string{waits + " · this " + goes + up, waits + up, waits}
	}
	if n == 1 {
		go1 = goes
	}
	held, go1 := " · "+plural(n, "line"), " "+go1
	last := chat.SanitizeLine(cut(g.held[n-1]))
	list := []string{waits + held + go1 + ": " + last + up}
	for k := len(last); k > 8; k /= 2 {
		list = append(list, waits+held+go1+": "+theme.Clip(last, k)+up)
	}
	return append(list, waits+held+go1+up, waits+held, waits)
}

// leftTheWay gives the way up for who went elsewhere, or has the keys do something else. The help is
// looked at on the way.
func (m *Model) leftTheWay() {
	if g := m.going; g != nil && (g.from.at != m.place() || m.hidden || m.elseHasKeys()) {
		m.giveUp()
	}
	if at := m.place(); len(m.meant) > 0 && m.composers[at] != nil && m.composers[at].Empty() {
		delete(m.meant, at)
	}
}

// elseHasKeys tells whether what is typed is for something else than a message.
func (m *Model) elseHasKeys() bool {
	return m.focus != writing || m.question != nil || m.whole != nil || m.catch != nil || m.choosesOnTop() && !m.helpOnTop()
}

// giveUp makes what was written on the way what is being written where it was typed. It is asked about
// once before it is posted there: it was written for another room.
func (m *Model) giveUp() {
	g := m.going
	m.going = nil
	if g.wrote() {
		g.bringBack(g.held)
		m.install(g.from.at, g.text)
		m.isMeant(g.from.at, g.to)
	}
	m.use()
}

// waitNoLonger is giveUp for who wants that.
func (m *Model) waitNoLonger() {
	g := m.going
	m.giveUp()
	delete(m.meant, g.from.at) // it is said at once
	says := g.to + " is not waited for any longer"
	if g.leaves != "" {
		says = "you go on to leave " + g.leaves
	}
	if m.composer.Empty() {
		m.composer.Say(says)
	} else {
		m.composer.Say(says + "; " + keymap.Name(m.keys.Send) + " posts this to " + m.called())
	}
}

// bringBack puts lines before what is being written.
func (g *going) bringBack(lines []string) {
	if len(lines) == 0 {
		return
	}
	all := strings.Join(lines, "\n")
	if !g.text.Empty() {
		all += "\n"
	}
	g.text.PutBefore(all)
}

// install makes a composer that of a place. What was being written there is put aside.
func (m *Model) install(at string, c *composer.Composer) {
	m.emptyPlace(at)
	if old := m.composers[at]; old != nil && old != c {
		c.Adopt(old)
	}
	m.composers[at] = c
}

// emptyPlace puts aside what is being written at a place, so that something else can be.
func (m *Model) emptyPlace(at string) {
	a, c := m.abouts[at], m.composers[at]
	if c != nil {
		for _, u := range m.written(at) {
			if u.Edit == 0 && u.Also == 0 && u.Text == c.Unsent() {
				m.putAside(at, u)
			}
		}
		for _, s := range slices.Backward(c.Aside()) {
			m.putAside(at, Unsent{Text: s})
		}
		c.Clear()
	}
	if a != nil && a.editing != nil {
		m.unsaved[at] = append(m.unsaved[at], a)
	}
	delete(m.abouts, at)
}

// cannotGo is for a room that does not open: what was written for it is there again.
func (m *Model) cannotGo(g *going, why string) tea.Cmd {
	if !g.wrote() {
		m.giveUp()
		return m.undone(g.from, why)
	}
	m.giveUp()
	if len(strings.Fields(g.from.line)) > 2 { // more than a name; where it was typed is something else by now
		m.putAside(g.from.at, Unsent{Text: g.from.line})
		m.keepsAt(g.from.at)
	}
	m.composer.SayOn(lineSays(g.from.line) + why + " · nothing was posted")
	return nil
}

// isMeant takes down that what is being written at a place was written for another room.
func (m *Model) isMeant(at, to string) {
	if m.meant == nil {
		m.meant = make(map[string]meant)
	}
	m.meant[at] = meant{to: to}
}

// asksFirst tells whether a text that was written for another room is not to be posted here
// yet, and says what posts it: the key that was to send it there may have come too late.
func (m *Model) asksFirst(text string) bool {
	at := m.place()
	w, ok := m.meant[at]
	if ok && w.line && slash.Is(text) || ok && w.path && slash.Joined(slash.OnScreen(), text) == "" {
		delete(m.meant, at)
		return false
	}
	if called := slash.Joined(slash.OnScreen(), text); !ok && called != "" {
		m.isMeant(at, "")
		w, ok = meant{why: "/" + called + " wants a space behind it, and was not done", path: true}, true
	}
	if line := m.composer.Instead(); !ok && leadsElsewhere(line) && !slash.Is(text) {
		m.isMeant(at, "")
		w, ok = meant{why: theme.Clip(line, maxQuoted) + " was not done", line: true}, true
	}
	if !ok {
		return false
	}
	if w.asked != 0 && w.asked == m.presses-1 {
		delete(m.meant, at)
		return false
	}
	w.asked = m.presses
	m.meant[at] = w
	does := "posts this to " + m.called()
	if slash.Is(text) {
		does = "does this here"
	}
	m.composer.SayOn(keymap.Name(m.keys.Send) + " again " + does + "; " + cmp.Or(w.why, "this was written for "+w.to))
	return true
}

// leadsElsewhere tells whether a line was to lead to another room: what is written instead of it was
// perhaps meant for that.
func leadsElsewhere(line string) bool {
	word, rest := slash.Split(line)
	c, ok := slash.Called(slash.OnScreen(), word, rest)
	return ok && slash.Is(line) && slices.Contains([]string{"create", "go", "join", "msg", "private", "team"}, c.Name)
}

// arrive goes to the room that was waited for, and sends there what was written for it.
func (m *Model) arrive(g *going, room string) tea.Cmd {
	m.going = nil
	m.show(room)
	m.use()
	if !g.wrote() {
		return nil
	}
	m.emptyPlace(m.place())
	m.use()
	cmds, rest := m.sayThere(g.held)
	if next := m.going; next != nil { // one of the lines leads on
		next.held, next.text = rest, g.text
		m.use()
		return tea.Batch(cmds...)
	}
	if m.question != nil && (len(rest) > 0 || !g.text.Empty()) {
		m.over() // what is being written is no answer to it
	}
	at, why := m.place(), m.composer.Sentence()
	if c := m.composers[at]; c != nil && !c.Empty() { // the line that was not sent
		rest = append([]string{c.Text()}, rest...)
		c.Clear()
	}
	answers := m.abouts[at] // which a line began
	g.bringBack(rest)
	if m.install(at, g.text); answers != nil && answers.editing == nil {
		m.abouts[at] = answers
	}
	if m.use(); why != "" {
		m.composer.SayOn(why)
	}
	return tea.Batch(cmds...)
}

// sayThere sends lines as if they were written now, until one is not done, or leads on. What
// is left is not sent.
func (m *Model) sayThere(lines []string) (cmds []tea.Cmd, rest []string) {
	for len(lines) > 0 {
		at := m.place()
		m.composer.Paste(lines[0])
		cmds = append(cmds, m.send())
		lines = lines[1:]
		if m.going != nil || m.elseHasKeys() || m.window != nil && m.window.next != nil {
			break
		}
		if m.place() != at {
			m.emptyPlace(m.place())
			m.use()
		} else if !m.composer.Empty() {
			break
		}
	}
	return cmds, lines
}
