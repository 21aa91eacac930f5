package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// What a key does is said in few words, and of Esc always in one of two: it cancels a
// question or what was begun, and closes what is open. A key that nothing is bound to is not
// spoken of.

// does says what a key does, "" where no key does it.
func does(k key.Binding, what string) string {
	if n := keymap.Name(k); n != "" {
		return n + " " + what
	}
	return ""
}

// cancels and closes say what Esc does.
func (m *Model) cancels() string { return does(m.keys.Back, "cancels") }
func (m *Model) closes() string  { return does(m.keys.Back, "closes") }

// sure asks what is done after a y, in questions that get shorter: yes says so. What it is
// about is worth more than words about the keys.
func (m *Model) sure(yes string, asks ...string) (list []string) {
	back := keymap.Name(m.keys.Back)
	for _, ask := range asks {
		list = append(list, theme.Dots(ask+" "+yes, m.cancels()), theme.Dots(ask+" y", m.cancels()), theme.Dots(ask+" y", back))
	}
	return list
}

// sureAbout is sure of a message, with what it says between before and after.
func (m *Model) sureAbout(yes, before, says, after string, asks ...string) []string {
	return append(quoting(before+" “", says, "”"+theme.Dots(after+" "+yes, m.cancels())), m.sure(yes, append([]string{before + after}, asks...)...)...)
}

// quoting are lines with what a message says between two texts of ours, as much of it as
// there is room for: nobody is to take one for the other.
func quoting(before, says, after string) (list []string) {
	if says == "" {
		return nil
	}
	list = append(list, before+says+after)
	for n := len(says) / 2; n > 8; n /= 2 {
		list = append(list, before+theme.Clip(says, n)+after)
	}
	return list
}

// closesThread tells whether Esc closes the thread that is open now, and nothing before it.
func (m *Model) closesThread() bool {
	return (m.in() != nil || m.split()) && m.focus == writing && m.about() == nil && m.top() == nil && !m.greets() && !m.escKeeps()
}

// hint says which keys to know first: with more than one room, how to go to another.
func (m *Model) hint() {
	help := does(m.keys.Help, "help")
	aside := m.asideHint()
	overlaid := m.top() != nil // it has the keys, and says them itself
	chooses := m.focus == choosing && !overlaid
	m.status.SetFirst(chooses, m.focus == writing && aside != "")
	switch {
	case chooses:
		hints, spare := m.chooseHints()
		m.status.SetHint(hints...)
		m.status.SetSpare(spare)
		return
	case m.focus == catching, m.focus == answering && m.question.offers != nil: // the line above says the others
		m.status.SetHint(help)
		return
	case m.focus == answering:
		if says := m.question.says; !m.question.types() && len(says) > 0 && m.cancels() != "" && strings.Contains(says[len(says)-1], keymap.Name(m.keys.Back)) {
			m.status.SetHint() // the line above says how to cancel
			return
		}
		sends := ""
		if m.question.types() {
			sends = does(m.keys.Send, "does it")
			if m.question.taken != nil {
				sends = does(m.keys.Send, "takes it")
			}
		}
		m.status.SetHint(theme.Dots(sends, m.cancels()), m.cancels())
		return
	}
	over, closes := "", ""
	if m.split() {
		over = does(m.keys.Rooms.Beside, "to the "+m.across())
	}
	if m.closesThread() && !overlaid {
		closes = does(m.keys.Back, "closes the thread")
	}
	if over+closes != "" {
		m.hintsAfter(aside, theme.Dots(over, closes, help), theme.Dots(closes, help), help)
		return
	}
	first := does(m.keys.Clear, "twice quits")
	if len(m.rooms) > 1 || m.window != nil {
		first = does(m.keys.Rooms.Jump, "rooms")
	}
	m.hintsAfter(aside, theme.Dots(first, help), help)
}

// hintsAfter are hints behind one that is not to be missed, "" for none.
func (m *Model) hintsAfter(aside string, hints ...string) {
	if aside == "" {
		m.status.SetHint(hints...)
		return
	}
	var list []string
	for _, h := range hints {
		list = append(list, theme.Dots(aside, h))
	}
	short, _, _ := strings.Cut(aside, ":")
	m.status.SetHint(append(list, aside, short+": unsent")...)
}

// chooseHints are the keys to know while a message is selected, in texts that get shorter:
// those that do something with this one. So many of them, the first, are to give way to the
// connection: those with what can be spared best.
func (m *Model) chooseHints() (list []string, spare int) {
	what, ok := m.shown().Chosen()
	if !ok {
		return []string{m.cancels()}, 0
	}
	k := m.keys.Choose
	settled := what.Seq != 0 && !what.Deleted
	here := settled && !what.Aside
	own := what.From.ID == m.you.ID
	rules := m.you.Role == chat.RoleOwner || m.you.Role == chat.RoleAdmin
	var words []string
	for _, p := range []struct {
		can  bool
		key  key.Binding
		does string
	}{
		{len(what.Files) > 0 && !what.Deleted, k.Open, "open"}, // which cannot be guessed
		{what.Waiting, k.Delete, "take back"},                  // while one can
		{here, k.Reply, "reply"},
		{here, k.React, "react"},
		{m.in() == nil && (settled || what.Replies > 0 || what.Thread != ""), k.Thread, "thread"},
		{here && own && what.Chat || what.Failed || what.Waiting, k.Edit, "edit"},
		{here && (own || rules), k.Delete, "delete"},
		{what.Failed, m.keys.Retry, "retry"},
		{what.Failed, m.keys.Drop, "drop"},
		{!what.Deleted, k.Copy, "copy"},
		{here, k.Pin, "pin"},
		{true, m.keys.Help, "all keys"},
	} {
		if does := does(p.key, p.does); p.can && does != "" {
			words = append(words, does)
		}
	}
	leave := m.cancels()
	if !slices.Contains(k.Leave.Keys(), m.keys.Back.Help().Key) || leave == "" {
		leave = does(k.Leave, "writes")
	}
	for _, least := range []string{does(k.Pin, "pin"), does(k.Copy, "copy")} {
		if at := slices.Index(words, least); at >= 0 {
			list = append(list, theme.Dots(append(slices.Clone(words), leave)...))
			words = slices.Delete(words, at, at+1)
		}
	}
	spare = len(list)
	for n := len(words); n >= 0; n-- {
		list = append(list, theme.Dots(append(words[:n:n], leave)...))
	}
	return list, spare
}
