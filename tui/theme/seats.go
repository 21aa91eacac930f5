package theme

import "charm.land/lipgloss/v2"

// Seats are the colours that people of one room have there: each another one, while there
// are any left. The zero value has given out none.
type Seats struct {
	of     map[string]int
	taken  []bool
	colour int // how many there are
}

// NameAmong is Name for somebody among the people of a room. Who comes first has the colour
// they have everywhere; who would have the same gets the next that is free.
func (t *Theme) NameAmong(s *Seats, id string) lipgloss.Style {
	if s.colour != len(t.names) {
		*s = Seats{of: make(map[string]int), taken: make([]bool, len(t.names)), colour: len(t.names)}
	}
	if i, has := s.of[id]; has {
		return t.names[i]
	}
	first := hashOf(id, len(t.names))
	if len(s.of) == len(t.names) {
		return t.names[first] // all are given out
	}
	i := first
	for s.taken[i] {
		i = (i + 1) % len(t.names)
	}
	s.of[id], s.taken[i] = i, true
	return t.names[i]
}
