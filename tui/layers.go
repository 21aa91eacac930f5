package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/overlay"
	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// pane is what lies over the timeline.
type pane interface {
	SetSize(width, height int)
	SetTheme(*theme.Theme)
	View() string
	Scroll(rows int)
	Page(n int)
}

// sheet is what has the whole screen until it is closed. What is typed and means nothing there
// closes it, and is written.
type sheet interface {
	pane
	Top()
	Bottom()
}

var (
	_ sheet = (*timeline.Whole)(nil)
	_ sheet = (*overlay.Line)(nil)
)

// layer is an overlay in which something is chosen or, in the help, looked for. It takes what is
// typed while it is on top.
type layer struct {
	list
	enter   func() tea.Cmd                                 // Enter; the overlay is still there
	press   func(tea.KeyPressMsg) (cmd tea.Cmd, took bool) // a key, before the list has it, and whether that was all; nil for none
	changed func() tea.Cmd                                 // after what is typed became another; nil for nothing
	more    func() tea.Cmd                                 // after every message; nil for nothing
	renew   func()                                         // whenever the screen is arranged anew; nil for nothing
	clicked func(x int) tea.Cmd                            // after a click chose a row; nil for enter
	careful bool                                           // Enter ends something: a click only chooses
}

// list is what the overlays have in common that take what is typed.
type list interface {
	pane
	Press(msg tea.KeyPressMsg) bool
	Click(x, y int) bool // chooses what is listed there, and tells whether anything is
	At(y int) string     // what is listed there, told from all else of the list; "" for nothing
	Paste(text string)
	Cursor() *tea.Cursor
	Query() string
	Empty() // takes what is typed away
}

var (
	_ list = (*overlay.Pick)(nil)
	_ list = (*overlay.Hits)(nil)
	_ list = (*overlay.Options)(nil)
	_ list = (*overlay.Help)(nil)
)

// open puts a layer on top.
func (m *Model) openLayer(l *layer) {
	m.over()
	if m.whole != nil {
		m.whole = nil
	}
	m.overlays = append(m.overlays, l)
}

// layered takes a key for the layer on top, and tells whether it was for that. Keys that
// do the same everywhere stay what they are; the one that cuts what is written cuts what is
// typed here, and where nothing is, closes it.
func (m *Model) layered(msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	l, ok := m.top().(*layer)
	k := m.keys
	if !ok || matches(msg, k.Back, k.Help, k.PageUp, k.PageDown, k.Sleep, k.Redraw, k.Mouse) {
		return nil, false
	}
	before := l.Query()
	switch {
	case matches(msg, k.Clear) && before == "":
		m.closeLayer()
		return nil, true
	case matches(msg, k.Clear):
		if l.Empty(); l.changed != nil {
			cmd = l.changed()
		}
		return cmd, true
	case matches(msg, k.Send):
		return l.enter(), true
	}
	if l.press != nil {
		if cmd, took := l.press(msg); took {
			return cmd, true
		}
	}
	if took = l.Press(msg); took && l.changed != nil && l.Query() != before {
		cmd = l.changed()
	}
	return cmd, took
}

// pasteLayer puts what is pasted into the layer on top, and tells whether there is one.
func (m *Model) pasteLayer(text string) (cmd tea.Cmd, took bool) {
	l, ok := m.top().(*layer)
	if !ok {
		return nil, false
	}
	before := l.Query()
	l.Paste(text)
	if l.changed != nil && l.Query() != before {
		cmd = l.changed()
	}
	return cmd, true
}

// moreOfLayer asks for what the layer on top wants.
func (m *Model) moreOfLayer() tea.Cmd {
	if l, ok := m.top().(*layer); ok && l.more != nil {
		return l.more()
	}
	return nil
}

// close takes away the overlay on top.
func (m *Model) closeLayer() {
	if n := len(m.overlays); n > 0 {
		m.overlays = m.overlays[:n-1]
	}
}

// isOpen tells whether a list is among the overlays.
func (m *Model) isOpen(of list) bool {
	for _, o := range m.overlays {
		if l, ok := o.(*layer); ok && l.list == of {
			return true
		}
	}
	return false
}

// layerKeys are what the keys are called that choose in a layer, and close it.
func (m *Model) layerKeys() overlay.Keys {
	return overlay.Keys{Enter: keymap.Name(m.keys.Send), Back: keymap.Name(m.keys.Back)}
}

// pick opens a list in which one thing is chosen by its name.
func (m *Model) pick(w overlay.Words, places []overlay.Place, chosen func(overlay.Place) tea.Cmd) *layer {
	w.Keys = m.layerKeys()
	p := overlay.NewPick(m.theme, w, places)
	l := &layer{list: p, enter: func() tea.Cmd {
		one, some := p.Chosen()
		if !some {
			return nil
		}
		m.closeLayer()
		return chosen(one)
	}}
	m.openLayer(l)
	return l
}

// choosesOnTop tells whether what lies on top takes what is typed.
func (m *Model) choosesOnTop() bool {
	_, ok := m.top().(*layer)
	return ok
}

// toggleHelp opens the help, or closes it.
func (m *Model) toggleHelp() {
	if m.helpOnTop() {
		m.closeLayer()
		return
	}
	keys := m.keys
	if m.hosting {
		keys.Sleep.SetEnabled(false)
	}
	h := overlay.NewHelp(m.theme, keymap.Help(&keys, m.window != nil))
	h.SetKeys(m.pageKeys())
	ends := func(msg tea.KeyPressMsg) (tea.Cmd, bool) {
		switch {
		case matches(msg, m.keys.Top):
			h.Top()
		case matches(msg, m.keys.Bottom):
			h.Bottom()
		default:
			return nil, false
		}
		return nil, true
	}
	m.overlays = append(m.overlays, &layer{list: h, press: ends, enter: func() tea.Cmd { return nil }})
}

// helpOnTop tells whether the help lies on top.
func (m *Model) helpOnTop() bool {
	l, over := m.top().(*layer)
	if !over {
		return false
	}
	_, shown := l.list.(*overlay.Help)
	return shown
}

// top is the overlay on top, nil if there is none.
func (m *Model) top() pane {
	if n := len(m.overlays); n > 0 {
		return m.overlays[n-1]
	}
	return nil
}
