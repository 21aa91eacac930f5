package sidebar

// leastEdges is how many rows of rooms there must be for its first and its last to say
// what is beyond them: the room that is shown is in the middle, and stays seen.
const leastEdges = 4

// edge is what is unread beyond the rows that are seen, up or down.
type edge struct {
	unread, mentions int
	to               int // the nearest of these rooms, one that names the user before others
}

// some tells whether there is anything.
func (e edge) some() bool { return e.unread > 0 || e.mentions > 0 }

// and is the edge with one room more; the nearest is counted first.
func (e edge) and(i int, r Row) edge {
	if r.Mentions > 0 && e.mentions == 0 || !r.Muted && r.Unread > 0 && !e.some() {
		e.to = i
	}
	e.mentions += r.Mentions
	if !r.Muted {
		e.unread += r.Unread
	}
	return e
}

// edges are what is unread above and below the rows that are seen. A row that says so
// covers a room, which then counts as beyond it.
func (s *Sidebar) edges(lines []int, from int) (up, down edge) {
	to := min(from+s.body(), len(lines))
	if s.body() < leastEdges {
		return up, down
	}
	all := func(line, step int) (e edge) {
		for ; line >= 0 && line < len(lines); line += step {
			if i := lines[line]; i >= 0 {
				e = e.and(i, s.rows[i])
			}
		}
		return e
	}
	beyond := func(last, step int) edge {
		if e := all(last+step, step); !e.some() {
			return e
		}
		return all(last, step)
	}
	return beyond(from, -1), beyond(to-1, 1)
}

// edgeAt is the edge in a row of the pane, and the sign of where it points, "" if there
// is none.
func (s *Sidebar) edgeAt(y int) (e edge, sign string) {
	lines, from := s.seen()
	up, down := s.edges(lines, from)
	switch {
	case y == s.head() && up.some():
		return up, "↑"
	case y == s.height-1 && down.some():
		return down, "↓"
	}
	return edge{}, ""
}

// Beyond is the room that a row leads to which says what is unread further up or down,
// and whether it is such a row.
func (s *Sidebar) Beyond(y int) (i int, ok bool) {
	e, sign := s.edgeAt(y)
	return e.to, sign != ""
}

// edgeRow draws such a row: how much names the user, and how much is unread in all.
func (s *Sidebar) edgeRow(e edge, sign string) string {
	line := " " + s.theme.Dim.Render(sign)
	if e.mentions > 0 {
		line += " " + s.theme.Warn.Bold(true).Render("@"+number(e.mentions))
		if e.unread > 0 {
			line += s.theme.Dim.Render(" ·")
		}
	}
	if e.unread > 0 {
		count := " " + number(e.unread)
		if word := " unread"; s.theme.Measure.StringWidth(line+count+word) <= s.width-2 {
			count += word
		}
		line += s.theme.Dim.Render(count)
	}
	return s.theme.Truncate(line, s.width-2, "…")
}
