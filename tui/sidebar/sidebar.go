// Package sidebar draws the rooms beside the timeline: which there are, which is
// shown, and where something is unread. It decides nothing: the order and what
// stands in each row is given to it.
package sidebar

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Row is one room.
type Row struct {
	Mark     string // what stands before its name: "#", or how a person can be reached
	Name     string // foreign
	Shown    bool   // it is the one in the timeline
	Unread   int
	Mentions int  // of the user
	Threads  bool // answers are new in threads that the user follows, or those in any were on no screen; Unread may count none of them
	Muted    bool
	Archived bool // it can only be read
	Draft    bool // something is being written there that is not on the screen
	Present  bool // Mark is of somebody who is there
	Gap      bool // an empty row comes before it
}

const (
	// leastWidth and mostWidth bound its width: names of rooms have 40 characters at
	// most, and most have fewer than 16.
	leastWidth = 16
	mostWidth  = 32

	// share is the part of a screen it takes at most.
	share = 4

	// beside is what stands beside a name: the pointer, the mark and a space, and behind it
	// a space, a count of three cells, a space and the rule. The count has its place also
	// where there is none, so that no name is cut by what is said in its room.
	beside = 3 + 1 + 3 + 2
)

// Width is how wide it is on a screen of a width, where it wants so much; 0 where it would
// leave too little.
func Width(screen, wants int) int {
	if screen < hideBelow {
		return 0
	}
	return min(max(wants, leastWidth), max(screen/share, leastWidth), mostWidth)
}

// hideBelow is the width of a screen that is better given to the timeline whole.
const hideBelow = 72

// maxName bounds what is looked at of a name, in bytes.
const maxName = 200

func name(r Row) string { return chat.SanitizeLine(theme.Clip(r.Name, maxName)) }

// Sidebar is the pane. Make it with New.
type Sidebar struct {
	theme         *theme.Theme
	title         string
	rows          []Row
	teams         []Team // in place of the title, where there are several
	moved         int    // how far it is scrolled from where the room that is shown is seen
	width, height int
	drawn         string // what View made, "" where something became another
}

// Wants is how wide it would be with all names of some rooms whole, and those of the teams. The
// title gives way: until the team has told its name, that is the server's address.
func (s *Sidebar) Wants(rows []Row) int {
	m, most := s.theme.Measure, 0
	for i := range rows {
		most = max(most, m.StringWidth(name(rows[i]))+m.StringWidth(rows[i].Mark)-1+beside)
	}
	for _, t := range s.teams {
		most = max(most, m.StringWidth(chat.SanitizeLine(theme.Clip(t.Name, maxName)))+beside)
	}
	return most
}

// New makes an empty pane.
func New(t *theme.Theme) *Sidebar { return &Sidebar{theme: t} }

// SetTheme changes how it looks.
func (s *Sidebar) SetTheme(t *theme.Theme) { s.theme, s.drawn = t, "" }

// SetSize sets the cells View fills.
func (s *Sidebar) SetSize(width, height int) {
	if width != s.width || height != s.height {
		s.width, s.height, s.drawn = width, height, ""
	}
}

// SetTitle sets its first row, the team's name; foreign.
func (s *Sidebar) SetTitle(title string) {
	s.title, s.drawn = chat.SanitizeLine(theme.Clip(title, maxName)), ""
}

// SetRows sets the rooms, and keeps them: they are changed by nobody. Where another one is shown, that is seen again.
func (s *Sidebar) SetRows(rows []Row) {
	if slices.Equal(rows, s.rows) {
		return
	}
	if shown(rows) != shown(s.rows) {
		s.moved = 0
	}
	s.rows, s.drawn = rows, ""
}

func shown(rows []Row) int {
	return slices.IndexFunc(rows, func(r Row) bool { return r.Shown })
}

// Scroll moves by n rows, as far as there are any.
func (s *Sidebar) Scroll(n int) {
	lines, from := s.seen()
	to := max(0, min(from+n, len(lines)-s.body()))
	s.moved += to - from
	s.drawn = ""
}

func (s *Sidebar) body() int { return max(s.height-s.head(), 0) }

