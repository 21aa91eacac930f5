package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// withChosen takes a key while a message is selected. What is typed and means nothing
// here ends that, and is written.
func (m *Model) withChosen(msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	if m.beganWord(msg) {
		m.composer.Press(msg)
		return nil, true
	}
	t, k := m.shown(), m.keys.Choose
	switch {
	case matches(msg, k.Leave, m.keys.Clear):
		m.setFocus(writing)
		m.composer.Say("") // it was about what was selected
	case matches(msg, k.Begin): // it is
	case matches(msg, k.Up):
		t.ChooseNext(-1)
	case matches(msg, k.Down):
		t.ChooseNext(1)
	case matches(msg, k.Oldest):
		t.ChooseOldest()
	case matches(msg, k.Newest):
		t.ChooseNewest()
	case matches(msg, m.keys.PageUp, m.keys.PageDown):
		n := 1
		if matches(msg, m.keys.PageUp) {
			n = -1
		}
		t.Page(n)
		t.KeepChosen()
	case matches(msg, k.Find):
		m.find()
	case matches(msg, k.FindUp, k.FindDown):
		m.findAgain(matches(msg, k.FindUp))
	default:
		return m.toChosen(msg)
	}
	return nil, true
}

// toChosen does something with the message that is selected.
func (m *Model) toChosen(msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	k := m.keys.Choose
	what, ok := m.shown().Chosen()
	switch {
	case !ok:
		m.setFocus(writing)
		return m.say("the message that was selected is gone"), true
	case m.typesOver(msg, what):
		m.setFocus(writing)
		m.composer.Press(msg)
		m.composer.Say("that is not sent yet, and " + msg.Text + " does nothing with it: it is written")
		return nil, true
	}
	for _, act := range []struct {
		key key.Binding
		do  func(timeline.Message) tea.Cmd
	}{
		{k.Reply, m.reply},
		{k.Edit, m.edit},
		{k.Delete, m.askDelete},
		{k.React, m.askReaction},
		{k.Copy, m.copyText},
		{k.Open, m.openChosen},
		{k.Thread, m.openThread},
		{k.Pin, m.askPin},
		{k.Unread, m.unreadFrom},
	} {
		if !matches(msg, act.key) {
			continue
		}
		if what.Aside && !matches(msg, k.Copy, k.Open, k.Thread, k.Unread) {
			m.composer.Say("that is read in its thread; " + keymap.Name(k.Thread) + " leads there")
			return nil, true
		}
		said := m.composer.Sentence()
		cmd = act.do(what)
		if m.focus == choosing && isLetter(msg) && (what.Waiting && matches(msg, k.Edit, k.Delete) || m.composer.Sentence() != said && !matches(msg, k.Copy, k.Open)) {
			m.mayBegin(msg) // which did nothing, or can be made up for
		}
		return cmd, true
	}
	if msg.Text == ":" && m.modal() {
		m.vimAsk()
		return nil, true
	}
	if msg.Text != "" { // who types has nothing to do with it any more
		m.setFocus(writing)
		m.composer.Press(msg)
		return nil, true
	}
	return nil, false
}

// actsOnChosen tells whether a key does something with the message that is selected.
func (m *Model) actsOnChosen(msg tea.KeyPressMsg) bool {
	k := m.keys.Choose
	return matches(msg, k.Reply, k.Edit, k.Delete, k.React, k.Copy, k.Open, k.Thread, k.Pin, k.Unread)
}
