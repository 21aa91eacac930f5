package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/overlay"
	"github.com/hobnob-chat/hobnob/tui/settings"
	"github.com/hobnob-chat/hobnob/tui/sidebar"
)

// What a team knows of the others in its Window, and what leads there. A Model alone has
// no Window, and nothing of this is seen.

// TeamKeys are the keys that go from team to team, where there are several.
type TeamKeys struct{ Next, Previous key.Binding }

func defaultTeamKeys(bind func(help string, keys ...string) key.Binding) TeamKeys {
	return TeamKeys{
		Next:     bind("the next team, where you have several", "alt+.", "ctrl+pgdown"),
		Previous: bind("the team before", "alt+,", "ctrl+pgup"),
	}
}

// teamHelp is the help of who has several teams.
func (k *KeyMap) teamHelp() overlay.Section {
	list := entries(brief{k.Teams.Next, "next team"}, brief{k.Teams.Previous, "team before"})
	c := teamCommand()
	return overlay.Section{Title: "teams", Entries: append(list, overlay.Entry{Keys: []string{"/" + c.name + " " + c.takes}, Does: c.help, Brief: c.brief})}
}

func teamCommand() command {
	return command{"team", "[TEAM]", "go to another of your teams, or list them", "teams", (*Model).goToTeam}
}

// toTeam goes to another team, and tells whether the key was for that.
func (m *Model) toTeam(msg tea.KeyPressMsg) bool {
	w, k := m.window, m.keys.Teams
	if w == nil || !matches(msg, k.Next, k.Previous) {
		return false
	}
	n := len(w.teams)
	if matches(msg, k.Next) {
		w.want((m.number+1)%n, "")
	} else {
		w.want((m.number+n-1)%n, "")
	}
	return true
}

// rename says anew what the teams are called: by their names, with the user's own beside
// it, or the server's, where two have the same.
func (w *Window) rename() {
	bare := func(m *Model) string {
		if m.team != "" {
			return m.team
		}
		_, host, ok := strings.Cut(m.server, "://")
		if !ok {
			return m.server
		}
		return host
	}
	you := func(m *Model) string { return bare(m) + " (" + chat.SanitizeLine(cut(m.you.Name)) + ")" }
	names := make([]string, len(w.teams))
	for i, m := range w.teams {
		names[i] = bare(m)
		for _, other := range w.teams {
			if other == m || chat.FoldName(bare(other)) != chat.FoldName(names[i]) {
				continue
			}
			if names[i] = you(m); chat.FoldName(you(other)) == chat.FoldName(names[i]) {
				names[i] = bare(m) + " (" + m.server + ")"
				break
			}
		}
	}
	w.names = names
}

// look takes down what the others show of a team.
func (w *Window) look(i int) {
	m := w.teams[i]
	h := sidebar.Team{Name: w.names[i], Shown: i == w.shown, Mentions: m.forYou()}
	w.rooms[i] = 0
	for _, r := range m.rooms {
		if n := unread(r); n > 0 && r.Notify != chat.NotifyNone && (r.ID != m.room || m.hidden) {
			h.Unread += n
			w.rooms[i]++
		}
	}
	switch m.connection.State {
	case chat.Online:
		h.State = sidebar.Connected
	case chat.Refused:
		h.State = sidebar.Refused
	case chat.Offline, chat.Connecting, chat.Waiting:
	}
	w.heads[i] = h
}

// teamName is what the team is called beside the others, "" if there are none.
func (m *Model) teamName() string {
	if m.window == nil {
		return ""
	}
	return m.window.names[m.number]
}

// fullName is what the room that is shown is called, behind its team where there are
// several.
func (m *Model) fullName() string { return strings.TrimSpace(m.teamName() + " " + m.called()) }

// sideWidth is how wide the sidebar is: 0 where there is nothing to choose.
func (m *Model) sideWidth(rows []sidebar.Row) int {
	rows = slices.Clip(rows)
	if w := m.window; w != nil && !m.folded {
		w.look(m.number)
		m.sidebar.SetTeams(w.heads)
		for _, name := range w.names {
			rows = append(rows, sidebar.Row{Name: name})
		}
	}
	if len(rows) == 0 {
		return 0
	}
	return sidebar.Width(m.theme, m.width, rows)
}

// otherTeams are in how many rooms of the other teams something is unread, and how much
// of that is for the user.
func (m *Model) otherTeams() (rooms, mentions int) {
	if m.window == nil {
		return 0, 0
	}
	for i, h := range m.window.heads {
		if i != m.number {
			rooms, mentions = rooms+m.window.rooms[i], mentions+h.Mentions
		}
	}
	return rooms, mentions
}

// refusedElsewhere says that another team lets the user in no longer, "" if none does: who
// is told of nothing from there would think that nothing is said.
func (m *Model) refusedElsewhere() string {
	if m.window != nil {
		for i, h := range m.window.heads {
			if i != m.number && h.State == sidebar.Refused {
				return "! " + h.Name
			}
		}
	}
	return ""
}

// together are all teams that are left when this one is.
func (m *Model) together() []*Model {
	if m.window == nil {
		return []*Model{m}
	}
	return m.window.teams
}