// seen are the rooms in the order of their rows, -1 for an empty one, and which of these
// rows is the first that is seen.
func (s *Sidebar) seen() (lines []int, from int) {
	at := 0
	for i, r := range s.rows {
		if r.Gap && len(lines) > 0 {
			lines = append(lines, -1)
		}
		if r.Shown {
			at = len(lines)
		}
		lines = append(lines, i)
	}
	most := max(0, len(lines)-s.body())
	return lines, max(0, min(max(0, min(at-s.body()/2, most))+s.moved, most))
}

// At is which room is in a row of the pane, and whether one is.
func (s *Sidebar) At(y int) (i int, ok bool) {
	if _, beyond := s.Beyond(y); beyond {
		return 0, false
	}
	lines, from := s.seen()
	y -= s.head()
	if y < 0 || y >= s.body() || from+y >= len(lines) || lines[from+y] < 0 {
		return 0, false
	}
	return lines[from+y], true
}

// View draws it: exactly its height in rows, each as wide as it is. Of more rooms
// than there are rows the one that is shown is among them, until it is scrolled.
func (s *Sidebar) View() string {
	if s.width <= 0 || s.height <= 0 {
		return ""
	}
	if s.drawn == "" { // it stands still while one types
		s.drawn = s.draw()
	}
	return s.drawn
}

func (s *Sidebar) draw() string {
	lines, from := s.seen()
	up, down := s.edges(lines, from)
	var b strings.Builder
	for y := range s.height {
		if y > 0 {
			b.WriteByte('\n')
		}
		line := ""
		switch {
		case len(s.teams) > 1 && y < s.head():
			line = s.teamRow(y)
		case y == 0 && s.head() > 0:
			line = " " + s.theme.Strong.Render(s.theme.Truncate(s.title, s.width-3, "…"))
		case y == s.head() && up.some():
			line = s.edgeRow(up, "↑")
		case y == s.height-1 && down.some():
			line = s.edgeRow(down, "↓")
		case y >= s.head() && from+y-s.head() < len(lines) && lines[from+y-s.head()] >= 0:
			line = s.row(s.rows[lines[from+y-s.head()]])
		}
		b.WriteString(line)
		b.WriteString(strings.Repeat(" ", max(0, s.width-1-s.theme.Measure.StringWidth(line))))
		b.WriteString(s.theme.Rule.Render("│"))
	}
	return b.String()
}

// head is how many rows the title takes, or the teams, with one below it.
func (s *Sidebar) head() int {
	if _, n, more := s.listed(); n > 0 {
		return n + min(more, 1) + 1
	}
	if s.height < 6 || s.title == "" {
		return 0
	}
	return 2
}

// row draws one room. What makes it stand out is a weight or a mark as well as a
// colour.
func (s *Sidebar) row(r Row) string {
	count := ""
	switch {
	case r.Mentions > 0:
		count = "@" + number(r.Mentions)
	case r.Unread > 0 && !r.Muted:
		count = number(r.Unread)
	}
	if r.Threads {
		count = "↳" + count
	}
	if r.Draft { // in one place whether it is shown or not, and that of the pointer is taken
		count = "✎" + count
	}
	pointer := " "
	if r.Shown {
		pointer = s.theme.Accent.Render("▸")
	}
	// The pointer, the mark, a space, the name, some space, the count, a space, the rule.
	room := s.width - 1 - s.theme.Measure.StringWidth(r.Mark) - 1 - s.theme.Measure.StringWidth(count) - 2
	label := s.theme.Shorten(name(r), max(room-1, 1))
	pad := max(1, room-s.theme.Measure.StringWidth(label))
	ink := s.theme.Plain
	switch {
	case r.Muted, r.Archived:
		ink = s.theme.Dim
	case r.Shown || r.Unread > 0 || r.Mentions > 0:
		ink = s.theme.Strong
	}
	mark := s.theme.Dim.Render(r.Mark)
	if r.Present {
		mark = s.theme.Good.Render(r.Mark)
	}
	line := pointer + mark + " " + ink.Render(label) + strings.Repeat(" ", pad)
	if r.Mentions > 0 {
		return line + s.theme.Warn.Bold(true).Render(count)
	}
	return line + s.theme.Dim.Render(count)
}

// number is a count in three cells at most.
func number(n int) string {
	if n > 999 {
		return "1k+"
	}
	return strconv.Itoa(n)
}
