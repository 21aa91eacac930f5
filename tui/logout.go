package tui

import (
	"cmp"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// logoutCommands sign the user out here.
func logoutCommands() runs { return runs{"logout": (*Model).logout} }

// logout asks whether the user is to be signed out, and leaves: the team alone where there are
// others, else the chat.
func (m *Model) logout(string) tea.Cmd {
	if m.signOut == nil {
		m.composer.Tell("there is nothing to sign out of here: the team is this machine's own, or its token came with the command")
		return nil
	}
	next := m.nextTeam()
	m.askFor(&question{says: m.asksLogout(next), yes: func() tea.Cmd {
		switch now := m.nextTeam(); {
		case now != next: // a team came or went meanwhile: that is not what was asked
			return m.logout("")
		case next == nil:
			m.signOut()
			return tea.Quit
		}
		m.window.out = m
		return nil
	}})
	return nil
}

// nextTeam is the team that is shown when this one is signed out of; nil if the chat is left
// then.
func (m *Model) nextTeam() *Model {
	if w := m.window; w != nil && m.part != nil {
		return w.teams[(m.number+1)%len(w.teams)]
	}
	return nil
}

// asksLogout is the question, in words that get shorter: where one is next, and what was written
// here and is not sent.
func (m *Model) asksLogout(next *Model) []string {
	team := "sign out of " + cmp.Or(m.teamName(), m.team, m.server)
	asks, short := team+" on this machine, and leave", "sign out and leave"
	if next != nil {
		asks, short = team+" on this machine, and go on in "+m.window.names[next.number], team
	}
	long, brief, least := m.leftBehind()
	if long == "" {
		return m.sure("y does", asks+"?", short+"?", "sign out?")
	}
	list := m.sure("y does", asks+"? "+long+" ·", asks+"? "+brief+" ·", short+"? "+brief+" ·", least+": sign out?")
	return append(list, least+": out? y", "sign out? y")
}

// leftBehind says what waits to be sent or posted to this team, in words that get shorter; ""
// if nothing does. Messages are kept, files are not.
func (m *Model) leftBehind() (long, brief, least string) {
	n, files := 0, 0
	for _, t := range m.timelines {
		n += t.Waiting()
	}
	for _, o := range m.uploads.list {
		if o.state == chat.DraftWaiting {
			n-- // its timeline counts it
		}
		files += len(o.files)
	}
	add := func(text, more string) string {
		if text != "" {
			text += ", "
		}
		return text + more
	}
	if n > 0 {
		waits := " wait"
		if n == 1 {
			waits = " waits"
		}
		messages := plural(n, "message")
		long, brief, least = messages+waits+" unsent until you sign in again", messages+" unsent", fmt.Sprintf("%d unsent", n)
	}
	if files > 0 {
		lost := plural(files, "file") + " lost"
		long, brief, least = add(long, plural(files, "file")+" not posted yet, and then never"), add(brief, lost), add(least, lost)
	}
	return long, brief, least
}

// signedOut lets a team go of which the user signs out here, and then has that done.
func (w *Window) signedOut(m *Model) tea.Cmd {
	called := chat.SanitizeLine(w.names[m.number])
	cmd := w.without(m.id, "you are signed out of "+called+" · the way back is said when you leave", "you are signed out of "+called, "signed out: "+called)
	m.part()
	return cmd
}
