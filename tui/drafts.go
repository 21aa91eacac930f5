package tui

import (
	"strings"

	"github.com/hobnob-chat/hobnob/tui/composer"
)

// Unsent is what is being written in a room, or in a thread of it. The Text of one that
// was sent is "".
type Unsent struct{ Room, Thread, Text string }

// Keeper keeps what is being written, so that it can be Config.Unsent the next
// time. Keep is called at every change, and returns at once.
type Keeper interface{ Keep(u Unsent) }

// where is a room, or a thread in it: what is written belongs to one.
func where(room, thread string) string {
	if thread != "" {
		return room + "\x00" + thread
	}
	return room
}

// restore puts what was being written where it belongs.
func (m *Model) restore(list []Unsent) {
	m.kept = make(map[string]string)
	for _, u := range list {
		at := where(roomOf(u.Room), u.Thread)
		if m.composers[at] == nil {
			m.composers[at] = composer.New(m.theme, m.keys.Edit)
		}
		m.composers[at].Paste(u.Text)
		m.kept[at] = m.composers[at].Text()
	}
}

// keep tells the keeper what is being written at a place, if that is something else.
func (m *Model) keep(at, text string) {
	if text == m.kept[at] || m.quitting {
		return
	}
	if m.kept[at] = text; text == "" {
		delete(m.kept, at)
	}
	if m.keeper != nil {
		room, thread, _ := strings.Cut(at, "\x00")
		m.keeper.Keep(Unsent{room, thread, text})
	}
}

// keepBoth is keep of where the user was before a message, and where they are after it.
func (m *Model) keepBoth(before string) {
	for _, at := range []string{before, m.place()} {
		if m.composers[at] != nil {
			m.keep(at, m.unsent(at))
		}
	}
}

// unsent is what would be lost if what is written at a place were. An edit is kept where
// nothing else was being written.
func (m *Model) unsent(at string) string {
	text := m.composers[at].Unsent()
	if a := m.abouts[at]; text == "" && a != nil && a.editing != nil && a.editing.Text() != a.before {
		text = a.editing.Text()
	}
	return text
}
