package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/slash"
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
	m.reach, m.mates = make(map[string]chat.Presence, len(p)), mates{}
	for _, who := range p {
		m.reaches(who.ID, who.Presence)
		m.know(&who.User)
		m.mates.take(&who.User, !who.Banned)
	}
	m.setNames(peopleOf(p))
}

// reaches takes how somebody can be reached. Of more people than are remembered, those
// that nobody knows are let go of: whoever is not there needs no memory.
func (m *Model) reaches(id string, p chat.Presence) {
	_, known := m.reach[id]
	if !known && id != m.you.ID && (p.State == chat.Absent || len(m.reach) >= maxKnown || len(id) > maxKnownID) {
		return
	}
	p.Text = cut(p.Text)
	m.reach[id] = p
}

// reachOf is how somebody else can be reached, and whether that is known: without a connection nobody
// tells of those who go.
func (m *Model) reachOf(id string) (p chat.Presence, known bool) {
	if m.connection.State != chat.Online {
		return p, false
	}
	p, known = m.reach[id]
	return unlessOver(p, m.now()), known
}

// unlessOver is how somebody can be reached by what was told last: whose word has ended is there, and
// nothing more is known until the server tells it.
func unlessOver(p chat.Presence, now time.Time) chat.Presence {
	if p.Until == 0 || p.Until.Time().After(now) {
		return p
	}
	return chat.Presence{State: chat.Idle, Since: p.Until}
}

// maxKnownID bounds the ID of who is remembered, in bytes: those of tokens that are made
// elsewhere may be longer than ours.
const maxKnownID = 256

// writersLook asks to look again who still writes.
type writersLook struct{}

// writes takes that somebody writes, or does so no longer.
func (m *Model) writes(t chat.TypingTold) tea.Cmd {
	in := &m.typing
	in.ended(t.Room, t.User.ID)
	if t.On && t.User.ID != m.you.ID && m.member(t.Room) != nil && len(in.rooms[t.Room]) < maxWriters {
		in.rooms[t.Room] = append(in.rooms[t.Room], writer{t.User, m.now().Add(chat.TypingLease)})
	}
	return m.stillWriting()
}

// writersLeft forgets who writes in rooms that somebody left, or was taken out of: who that was is
// not told, and who is still writing there says so again.
func (m *Model) writersLeft(now []chat.Membership) {
	if len(m.typing.rooms) == 0 {
		return
	}
	for i := range now {
		if had := m.member(now[i].ID); had != nil && now[i].Members < had.Members {
			delete(m.typing.rooms, now[i].ID)
		}
	}
}

// stillWriting forgets who has gone without a word, says who writes in the room that
// is shown, and asks to look again while somebody does.
func (m *Model) stillWriting() tea.Cmd {
	var next time.Time
	for room, list := range m.typing.rooms {
		list = slices.DeleteFunc(list, func(w writer) bool { return !m.now().Before(w.until) })
		if len(list) == 0 {
			delete(m.typing.rooms, room)
			continue
		}
		m.typing.rooms[room] = list
		for _, w := range list {
			if next.IsZero() || w.until.Before(next) {
				next = w.until
			}
		}
	}
	if next.IsZero() || m.hidden || m.typing.awaits {
		return nil // one timer is enough: nobody ends before who began first
	}
	m.typing.awaits = true
	return tea.Tick(max(next.Sub(m.now()), time.Millisecond), func(time.Time) tea.Msg { return writersLook{} })
}

// writing says who writes in the room that is shown, "" if nobody does.
func (m *Model) writing() string {
	var names []string
	for _, w := range m.typing.rooms[m.room] {
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

// ownWord is how the user can be reached, as they said: a server that does not come through tells of
// no end, which the clock does.
func (m *Model) ownWord() chat.Presence {
	p := m.reach[m.you.ID]
	if p.Until != 0 && !p.Until.Time().After(m.now()) {
		return chat.Presence{}
	}
	return p
}

// ownReach is how others see the user, where that is what they said of themselves: a
// server keeps it also while they are not there. It is a mark, and words that get shorter.
func (m *Model) ownReach() (mark string, words []string) {
	p := m.ownWord()
	var says string
	switch p.State {
	case chat.Away:
		says = "away"
	case chat.DoNotDisturb:
		says = "do not disturb"
	case chat.Active, chat.Idle, chat.Absent:
		return "", nil // which is nobody's word
	default:
		return "", nil
	}
	mark, _ = markOf(p)
	until := ""
	if p.Until != 0 {
		until = " until " + slash.SayUntil(p.Until.Time(), m.now())
	}
	if p.Text != "" {
		words = append(words, says+" ("+cut(p.Text)+")"+until+" · /back")
	}
	if until != "" {
		words = append(words, says+until+" · /back")
	}
	return mark, append(words, says+" · /back", says, "/back")
}
