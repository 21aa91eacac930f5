package tui

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

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
	return theme.Pages{Back: name(m.keys.Back), Up: name(m.keys.PageUp), Down: name(m.keys.PageDown)}
}

// writesOn closes a join line for a key that types, and tells whether it is typed: that line comes
// by itself, while its user may be writing already. The letter that closes it is typed if it begins a
// word.
func (m *Model) writesOn(msg tea.KeyPressMsg) bool {
	if !m.selecting() || m.top() != nil || msg.Text == "" {
		return false
	}
	switch k := m.keys.Read; {
	case !m.composer.Empty():
	case matches(msg, k.Close):
		m.mayBegin(msg)
		return false
	case msg.Text == " ":
		return false
	}
	m.whole = nil
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

// turn is where keys go while a message has the screen: nothing is typed, since
// what is written is not seen.
func (m *Model) turn(msg tea.KeyPressMsg) tea.Cmd {
	k := m.keys
	m.sheetSays = nil
	var w pane = m.whole
	helping := m.top() != nil
	if helping {
		w = m.top()
	}
	switch {
	case matches(msg, k.Help):
		m.toggleHelp()
	case helping && matches(msg, k.Read.Close, k.Back, k.Clear):
		m.overlays = nil
	case matches(msg, k.Read.Close, k.Back, k.Open, k.Clear):
		m.whole, m.overlays = nil, nil
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
