package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/overlay"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// invited is a join line that was asked for, or why there is none.
type invited struct {
	invite  chat.Invite
	another bool // it is for a second person
	code    *overlay.Code
	err     error
}

// invite asks for a join line: the one from before while nobody has used it, or another.
func (m *Model) invite(another bool) tea.Cmd {
	if m.newInvite == nil {
		m.composer.Tell("join lines are made on the host's machine: hobnob invite create")
		return nil
	}
	m.inviting = true
	create := m.newInvite
	ask := func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), olderTimeout)
		defer cancel()
		invite, err := create(ctx, another)
		if err != nil {
			return invited{err: err}
		}
		return invited{invite: invite, another: another, code: overlay.NewCode(invite.URL)}
	}
	return tea.Batch(ask, m.say("asking for a join line …"))
}

// invitedNow copies the line that was asked for, and shows it where it can be
// selected: a terminal may not let programs copy, and does not say so.
func (m *Model) invitedNow(i invited) tea.Cmd {
	m.status.SetFlash("")
	if i.err != nil {
		m.inviting = false
		m.composer.Say("no join line: " + cut(i.err.Error()))
		return nil
	}
	line := "hobnob join " + chat.SanitizeLine(i.invite.URL)
	about := "lets one person in, until " + i.invite.Expires.Time().Format("Monday 2 January 15:04")
	is, before := "this new join line ", line == m.invited
	if !m.hosting || !i.another { // a host has the one on the screen the next time
		m.invited = line
	}
	if before {
		is, about = "this join line is the one from before, which nobody has used; it ", about+"; for a second person: /invite "+anotherLine
	}
	if !m.hosting || i.another { // whose screen has it already
		m.shown().Notice(is + about + "; to close it, the host runs hobnob invite list, and hobnob invite revoke:\n" + line)
	}
	copied := tea.SetClipboard(line)
	if !m.inviting || m.whole != nil { // something else is done meanwhile
		return tea.Batch(copied, m.say("the join line is copied, if this terminal lets programs copy", "the join line was copied"))
	}
	m.inviting, m.overlays = false, nil
	if before {
		about = "the one from before, which nobody has used; " + about
	}
	closes := m.closes()
	shown := overlay.NewLine(m.theme, "join line", about, line,
		theme.Dots("copied, if this terminal lets programs copy; else select it with the mouse", closes),
		theme.Dots("copied, or select it with the mouse", closes), theme.Dots("copied, or select it", closes), theme.Dots("copied", closes), closes)
	shown.SetCode(i.code, m.terminal.Profile > colorprofile.ASCII, m.terminal.Background == theme.Light)
	m.whole, m.sheetSays = shown, nil
	return copied
}

// selecting tells whether the mouse is for selecting what has the screen.
func (m *Model) selecting() bool {
	_, ok := m.whole.(*overlay.Line)
	return ok
}
