package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// direct is something to be said to somebody alone, or to a few, from when it is asked which room that
// is. Those to one person are said in the order in which they were written, whatever the
// order of the answers.
type direct struct {
	who  string // folded
	text string // "" only goes there
	room string // "" until it is known
	from origin
}

// message says something in the direct room with somebody, and goes there.
func (m *Model) message(rest string) tea.Cmd {
	people, text := slash.People(rest)
	if len(people) == 0 {
		m.composer.Say("/msg wants somebody: /msg WHO [TEXT], or several with commas between them")
		return nil
	}
	who := slices.Clone(people)
	for i := range who {
		who[i] = chat.FoldName(who[i])
	}
	slices.Sort(who)
	d := &direct{who: strings.Join(who, ","), text: text, from: m.origin()}
	if d.text != "" && m.tooLong(d.text) {
		return nil
	}
	known := ""
	if m.connection.State != chat.Online {
		known = m.directRoom(who) // which takes it now, and tells the server later
	}
	if known == "" && !m.mayLead("/msg") {
		return nil
	}
	m.directs = append(m.directs, d)
	m.waits(d.from)
	if known != "" {
		return m.directNow(d, known, nil)
	}
	client := m.client
	return m.leads("@"+strings.Join(people, ", @"), func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		var out chat.RoomAnswer
		err := client.Ask(ctx, "dm", directWith(people), &out)
		return asked{do: func(m *Model) tea.Cmd { return m.directNow(d, out.Room.ID, err) }}
	})
}

// directRoom is the room between the user and those who are called so, folded and in order: "" where
// there is none, or more than one, as of people with one name.
func (m *Model) directRoom(who []string) (room string) {
	for i := range m.rooms {
		r := &m.rooms[i]
		if r.Kind != chat.RoomDirect {
			continue
		}
		var others []string
		for _, p := range r.People {
			if p.ID != m.you.ID {
				others = append(others, chat.FoldName(p.Name))
			}
		}
		slices.Sort(others)
		switch {
		case len(others) == 0 || !slices.Equal(others, who):
		case room != "":
			return ""
		default:
			room = r.ID
		}
	}
	return room
}

// directWith asks for the room with one person, or with several.
func directWith(people []string) chat.RoomRequest {
	if len(people) == 1 {
		return chat.RoomRequest{User: people[0]}
	}
	return chat.RoomRequest{Users: people}
}

// directNow takes which room it is, or why there is none.
func (m *Model) directNow(d *direct, room string, err error) tea.Cmd {
	var cmds []tea.Cmd
	if d.room = room; err != nil || room == "" {
		if err == nil {
			err = errWhichRoom
		}
		m.said(d)
		cmds = append(cmds, m.undone(d.from, cut(unanswerable(err).Error())+m.wantsQuotes(d)))
	}
	late := make(map[string]bool) // to whom something that was written before is not said yet
	for _, d := range slices.Clone(m.directs) {
		if late[d.who] = late[d.who] || d.room == ""; !late[d.who] {
			cmds = append(cmds, m.sayTo(d))
		}
	}
	return tea.Batch(cmds...)
}

// wantsQuotes says how somebody is named whose name has spaces, where the line begins with one
// that was cut at the first.
func (m *Model) wantsQuotes(d *direct) string {
	line := chat.FoldName(d.who + " " + d.text)
	for _, name := range m.people {
		if strings.Contains(name, " ") && strings.HasPrefix(line+" ", chat.FoldName(name)+" ") {
			return ` · a name with spaces stands in quotes: /msg "` + chat.SanitizeLine(cut(name)) + `"`
		}
	}
	return ""
}

// said forgets it.
func (m *Model) said(d *direct) {
	m.directs = slices.DeleteFunc(m.directs, func(o *direct) bool { return o == d })
	m.settled(d.from)
}

// sayTo says it, and goes there.
func (m *Model) sayTo(d *direct) tea.Cmd {
	m.said(d)
	m.timeline(d.room) // which may be new
	was := m.composer.Sentence()
	if d.text != "" {
		if !m.postTo(spotToWrite{room: d.room}, d.text, "") {
			why := m.composer.Sentence()
			m.composer.Say(was)
			return m.undone(d.from, why)
		}
		m.sentNow(d.room, asWritten(d.text), m.posted)
	}
	return m.isTold(wanted{d.room, d.from})
}
