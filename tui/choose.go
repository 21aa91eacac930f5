package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/overlay"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// ChooseKeys are the keys while a message is selected, beside those that do the same
// elsewhere. Begin selects one.
type ChooseKeys struct {
	Begin, Leave                    key.Binding
	Up, Down, Oldest, Newest        key.Binding
	Reply, Edit, Delete, React      key.Binding
	Copy, Open, Thread, Pin, Unread key.Binding
	Find, FindUp, FindDown          key.Binding
}

func defaultChooseKeys(bind func(help string, keys ...string) key.Binding) ChooseKeys {
	return ChooseKeys{
		Begin:    bind("select a message; esc does so with nothing open or written", "alt+k"),
		Leave:    bind("go back to writing", "esc", "i", "q"),
		Up:       bind("the message above", "k", "up"),
		Down:     bind("the message below", "j", "down"),
		Oldest:   bind("the oldest message that is loaded", "g", "home"),
		Newest:   bind("the newest message", "G", "end"),
		Reply:    bind("reply to it", "r"),
		Edit:     bind("edit it, if it is yours", "e"),
		Delete:   bind("delete it; asks first", "d"),
		React:    bind("react to it, or take that back", "+"),
		Copy:     bind("copy what it says", "y"),
		Open:     bind("open its files, or it on the whole screen", "o"),
		Thread:   bind("go into its thread, or begin one", "t", "enter"),
		Pin:      bind("pin it, or take the pin away", "p"),
		Unread:   bind("unread from here on", "u"),
		Find:     bind("find a text among the messages that are loaded", "/"),
		FindUp:   bind("the one before that says the same", "n"),
		FindDown: bind("the one after it", "N"),
	}
}

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
	if !ok {
		m.setFocus(writing)
		return m.say("the message that was selected is gone"), true
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
			m.composer.Say("that is read in its thread; " + name(k.Thread) + " leads there")
			return nil, true
		}
		return act.do(what), true
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

// help lists them.
func (k ChooseKeys) help() []overlay.Entry {
	return entries(
		brief{k.Begin, "select"}, brief{k.Up, "above"}, brief{k.Down, "below"}, brief{k.Oldest, "oldest"}, brief{k.Newest, "newest"},
		brief{k.Reply, "reply"}, brief{k.Edit, "edit"}, brief{k.Delete, "delete"}, brief{k.React, "react"}, brief{k.Copy, "copy"},
		brief{k.Open, "open"}, brief{k.Thread, "thread"}, brief{k.Pin, "pin"}, brief{k.Unread, "unread"}, brief{k.Find, "find"},
		brief{k.FindUp, "same before"}, brief{k.FindDown, "same after"}, brief{k.Leave, "write"},
	)
}
