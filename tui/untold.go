package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"
)

// tellTime is how long the room is waited for that the server has answered: as long as for the
// answer itself. It is told on the same connection, a moment before that or after it, and where
// that broke in between, by the welcome of the next. Nobody waits longer for what may never come.
const tellTime = askTime

// untold is that a room was not told of within tellTime.
type untold struct{ from origin }

// isTold goes to a room that the server has opened. The room itself is told apart from the
// answer, before or after it.
func (m *Model) isTold(w wanted) tea.Cmd {
	m.wanted = w
	return tea.Batch(m.goWanted(), m.untoldSoon(w.from))
}

// untoldSoon bounds how long a room is waited for, if one still is.
func (m *Model) untoldSoon(from origin) tea.Cmd {
	if g := m.going; g == nil || g.from != from {
		return nil
	}
	return tea.Tick(tellTime, func(time.Time) tea.Msg { return untold{from} })
}

// untoldNow gives up the way to a room that is not told of: what was written for it is there
// again. When it comes after all, that is said.
func (m *Model) untoldNow(u untold) {
	g := m.onTheWay()
	if g == nil || g.from != u.from {
		return
	}
	says := fmt.Sprintf("%s has not come, %s after the server let you in", g.to, seconds(tellTime))
	if g.leaves != "" {
		says = fmt.Sprintf("%s is still here, %s after the server let you go", g.leaves, seconds(tellTime))
	}
	if m.giveUp(); !g.wrote() {
		m.composer.Say(says)
		return
	}
	m.composer.SayOn(says + " · this is not posted")
}

// seconds says a time in words.
func seconds(d time.Duration) string { return plural(int(d/time.Second), "second") }
