package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/settings"
	"github.com/hobnob-chat/hobnob/tui/sidebar"
)

// What a team knows of the others in its Window, and what leads there. A Model alone has
// no Window, and nothing of this is seen.

func teamCommands() runs { return runs{"team": (*Model).goToTeam} }

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

// manyUnread is from how many unread messages of a team on it makes no difference how many
// there are: they are shown as 1k+.
const manyUnread = 1000

// look takes down what the others show of a team.
func (w *Window) look(i int) {
	m := w.teams[i]
	h := sidebar.Team{Name: w.names[i], Shown: i == w.shown, Mentions: m.forYou()}
	w.rooms[i] = 0
	for _, r := range m.rooms {
		if n := m.unread.Of(&r); n > 0 && r.Notify != chat.NotifyNone && (r.ID != m.room || m.hidden) {
			h.Unread += n
			w.rooms[i]++
		}
	}
	h.Unread = min(h.Unread, manyUnread)
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

// sideMeasured is what the width of the sidebar was measured for.
type sideMeasured struct {
	room, teams string
	width, most int
}

// sideWidth is how wide the sidebar is: 0 where there is nothing to choose. It is measured anew
// where the screen becomes another one anyhow, by another room, another size, or teams that are
// called otherwise. What comes or goes meanwhile moves nothing that one reads.
func (m *Model) sideWidth(rows []sidebar.Row) int {
	some, teams := len(rows) > 0, ""
	if w := m.window; w != nil && !m.folded {
		w.look(m.number)
		m.sidebar.SetTeams(w.heads)
		some, teams = some || len(w.names) > 0, strings.Join(w.names, "\n")
	}
	if !some {
		m.sideFor = sideMeasured{}
		return 0
	}
	if now := (sideMeasured{m.room, teams, m.width, m.sideFor.most}); now != m.sideFor || now.most == 0 {
		now.most = m.sidebar.Wants(rows)
		m.sideFor = now
	}
	return sidebar.Width(m.width, m.sideFor.most)
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
		if mentions && m.unread.Calling(&r) > 0 || !mentions && m.unread.Fresh(&r) {
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
