package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// manyRooms is from how many rooms on it is not looked at all of them again for
	// every thing that is told: when one connects something is told of each.
	manyRooms = 200

	// settleAfter is how long that is put off at most: no frame is drawn before.
	settleAfter = 16 * time.Millisecond
)

// settled says that it is time to look at what was told.
type settled struct{}

// settlesLater tells whether the panes take what was told later: with the next frame, with
// the next key, or when the command that it returns says so, whichever comes first.
func (m *Model) settlesLater(msg tea.Msg) (cmd tea.Cmd, later bool) {
	if len(m.rooms) < manyRooms || !m.elsewhereOnly(msg) {
		return nil, false
	}
	m.unsettled = true
	if m.settling {
		return nil, true
	}
	m.settling = true
	return tea.Tick(settleAfter, func(time.Time) tea.Msg { return settled{} }), true
}

// elsewhereOnly tells whether a message is of nothing but rooms that are not shown, or people.
func (m *Model) elsewhereOnly(msg tea.Msg) bool {
	switch u := msg.(type) {
	case chat.Arrived:
		return !slices.ContainsFunc(u.Messages, func(msg chat.Message) bool { return roomOf(msg.Room) == m.room })
	case chat.Reloaded:
		return u.Room != m.room
	case chat.MarkerSet:
		return u.Room != m.room
	case chat.ThreadFollow, chat.PresenceChanged, chat.UserChanged:
		return true
	}
	return false
}
