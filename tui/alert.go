package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Alerts is how somebody is told of a message while they look elsewhere: any of these,
// or none.
type Alerts struct {
	OSC9   bool // the notification of iTerm2, which most terminals know
	OSC777 bool // that of rxvt, which others know
	Bell   bool
	Tmux   bool // a tmux is between, which passes on what is wrapped for it
}

// notifyWays are how one may want to be told.
func notifyWays() []string { return []string{"auto", "osc9", "osc777", "bell", "none"} }

// NotifyBy is how somebody is told who wants it in one of these ways, where auto is a.
func (a Alerts) NotifyBy(way string) Alerts {
	switch way {
	case "osc9":
		return Alerts{OSC9: true, Tmux: a.Tmux}
	case "osc777":
		return Alerts{OSC777: true, Tmux: a.Tmux}
	case "bell":
		return Alerts{Bell: true}
	case "none":
		return Alerts{}
	}
	return a
}

const (
	// alertEvery is how often somebody is told at the most: who talks fast is told of
	// once, and the title of the window counts the rest.
	alertEvery = 3 * time.Second

	// maxAlert is how much of a message an alert has, in characters: some two lines, which
	// is what desktops show.
	maxAlert = 120
)

// alert is a message that somebody may be told of.
type alert struct {
	title, text string
}

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
	case m.reach[m.you.ID].State == chat.DoNotDisturb:
	default:
		m.ringing = append(m.ringing, m.alertOf(r, msg))
	}
}

// alertOf says a message in one line; sanitised.
func (m *Model) alertOf(r *chat.Membership, msg *chat.Message) alert {
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
	return alert{title, text}
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
		a = alert{m.inTeam(fmt.Sprintf("%d messages for you", n)), "the last from " + list[n-1].title}
	}
	seq := m.alerts.NotifyBy(m.notifies()).sequence(a)
	if seq == "" {
		return nil
	}
	return tea.Raw(seq)
}

// sequence is what tells a terminal.
func (a Alerts) sequence(what alert) string {
	// No part of it ends the sequence: it was sanitised. A semicolon would end the title
	// of OSC 777, and make a number at the beginning of OSC 9 a command of ConEmu's.
	clean := strings.NewReplacer(";", ",").Replace
	var b strings.Builder
	if a.OSC9 {
		b.WriteString("\x1b]9;" + clean(what.title+": "+what.text) + "\x07")
	}
	if a.OSC777 {
		b.WriteString("\x1b]777;notify;" + clean(what.title) + ";" + clean(what.text) + "\x07")
	}
	seq := b.String()
	if a.Tmux && seq != "" {
		seq = ansi.TmuxPassthrough(seq)
	}
	if a.Bell {
		seq += "\a"
	}
	return seq
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