// toRead is the room in which something is unread, "" if there is none: of mentions, or
// of anything.
func (m *Model) toRead(mentions bool) string {
	at := slices.IndexFunc(m.rooms, func(r chat.Membership) bool { return r.ID == m.room })
	for i := range m.rooms {
		r := m.rooms[(max(at, 0)+i)%len(m.rooms)]
		if mentions && r.Mentions > 0 || !mentions && unread(r) > 0 && r.Notify != chat.NotifyNone {
			return r.ID
		}
	}
	return ""
}

// nextUnreadTeam goes to a room of another team in which something is unread, and tells
// whether there is one.
func (m *Model) nextUnreadTeam() bool {
	w := m.window
	if w == nil {
		return false
	}
	for _, mentions := range []bool{true, false} {
		for k := 1; k < len(w.teams); k++ {
			i := (m.number + k) % len(w.teams)
			if room := w.teams[i].toRead(mentions); room != "" {
				w.want(i, room)
				return true
			}
		}
	}
	return false
}

// teamToCatch is the next team in which something is unread that the walk through what is
// did not come through yet, and whether there is one.
func (m *Model) teamToCatch() (team int, ok bool) {
	if m.window == nil {
		return 0, false
	}
	for k := 1; k < len(m.window.teams); k++ {
		i := (m.number + k) % len(m.window.teams)
		if other := m.window.teams[i]; !m.catch.teams[i] && other.toRead(true)+other.toRead(false) != "" {
			return i, true
		}
	}
	return 0, false
}

// catchElsewhere goes on with that walk in the next team, and tells whether there is one.
func (m *Model) catchElsewhere() bool {
	team, ok := m.teamToCatch()
	if !ok {
		return false
	}
	teams := map[int]bool{m.number: true}
	for i := range m.catch.teams {
		teams[i] = true
	}
	m.window.next = &move{team: team, catch: &catchUp{teams: teams}}
	return true
}

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
			p := overlay.Place{ID: elsewhereID(i, r.ID), Name: team + " " + sign(r.Room) + other.label(r.Room), About: r.Topic}
			if n := unread(r); n > 0 {
				p.About = fmt.Sprintf("%d unread  %s", n, r.Topic)
				first = append(first, p)
				continue
			}
			rest = append(rest, p)
		}
		rest = append(rest, overlay.Place{ID: elsewhereID(i, ""), Name: team, About: "team"})
	}
	return first, rest
}

// elsewhereID is the ID of a place in another team: no ID of a room has a NUL.
func elsewhereID(team int, room string) string { return "\x00" + strconv.Itoa(team) + "\x00" + room }

// goPlace goes to what was chosen of a list of places.
func (m *Model) goPlace(id string) {
	rest, other := strings.CutPrefix(id, "\x00")
	if !other {
		m.show(id)
		return
	}
	number, room, _ := strings.Cut(rest, "\x00")
	if team, err := strconv.Atoi(number); err == nil {
		m.window.want(team, room)
	}
}

// goToTeam goes to the team of a name, or of the only one that begins so; without a name
// it lists them.
func (m *Model) goToTeam(called string) tea.Cmd {
	w := m.window
	switch {
	case w == nil:
		m.composer.Say("this chat has one team: hobnob join and hobnob login add others, and hobnob opens all of them")
		return nil
	case called == "":
		m.shown().Notice(m.teamsText())
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
	m.composer.Paste("/team " + called)
	why := "no team of yours is called " + cut(called)
	if near := settings.Nearest(called, w.names); len(begin) > 1 {
		why = "several teams of yours begin so"
	} else if near != "" {
		why += ": did you mean " + near + "?"
	}
	m.composer.Say(why + " /team lists them")
	return nil
}

// teamsText lists the teams.
func (m *Model) teamsText() string {
	w := m.window
	w.look(m.number)
	lines := []string{"your teams: /team NAME goes to one, " + name(m.keys.Teams.Next) + " to the next, hobnob join adds one"}
	if !m.keys.Teams.Next.Enabled() {
		lines[0] = "your teams: /team NAME goes to one, hobnob join adds one"
	}
	for i, other := range w.teams {
		says := []string{w.names[i], "as " + other.you.Name, connectionWords(other.connection)}
		if n := w.heads[i].Unread; n > 0 {
			says = append(says, fmt.Sprintf("%d unread", n))
		}
		if n := w.heads[i].Mentions; n > 0 {
			says = append(says, fmt.Sprintf("%d for you", n))
		}
		line := chat.SanitizeLine(cut(strings.Join(says, " · ")))
		if other == m {
			line += " (here)"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
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

// inTeam names the team behind what somebody is told of it, where there are several.
func (m *Model) inTeam(says string) string {
	if name := m.teamName(); name != "" {
		return says + " in " + name
	}
	return says
}

// forYouAnywhere is forYou of all teams.
func (m *Model) forYouAnywhere() int {
	_, others := m.otherTeams()
	return m.forYou() + others
}

// sameEntries tells whether nothing was set between two looks at what is.
func sameEntries(a, b []settings.Entry) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
