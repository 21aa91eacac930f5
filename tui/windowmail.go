package tui

import (
	"reflect"

	tea "charm.land/bubbletea/v2"
)

// told is a message for one team of a Window, by its ID.
type told struct {
	to  int
	msg tea.Msg
}

func nothing() tea.Msg { return nil }

var (
	// sequences is the type of what tea.Sequence tells Bubble Tea, which has no name
	// outside of it.
	sequences = reflect.TypeOf(tea.Sequence(nothing, nothing)())

	// bubbleTea is where Bubble Tea's own messages are from, ours where a team's are.
	bubbleTea = reflect.TypeFor[tea.QuitMsg]().PkgPath()
	ours      = reflect.TypeFor[told]().PkgPath()
)

// of has what comes of a command come to the team it is of.
func (w *Window) of(team int, cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg { return w.address(team, cmd()) }
}

// address is what a team's command tells, as it is to reach the event loop: batches and
// sequences are walked, and what Bubble Tea itself acts on stays as it is.
func (w *Window) address(team int, msg tea.Msg) tea.Msg {
	switch msg := msg.(type) {
	case nil:
		return nil
	case told:
		return msg
	case tea.BatchMsg:
		all := make(tea.BatchMsg, len(msg))
		for i, cmd := range msg {
			all[i] = w.of(team, cmd)
		}
		return all
	}
	kind := reflect.TypeOf(msg)
	switch {
	case kind == sequences:
		several := reflect.ValueOf(msg)
		all := reflect.MakeSlice(kind, 0, several.Len())
		for _, one := range several.Seq2() {
			if cmd, ok := reflect.TypeAssert[tea.Cmd](one); ok && cmd != nil {
				all = reflect.Append(all, reflect.ValueOf(w.of(team, cmd)))
			}
		}
		return all.Interface()
	case kind.PkgPath() == bubbleTea:
		return msg
	}
	return told{team, msg}
}

// home makes a message that Bubble Tea is handed by another way than a command's one for
// the team it is of.
func (m *Model) home(msg tea.Msg) tea.Msg {
	if m.window == nil {
		return msg
	}
	return told{m.id, msg}
}
