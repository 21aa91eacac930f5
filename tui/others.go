package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// writers are who writes in a room, and until when that holds.
type writers []writer

type writer struct {
	user  chat.User
	until time.Time
}

// present is how everybody can be reached, as the server was asked: of what changes
// later it tells by itself.
type present []chat.Member

// lookAround asks who is there.
func (m *Model) lookAround() tea.Cmd {
	client := m.client
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), askTime)
		defer cancel()
		var out struct {
			Members []chat.Member `json:"members"`
		}
		if client.Ask(ctx, "members", chat.MembersRequest{}, &out) != nil {
			return nil // nobody is shown to be there, which is how it was
		}
		return present(out.Members)
	}
}

// there takes who is there.
func (m *Model) there(p present) {
	m.gathered.stale = true
	m.reach = make(map[string]chat.Presence, len(p))
	for _, who := range p {
		m.reach[who.ID] = who.Presence
		m.know(&who.User)
	}
	m.setNames(peopleOf(p))
}

// writersLook asks to look again who still writes.
type writersLook struct{}

// writes takes that somebody writes, or does so no longer.
func (m *Model) writes(t chat.TypingTold) tea.Cmd {
	list := slices.DeleteFunc(slices.Clone(m.typing[t.Room]), func(w writer) bool { return w.user.ID == t.User.ID })
	if t.On && t.User.ID != m.you.ID {
		list = append(list, writer{t.User, m.now().Add(chat.TypingLease)})
	}
	m.typing[t.Room] = list
	return m.stillWriting()
}

// stillWriting forgets who has gone without a word, says who writes in the room that
// is shown, and asks to look again while somebody does.
func (m *Model) stillWriting() tea.Cmd {
	var next time.Time
	for room, list := range m.typing {
		list = slices.DeleteFunc(list, func(w writer) bool { return !m.now().Before(w.until) })
		if len(list) == 0 {
			delete(m.typing, room)
			continue
		}
		m.typing[room] = list
		for _, w := range list {
			if next.IsZero() || w.until.Before(next) {
				next = w.until
			}
		}
	}
	if next.IsZero() || m.hidden {
		return nil
	}
	return tea.Tick(max(next.Sub(m.now()), time.Millisecond), func(time.Time) tea.Msg { return writersLook{} })
}

// writing says who writes in the room that is shown, "" if nobody does.
func (m *Model) writing() string {
	var names []string
	for _, w := range m.typing[m.room] {
		names = append(names, chat.SanitizeLine(cut(w.user.Name)))
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0] + " is typing…"
	case 2, 3:
		return strings.Join(names, ", ") + " are typing…"
	}
	return "several people are typing…"
}
