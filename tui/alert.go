package tui

import (
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/notify"
)

const (
	// alertEvery is how often somebody is told at the most: who talks fast is told of
	// once, and the title of the window counts the rest.
	alertEvery = 3 * time.Second

	// maxAlert is how much of a message an alert has, in characters: some two lines, which
	// is what desktops show.
	maxAlert = 120
)

// notify takes down that a message just came, if it is one to be told of: it names the
// user or is for them alone, in a room of which they want to hear. It is asked once of
// each message, and only of those that come while there is a connection: what was
// missed is not told afterwards.
func (m *Model) notify(r *chat.Membership, msg *chat.Message) {
	named := m.named(msg)
	direct := r.Kind == chat.RoomDirect
	switch {
	case msg.From.ID == m.you.ID, m.focused, m.connection.State != chat.Online:
	case r.Notify == chat.NotifyNone, r.Notify == chat.NotifyMentions && !named, !named && !direct:
	case m.ownWord().State == chat.DoNotDisturb:
	default:
		m.ringing = append(m.ringing, m.alertOf(r, msg))
	}
}

// alertOf says a message in one line; sanitised.
func (m *Model) alertOf(r *chat.Membership, msg *chat.Message) notify.Alert {
	title := chat.SanitizeLine(cut(msg.From.Name))
	if r.Kind != chat.RoomDirect {
		title += " in " + chat.SanitizeLine(cut(sign(r.Room)+m.label(r.Room)))
	}
	title = m.inTeam(title)
	text, ok := msg.Text()
	switch {
	case !ok:
		text = "sent something that is no text"
	case text == "" && len(msg.Files) > 0:
		text = "sent " + msg.Files[0].Name
	}
	text = chat.SanitizeLine(cut(text))
	if list := []rune(text); len(list) > maxAlert {
		text = chat.SanitizeLine(string(list[:maxAlert])) + "…"
	}
	return notify.Alert{Title: title, Text: text}
}

// notifies is in which way the user is told.
func (m *Model) notifies() string {
	if m.alertsFixed != "" {
		return m.alertsFixed
	}
	return m.way
}

// ring tells the user of what was taken down, in one go.
func (m *Model) ring() tea.Cmd {
	list := m.ringing
	m.ringing = nil
	if len(list) == 0 || m.now().Before(m.rang.Add(alertEvery)) {
		return nil
	}
	*m.rang = m.now()
	a := list[0]
	if n := len(list); n > 1 {
		a = notify.Alert{Title: m.inTeam(fmt.Sprintf("%d messages for you", n)), Text: "the last from " + list[n-1].Title}
	}
	seq := m.alerts.By(m.notifies()).Sequence(a)
	if seq == "" {
		return nil
	}
	return tea.Raw(seq)
}

// forYou is how many unread messages there are that name the user, or are for them
// alone.
func (m *Model) forYou() (n int) {
	for i := range m.rooms {
		n += m.unread.Calling(&m.rooms[i])
	}
	return n
}

// windowTitle is the title of the terminal's window.
func (m *Model) windowTitle() string {
	title := "hobnob — " + m.fullName()
	if n := m.forYouAnywhere(); n > 0 {
		title = fmt.Sprintf("(%d) %s", n, title)
	}
	return title
}
