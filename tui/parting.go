package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Who leaves a room did not say where they go: what they write meanwhile is for no room yet. It
// has a composer of its own, as on the way to a room that was named (going.go), and comes along
// to the room they are in then. There it is what is being written, and is posted when Enter
// is pressed on it there, and again: it was written before that room was seen.

// nowhere is what a room is called that nobody named.
const nowhere = "another room"

// partFrom leaves a room: the one that is shown, or one by what it is called.
func (m *Model) partFrom(called string) tea.Cmd {
	r := m.member(m.room)
	if called != "" {
		if r = m.roomCalled(called); r == nil {
			m.composer.Say("you are in no room called " + cut(called) + "; nothing was left")
			return nil
		}
	}
	switch {
	case r != nil && r.Kind == chat.RoomDirect:
		m.composer.Say("what is said between people cannot be left; /mute makes it quiet")
		return nil
	case r != nil && r.ID != m.room:
		return ask(m, "room:leave", chat.RoomRequest{Room: r.ID}, says[chat.Done]("you are in "+m.calledOf(r.ID)+" no longer"))
	case !m.mayLead("/part"):
		return nil
	}
	m.parting = wanted{m.room, m.origin()}
	leaves := m.called()
	cmd := m.leads(nowhere, ask(m, "room:leave", chat.RoomRequest{Room: m.room}, func(chat.Done) asked { return asked{left: true} }))
	m.going.leaves = leaves
	m.placeholder()
	return cmd
}

// leavesNow is the way on which the room that is shown is left as it was asked for, nil for none.
func (m *Model) leavesNow() *going {
	if g := m.onTheWay(); g != nil && g.leaves != "" && g.from == m.parting.from {
		return g
	}
	return nil
}

// cameAlong is for who is out of a room, and in another one by now.
func (m *Model) cameAlong(g *going, said string) {
	m.going = nil
	m.show(m.firstRoom())
	m.use()
	m.shown().Notice(said)
	if !g.wrote() {
		return
	}
	m.toRoom()
	g.bringBack(g.held)
	at := m.place()
	m.install(at, g.text)
	m.use()
	m.isMeant(at, nowhere)
	if send := name(m.keys.Send); send != "" {
		said += " · " + send + " twice posts this to " + m.called()
	}
	m.composer.SayOn(said)
}
