package tui

import (
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/emoji"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/slash"
	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

const (
	// leaveWithin is how long a second press quits: long enough to read what
	// the first one says.
	leaveWithin = 2 * time.Second

	// wheelRows is how far one notch of the wheel goes, as in most terminals.
	wheelRows = 3
)

// flashEnds takes a flash away, unless another one came.
type flashEnds struct{ flash int }

// press is where every key goes: to the binding it has, else it is typed. Only
// the page keys go to an overlay; the composer stays in reach beneath it.
func (m *Model) press(msg tea.KeyPressMsg) tea.Cmd {
	k := m.keys
	m.opening, m.inviting = 0, false // who does something else meanwhile is not interrupted
	if m.focus != catching {
		m.seeking = nil
	}
	m.presses++
	if m.whole != nil && !m.writesOn(msg) {
		return m.turn(msg)
	}
	leaving := m.now().Before(m.leaving)
	if !matches(msg, k.Clear) {
		m.leaving, m.taken = time.Time{}, nil
		m.status.SetFlash("")
	}
	if cmd, took := m.inFront(msg); took {
		m.leaving, m.taken = time.Time{}, nil // it was no press that quits
		return cmd
	}
	switch {
	case matches(msg, k.Clear):
		return m.clear()
	case m.wander(msg):
	case matches(msg, k.Leave) && m.composer.Empty():
		if (m.hosting || m.underWayStill() != "") && !leaving {
			return m.warn(k.Leave, false)
		}
		return m.leave()
	case matches(msg, k.Sleep):
		return m.sleep()
	case matches(msg, k.Redraw):
		m.sendAgain()
		return tea.ClearScreen
	case matches(msg, k.Help):
		m.toggleHelp()
	case matches(msg, k.Back):
		if n := len(m.overlays); n > 0 {
			m.overlays = m.overlays[:n-1]
		}
	case matches(msg, k.Mouse):
		return m.toggleMouse()
	case m.scrolls(msg):
	case matches(msg, k.Open):
		return m.open()
	case matches(msg, k.Retry):
		return m.retry()
	case matches(msg, k.Drop):
		return m.drop()
	case matches(msg, k.Send):
		return m.send()
	case m.choosesOnTop(), m.focus == choosing && msg.Text == "": // nothing is written unseen, nor the selection lost
	case m.asksAgain(msg):
	default:
		m.setFocus(writing)
		m.composer.Press(msg)
	}
	return nil
}

// inFront hands a key to what comes before the bindings, and tells whether it was for that.
func (m *Model) inFront(msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	for _, takes := range []func(tea.KeyPressMsg) (tea.Cmd, bool){m.unmarks, m.greeted, m.takes, m.layered, m.lookFor, m.seeksUnread} {
		if cmd, took = takes(msg); took {
			break
		}
	}
	return cmd, took
}

// scrolls moves what is on top, and tells whether the key was for that.
func (m *Model) scrolls(msg tea.KeyPressMsg) bool {
	switch k := m.keys; {
	case matches(msg, k.PageUp):
		m.page(-1)
	case matches(msg, k.PageDown):
		m.page(1)
	case matches(msg, k.Top):
		m.shown().Top()
	case matches(msg, k.Bottom):
		m.shown().Bottom()
	default:
		return false
	}
	return true
}

// wander goes from room to room, and tells whether the key was for that.
func (m *Model) wander(msg tea.KeyPressMsg) bool {
	k := m.keys.Rooms
	switch {
	case matches(msg, k.Jump) && matches(msg, m.keys.Edit.DeleteAfterCursor) && !m.composer.AtLineEnd():
		return false // something follows that is cut
	case m.toTeam(msg):
	case matches(msg, k.Jump):
		m.jump()
	case matches(msg, k.Next):
		m.step(1)
	case matches(msg, k.Previous):
		m.step(-1)
	case matches(msg, k.Nth):
		name := msg.String()
		m.nth(int(name[len(name)-1] - '0'))
	case matches(msg, k.Last):
		m.show(m.last)
	case matches(msg, k.Side):
		m.folded = !m.folded
	case matches(msg, k.Beside):
		m.cross()
	default:
		return false
	}
	return true
}

// clear cuts what is written. With nothing written, the second press quits; so
// does the second press in a row, and what the first one cut is kept.
func (m *Model) clear() tea.Cmd {
	if m.now().Before(m.leaving) {
		return m.leave()
	}
	m.taken = m.written(m.place())
	some := !m.composer.Empty()
	if a := m.about(); a != nil && a.editing != nil {
		m.cancel() // else what is written next would become the text of that message
		return m.warn(m.keys.Clear, m.composer.Sentence() != "")
	}
	m.composer.Cut()
	return m.warn(m.keys.Clear, some)
}

// leave leaves the chat. What the press before cut is kept: who wanted to leave did not want
// to lose it. Where the server ends with it, that is asked first, and only the answer ends it.
func (m *Model) leave() tea.Cmd {
	taken := m.taken
	quit := func() tea.Cmd {
		for _, at := range append(m.moved, m.place()) { // nothing more is kept after this: not the line of /quit
			m.keepAt(at)
		}
		for _, u := range taken {
			m.keep(u)
			if u.Edit != 0 && u.Also == 0 { // where that press had put it
				m.keep(Unsent{Room: u.Room, Thread: u.Thread, Edit: u.Edit, Also: 1})
			}
		}
		m.quitting = true
		return tea.Quit
	}
	if !m.hosting {
		return quit()
	}
	m.whole, m.overlays = nil, nil // the question is to be seen
	m.leaving, m.taken = time.Time{}, nil
	m.status.SetFlash("")
	who, short := "nobody else is connected", "end the team?"
	if n := m.othersHere(); n > 0 {
		who, short = others(n)+" connected", fmt.Sprintf("end the team for %d?", n)
	}
	m.askFor(&question{
		says: m.sure("y ends it", who+": end the team for everybody?", who+": end the team?", short, "end it?"),
		yes:  quit,
	})
	return nil
}

// others is how many others are.
func others(n int) string {
	if n == 1 {
		return "1 other is"
	}
	return fmt.Sprintf("%d others are", n)
}

// othersHere is how many others can be reached, as far as is told: in a very large team
// nobody is.
func (m *Model) othersHere() (n int) {
	for id, p := range m.reach {
		if id != m.you.ID && p.State != "" && p.State != chat.Absent {
			n++
		}
	}
	return n
}

// warn says that k quits if it is pressed once more, and what else that does. cut
// tells that there is something to be brought back.
func (m *Model) warn(k key.Binding, cut bool) tea.Cmd {
	m.leaving = m.now().Add(leaveWithin)
	again, back := keymap.Name(k)+" again", ""
	if yank := keymap.Name(m.keys.Edit.Yank); cut && yank != "" {
		back = " · " + yank + " brings the text back"
	}
	if under := m.underWayStill(); under != "" && !m.hosting {
		return m.say(under+" · "+again+" quits all the same"+back, under+" · "+again+" quits", again+" quits")
	}
	if m.hosting {
		return m.say("press "+again+" to leave; this also stops the server"+back, "press "+again+" to leave; this also stops the server",
			again+" leaves and stops the server", again+": server stops", "again: server stops")
	}
	return m.say(again+" quits"+back, again+" quits")
}

// say shows a flash in the status line for a while, in words that get shorter.
func (m *Model) say(texts ...string) tea.Cmd {
	m.flash++
	m.status.SetFlash(texts...)
	ends := flashEnds{m.flash}
	return tea.Tick(leaveWithin, func(time.Time) tea.Msg { return ends })
}

func (m *Model) toggleMouse() tea.Cmd {
	m.mouse = !m.mouse
	if m.mouse {
		return m.say("the mouse marks text and scrolls here again")
	}
	return m.say("the mouse is the terminal's: select and copy")
}

// page moves what is on top.
func (m *Model) page(n int) {
	if o := m.top(); o != nil {
		o.Page(n)
		return
	}
	m.shown().Page(n)
}

// failed does something to the newest draft that failed.
func (m *Model) failed(do func(id string) error, what string) {
	id := m.refusedDraft()
	if id == "" {
		m.composer.Say("nothing failed: there is nothing to be " + what)
		return
	}
	if err := do(id); err != nil {
		m.composer.Say("it could not be " + what + ": " + cut(err.Error()))
		return
	}
	m.foundAgain(id)
	if what == "dropped" {
		m.each(m.room, func(t *timeline.Timeline) { t.Dropped(id) })
	}
}

// send hands what is written to the client. Until the client has taken it, it
// stays in the composer.
func (m *Model) send() tea.Cmd {
	text := strings.TrimRight(m.composer.Text(), " \n")
	a := m.about()
	if cmd, took := m.vim(text); took {
		return cmd
	}
	if a != nil && a.editing != nil {
		return m.saveEdit(a, text)
	}
	if strings.TrimSpace(text) == "" {
		return nil
	}
	if g := m.onTheWay(); g != nil {
		m.holdLine(g, text)
		return nil
	}
	if m.asksFirst(text) {
		return nil
	}
	if slash.Is(text) {
		return m.slash(text)
	}
	written := text
	if strings.HasPrefix(text, "//") {
		text = text[1:]
	}
	if !m.post(text, "") {
		return nil
	}
	m.recalls(m.place(), m.composer, written)
	m.sentNow(m.place(), written, m.posted)
	m.composer.Clear()
	if a != nil {
		m.cancel()
	}
	return nil
}

// tooLong tells whether the server does not take so long a text, and says so.
func (m *Model) tooLong(text string) bool {
	most, n := m.limits.Body, len(chat.TextBody(text).JSON)
	if most == 0 || n <= most {
		return false
	}
	m.composer.Say(fmt.Sprintf("too long: %d bytes, and this server takes %d. Nothing was sent", n, most))
	return true
}

// post hands a text to the client, as an answer where one is being written, and into
// the thread that is shown. It tells whether the client has it; if not, why is said.
func (m *Model) post(text string, style chat.Style) bool {
	to := spotToWrite{room: m.room, thread: m.threadID()}
	if a := m.about(); a != nil && a.editing == nil {
		to.answers = a.message.ID
	}
	return m.postTo(to, text, style)
}

// spotToWrite is where a message goes.
type spotToWrite struct{ room, thread, answers string }

// postTo is post to a place. What went wrong is said where the user is.
func (m *Model) postTo(to spotToWrite, text string, style chat.Style) bool {
	if why := m.whyNot(to.room); why != "" {
		m.bar(to.room, why, m.composer)
		return false
	}
	if m.tooLong(text) {
		return false
	}
	id, err := uuid.NewV7()
	if err != nil {
		m.composer.Say("nothing was sent: this machine has no random numbers: " + err.Error())
		return false
	}
	d := chat.Draft{
		ID: id.String(), Room: to.room, Thread: to.thread, ReplyTo: to.answers, Body: chat.TextBody(emoji.Spell(text)), At: m.now(), Extra: chat.Extra{Style: style},
	}
	delete(m.restored.texts, where(to.room, to.thread)) // it is being sent now
	if err := m.client.Enqueue(d); err != nil {
		m.composer.Say("nothing was sent: " + cut(err.Error()))
		return false
	}
	m.posted = d.ID
	state := chat.DraftWaiting
	if m.connection.State == chat.Online {
		state = chat.DraftSending
	}
	// The client tells the same in a moment; the key press is to be seen now.
	m.drafted(chat.DraftChanged{Draft: d, State: state})
	if to.room == m.room {
		m.shown().Bottom()
		m.overlays = nil
	}
	m.countWaiting()
	return true
}

// cut bounds a foreign text before it is sanitised, to more than any row shows.
func cut(s string) string { return theme.Clip(s, 400) }
