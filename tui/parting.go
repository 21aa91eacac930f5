package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/slash"
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
		list := m.roomsSigned(called)
		if first, bye := slash.First(called); len(list) == 0 && bye != "" && len(m.roomsSigned(first)) > 0 { // as IRC has it
			return tea.Batch(m.partFrom(first), m.say("what stands behind the room is said to nobody"))
		}
		switch {
		case len(list) == 0:
			m.composer.Say("you are in no room called " + cut(called) + "; nothing was left")
			return nil
		case len(list) > 1:
			m.composer.Say(m.whichIsMeant(list))
			return nil
		}
		r = list[0]
	}
	switch {
	case r != nil && r.Kind == chat.RoomDirect:
		m.composer.Say("what is said between people cannot be left; /mute makes it quiet")
		return nil
	case r != nil && r.ID != m.room:
		m.parting = wanted{r.ID, m.origin()}
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

// roomsSigned are the user's rooms that are called so. A sign that is typed counts, unlike where a
// room is only gone to: #ops is not left by who means the person.
func (m *Model) roomsSigned(called string) (list []*chat.Membership) {
	bare := strings.TrimLeft(called, roomSigns)
	signed := len(bare) < len(called)
	for i := range m.rooms {
		r := &m.rooms[i]
		if chat.FoldName(m.label(r.Room)) == chat.FoldName(bare) && (!signed || strings.HasPrefix(called, sign(r.Room))) {
			list = append(list, r)
		}
	}
	return list
}

// whichIsMeant asks which of some rooms is to be left.
func (m *Model) whichIsMeant(list []*chat.Membership) string {
	one, other := m.calledOf(list[0].ID), m.calledOf(list[1].ID)
	if one == other {
		return "more than one is called " + cut(one) + "; nothing was left: go to the one you mean, and write /part there"
	}
	return "you are in " + cut(one) + " and in " + cut(other) + "; nothing was left: write the one you mean with its sign"
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
	g.bringBack(g.held)
	at := m.place()
	m.install(at, g.text)
	m.use()
	m.isMeant(at, nowhere)
	if send := keymap.Name(m.keys.Send); send != "" {
		said += " · " + send + " twice posts this to " + m.called()
	}
	m.composer.SayOn(said)
}
