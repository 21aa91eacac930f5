package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/overlay"
	"github.com/hobnob-chat/hobnob/tui/settings"
)

// otherPlaces are the rooms and people of the other teams, and the teams themselves, to
// jump to: those with something unread first.
func (m *Model) otherPlaces() (first, rest []overlay.Place) {
	if m.window == nil {
		return nil, nil
	}
	for i, other := range m.window.teams {
		if other == m {
			continue
		}
		team := m.window.names[i]
		for _, r := range other.rooms {
			p := overlay.Place{ID: elsewhereID(other.id, r.ID), Name: team + " " + sign(r.Room) + other.label(r.Room), About: r.Topic}
			if n := other.unread.Of(&r); n > 0 {
				p.About = fmt.Sprintf("%d unread  %s", n, r.Topic)
			}
			if which := other.mates.which(other.talksTo(&r.Room)); which != "" {
				p.About = strings.TrimSuffix(which+" · "+p.About, " · ")
			}
			if other.unread.Of(&r) > 0 {
				first = append(first, p)
			} else {
				rest = append(rest, p)
			}
		}
		rest = append(rest, overlay.Place{ID: elsewhereID(other.id, ""), Name: team, About: "team"})
	}
	return first, rest
}

// elsewhereID is the ID of a place in another team: no ID of a room has a NUL.
func elsewhereID(team int, room string) string { return "\x00" + strconv.Itoa(team) + "\x00" + room }

// goPlace goes to what was chosen of a list of places.
func (m *Model) goPlace(p overlay.Place) tea.Cmd {
	rest, other := strings.CutPrefix(p.ID, "\x00")
	if !other {
		m.show(p.ID)
		return nil
	}
	number, room, _ := strings.Cut(rest, "\x00")
	switch number {
	case somebody:
		return m.writeTo(room, strings.TrimPrefix(p.Name, "@"))
	case toJoin:
		return m.join(room)
	}
	if id, err := strconv.Atoi(number); err == nil && m.window != nil {
		if team := m.window.index(id); team >= 0 {
			m.window.want(team, room)
		}
	}
	return nil
}

// goElsewhere goes to a room of another team by both their names, as acme #ops, and tells
// whether there is one.
func (m *Model) goElsewhere(called string) bool {
	if m.window == nil {
		return false
	}
	for i, name := range m.window.names {
		team, rest := chat.FoldName(name), chat.FoldName(called)
		room, ok := strings.CutPrefix(rest, team+" ")
		if !ok {
			continue
		}
		room = strings.TrimLeft(room, "#@* ")
		for _, r := range m.window.teams[i].rooms {
			if chat.FoldName(m.window.teams[i].label(r.Room)) == room {
				m.window.want(i, r.ID)
				return true
			}
		}
	}
	return false
}

// oneTeam is said of a chat that has no other.
const oneTeam = "this chat has one team: hobnob join and hobnob login add others, also in another terminal while it is open"

// goToTeam goes to the team of a name, or of the only one that begins so; without a name
// it lists them.
func (m *Model) goToTeam(called string) tea.Cmd {
	w := m.window
	if m.seek != nil {
		m.seek()
	}
	switch {
	case w == nil && called == "":
		m.composer.Tell(oneTeam) // there is nothing in the line to be changed
		return nil
	case w == nil:
		m.composer.Say(oneTeam)
		return nil
	case called == "":
		m.listTeams()
		return nil
	}
	var begin []int
	for i, name := range w.names {
		switch name, called := chat.FoldName(name), chat.FoldName(called); {
		case name == called:
			w.want(i, "")
			return nil
		case strings.HasPrefix(name, called):
			begin = append(begin, i)
		}
	}
	if len(begin) == 1 {
		w.want(begin[0], "")
		return nil
	}
	why := "no team of yours is called " + cut(called)
	if near := settings.Nearest(called, w.names); len(begin) > 1 {
		why = "several teams of yours begin so"
	} else if near != "" {
		why += ": did you mean " + near + "?"
	}
	if !strings.HasSuffix(why, "?") {
		why += ";"
	}
	m.composer.Say(why + " /team lists them")
	return nil
}

// listTeams lists the teams, and how each is connected, which changes while one looks.
func (m *Model) listTeams() {
	w := m.window
	l := m.pick(overlay.Words{Title: "your teams", None: "no team of yours is called that; hobnob join adds one", Does: "goes there"}, m.teamPlaces(), func(p overlay.Place) tea.Cmd {
		at := slices.IndexFunc(w.teams, func(o *Model) bool { return strconv.Itoa(o.id) == p.ID })
		if at >= 0 {
			w.want(at, "")
		}
		return nil
	})
	if p, ok := l.list.(*overlay.Pick); ok {
		l.renew = func() { p.Renew(m.teamPlaces()) }
	}
}

// teamPlaces are the teams as they are listed.
func (m *Model) teamPlaces() (places []overlay.Place) {
	w := m.window
	w.look(m.number)
	for i, other := range w.teams {
		says := []string{"as " + other.you.Name, connectionWords(other.connection)}
		if other == m {
			says = append(says, "here")
		}
		if n := w.heads[i].Unread; n > 0 {
			says = append(says, fmt.Sprintf("%d unread", n))
		}
		if n := w.heads[i].Mentions; n > 0 {
			says = append(says, fmt.Sprintf("%d for you", n))
		}
		places = append(places, overlay.Place{ID: strconv.Itoa(other.id), Name: chat.SanitizeLine(cut(w.names[i])), About: chat.SanitizeLine(cut(strings.Join(says, " · ")))})
	}
	return places
}

// connectionWords says how a team is connected.
func connectionWords(c chat.Connection) string {
	says := ""
	switch c.State {
	case chat.Online:
		return "connected"
	case chat.Refused:
		says = "refused"
	case chat.Waiting:
		says = "not connected"
	case chat.Connecting:
		return "connecting"
	case chat.Offline:
		return "offline"
	}
	if c.Reason != "" {
		says += ", " + c.Reason
	}
	return says
}

// teamsLike are the teams whose names begin so.
func (m *Model) teamsLike(word string) (list []composer.Candidate) {
	if m.window == nil {
		return nil
	}
	for i, name := range m.window.names {
		if i != m.number && strings.HasPrefix(chat.FoldName(name), chat.FoldName(word)) {
			list = append(list, composer.Candidate{Text: name, Shown: name, About: connectionWords(m.window.teams[i].connection)})
		}
	}
	return some50(list)
}
