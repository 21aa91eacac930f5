package sidebar

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Team is one of several teams, which stand above the rooms.
type Team struct {
	Name     string // foreign
	Shown    bool   // its rooms are below
	Unread   int
	Mentions int // of the user, and what is for them alone
	State    State
}

// State is how a team is connected: one of the constants below.
type State uint8

// The states of a team.
const (
	Apart     State = iota // not connected
	Connected              //
	Refused                // the server does not let the user in: something is to be done
)

// SetTeams sets the teams that stand in place of the title, in their order. With fewer
// than two the title stays.
func (s *Sidebar) SetTeams(teams []Team) {
	if !slices.Equal(teams, s.teams) {
		s.teams, s.drawn = slices.Clone(teams), ""
	}
}

// listed are the teams that are seen, and how many more there are: no more than a third
// of the pane is theirs, and the one that is shown is among them.
func (s *Sidebar) listed() (from, n, more int) {
	if len(s.teams) < 2 || s.height < 6 {
		return 0, 0, 0
	}
	most := max(2, s.height/3)
	if len(s.teams) <= most {
		return 0, len(s.teams), 0
	}
	n = most - 1 // the last row says how many there are besides
	at := slices.IndexFunc(s.teams, func(t Team) bool { return t.Shown })
	return max(0, min(at-n/2, len(s.teams)-n)), n, len(s.teams) - n
}

// TeamAt is which team is in a row of the pane, and whether one is.
func (s *Sidebar) TeamAt(y int) (i int, ok bool) {
	from, n, _ := s.listed()
	if y < 0 || y >= n {
		return 0, false
	}
	return from + y, true
}

// teamRow draws a row of the teams, "" for one that has none.
func (s *Sidebar) teamRow(y int) string {
	from, n, more := s.listed()
	switch {
	case y < n:
		return s.team(s.teams[from+y])
	case y == n && more > 0:
		mentions := 0
		for i, t := range s.teams {
			if i < from || i >= from+n {
				mentions += t.Mentions
			}
		}
		text := fmt.Sprintf("   %d more", more)
		if mentions > 0 {
			text += ", @" + number(mentions)
		}
		return s.theme.Dim.Render(s.theme.Truncate(text, s.width-2, "…"))
	}
	return ""
}

// team draws a team. How it is connected is told by the shape of its mark.
func (s *Sidebar) team(t Team) string {
	count, ink, mark := "", s.theme.Plain, s.theme.Dim.Render("○")
	switch t.State {
	case Connected:
		mark = s.theme.Good.Render("●")
	case Refused:
		mark = s.theme.Bad.Render("!")
	case Apart:
	}
	pointer := " "
	switch {
	case t.Shown:
		pointer, ink = s.theme.Accent.Render("▸"), s.theme.Strong
	case t.Mentions > 0:
		count, ink = "@"+number(t.Mentions), s.theme.Strong
	case t.Unread > 0:
		count, ink = number(t.Unread), s.theme.Strong
	}
	room := s.width - 1 - 2 - len(count) - 2
	label := s.theme.Shorten(chat.SanitizeLine(theme.Clip(t.Name, maxName)), max(room-1, 1))
	line := pointer + mark + " " + ink.Render(label) + strings.Repeat(" ", max(1, room-s.theme.Measure.StringWidth(label)))
	if t.Mentions > 0 {
		return line + s.theme.Warn.Bold(true).Render(count)
	}
	return line + s.theme.Dim.Render(count)
}
