package tui

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// opened is a folded message in full, or why it is not to be had.
type opened struct {
	message timeline.Folded
	err     error
}

// open shows the nearest folded message in full. Where the timeline has let go of
// its end, the client is asked for it.
func (m *Model) open() tea.Cmd {
	f, ok := m.shown().Folded()
	if !ok {
		m.composer.Say("no message here is folded: all of each is shown")
		return nil
	}
	return m.openFolded(f)
}

// openFolded is open of one of them.
func (m *Model) openFolded(f timeline.Folded) tea.Cmd {
	if !f.Cut {
		m.read(f)
		return nil
	}
	m.opening = f.Seq
	room, client := m.room, m.client
	fetch := func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), olderTimeout)
		defer cancel()
		page, err := client.Older(ctx, room, f.Seq+1, 1)
		if n := len(page.Messages); err == nil && (n == 0 || page.Messages[n-1].Seq != f.Seq) {
			err = errors.New("the server does not have it")
		}
		if err == nil {
			f.Text = timeline.Shown(page.Messages[len(page.Messages)-1].Body) // here, for it may be long
		}
		return opened{f, err}
	}
	return tea.Batch(fetch, m.say("opening the message …"))
}

// openedNow takes what open asked for, unless something else was done meanwhile.
func (m *Model) openedNow(o opened) {
	if m.opening != o.message.Seq || m.whole != nil {
		return
	}
	m.opening = 0
	m.status.SetFlash("")
	if o.err != nil {
		m.composer.Say("the message cannot be opened: " + cut(o.err.Error()))
		return
	}
	m.read(o.message)
}

// read gives a message the whole screen.
func (m *Model) read(f timeline.Folded) {
	w := timeline.NewWhole(m.theme, f)
	w.SetKeys(m.pageKeys())
	m.whole, m.sheetSays, m.reading, m.overlays = w, nil, f.Seq, nil
}

// pageKeys are how the keys are called that turn pages and leave, where nothing is typed.
func (m *Model) pageKeys() theme.Pages {
	return theme.Pages{Back: keymap.Name(m.keys.Back), Up: keymap.Name(m.keys.PageUp), Down: keymap.Name(m.keys.PageDown)}
}

// writesOn closes what has the screen for a key that types, and tells whether that is typed now.
// Who writes is to lose no word: a join line comes by itself, while its user may be writing already,
// and of a message that is open only the letters that mean something there are none of a word, if
// nothing goes on with them at once.
func (m *Model) writesOn(msg tea.KeyPressMsg) bool {
	switch {
	case m.top() != nil || msg.Text == "":
		return false
	case m.selecting():
		if !m.writesOnLine(msg) {
			return false
		}
	case !m.writesOnMessage(msg):
		return false
	}
	m.whole = nil
	return true
}

// writesOnLine tells whether a key is typed that closes a join line: also the letter that closes it,
// if it begins a word.
func (m *Model) writesOnLine(msg tea.KeyPressMsg) bool {
	switch k := m.keys.Read; {
	case !m.composer.Empty():
	case matches(msg, k.Close):
		m.mayBegin(msg)
		return false
	case msg.Text == " ":
		return false
	}
	return true
}

// writesOnMessage is writesOnLine of a message that is open. Where it was selected, it is not any
// more.
func (m *Model) writesOnMessage(msg tea.KeyPressMsg) bool {
	k := m.keys.Read
	switch {
	case matches(msg, k.Close):
		if m.focus == writing { // else the next letter is for the message that is selected
			m.mayBegin(msg)
		}
		return false
	case matches(msg, k.PageUp, k.PageDown, k.Up, k.Down, k.Top, k.Bottom):
		m.mayBegin(msg)
		return false
	case m.focus != choosing:
	case matches(msg, m.keys.Choose.Leave):
		return false
	case !m.beganWord(msg):
		m.setFocus(writing)
	}
	return true
}

// sheetView draws what has the whole screen, or the help over it.
func (m *Model) sheetView() string {
	drawn := m.whole.View()
	if o := m.top(); o != nil {
		drawn = o.View()
	}
	if len(m.sheetSays) == 0 {
		return drawn
	}
	rows := strings.Split(drawn, "\n")
	pad := strings.Repeat(" ", theme.Margin(m.width))
	room, says := m.width-len(pad), ""
	for _, says = range m.sheetSays {
		if m.theme.Measure.StringWidth(says) <= room {
			break
		}
	}
	rows[len(rows)-1] = pad + m.theme.Warn.Render(m.theme.Truncate(says, room, "…"))
	return strings.Join(rows, "\n")
}

// turn is where the keys go that mean something while a message has the screen. The others change
// nothing, or close it (writesOn).
func (m *Model) turn(msg tea.KeyPressMsg) tea.Cmd {
	k := m.keys
	m.sheetSays = nil
	if msg.Text == "" {
		m.begun = begun{} // no word goes on
	}
	if cmd, took := m.layered(msg); took { // the help is over it
		return cmd
	}
	var w pane = m.whole
	helping := m.top() != nil
	if helping {
		w = m.top()
	}
	switch {
	case matches(msg, k.Help):
		m.toggleHelp()
	case helping && matches(msg, k.Back):
		m.closeLayer()
	case matches(msg, k.Read.Close, k.Back, k.Open, k.Clear):
		m.whole, m.overlays = nil, nil
	case !helping && m.focus == choosing && matches(msg, k.Choose.Leave):
		m.whole = nil
		m.setFocus(writing)
	case matches(msg, k.PageUp, k.Read.PageUp):
		w.Page(-1)
	case matches(msg, k.PageDown, k.Read.PageDown):
		w.Page(1)
	case matches(msg, k.Read.Up):
		w.Scroll(-1)
	case matches(msg, k.Read.Down):
		w.Scroll(1)
	case !helping && matches(msg, k.Top, k.Read.Top):
		m.whole.Top()
	case !helping && matches(msg, k.Bottom, k.Read.Bottom):
		m.whole.Bottom()
	case matches(msg, k.Mouse):
		m.mouse = !m.mouse // what it is now is seen when it is used
	case matches(msg, k.Redraw):
		return tea.ClearScreen
	case matches(msg, k.Sleep):
		return m.sleep()
	}
	return nil
}
