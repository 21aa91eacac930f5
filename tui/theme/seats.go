package theme

import (
	"math"
	"slices"

	"charm.land/lipgloss/v2"
)

// A person has one colour, wherever their name says who said something: in a room, a thread, a
// list, a text that calls them. Where a name stands for somebody who can be written to, beside a
// mark of how they can be reached, it has none: there the mark's colour is what counts.

// People are the colours that the people of a team have. The zero value has given out none.
type People struct {
	of    map[string]int
	used  []int            // how many have each
	names []lipgloss.Style // the colours there are
	round int              // counts how often they became others
}

// maxPeople bounds whose colours are remembered. Whoever comes later has that of Name.
const maxPeople = 4096

// Seats are the colours that are given out in one room or list, so that who comes new to it has
// another one, while there are any left. The zero value is of a team of its own.
type Seats struct {
	people *People
	taken  []bool
	round  int
}

// Seats are those of another room.
func (p *People) Seats() *Seats { return &Seats{people: p} }

// Seat gives some of those in a room their colours in the order of their IDs, in which they came
// into the team: it makes no difference who of them spoke last, or is drawn first. Who has one keeps it,
// and who has none gets another than theirs; so do those who come later.
func (t *Theme) Seat(s *Seats, ids []string) {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	p := t.enter(s)
	for _, id := range ids {
		if i, known := p.of[id]; known {
			s.taken[i] = true
		}
	}
	for _, id := range ids {
		t.NameAmong(s, id)
	}
}

// NameAmong is Name for somebody among the people of a room. Who was seen anywhere has the
// colour they had there. Who comes first has that of Name; who would have one that is like
// another's of the team while that has few, or like one of this room, gets another.
func (t *Theme) NameAmong(s *Seats, id string) lipgloss.Style {
	p := t.enter(s)
	i, known := p.of[id]
	switch {
	case known:
	case len(p.of) >= maxPeople:
		i = hashOf(id, len(t.names))
	default:
		i = t.free(s, id)
		p.of[id] = i
		p.used[i]++
	}
	s.taken[i] = true
	return t.names[i]
}

// enter is whose the seats are. Where the theme has other colours than those that were given out, what
// was apart may be no more, and nobody has one until they are seated again: each room knows who is in it.
func (t *Theme) enter(s *Seats) *People {
	if s.people == nil {
		s.people = new(People)
	}
	p := s.people
	switch {
	case len(p.names) > 0 && &p.names[0] == &t.names[0]:
	case slices.EqualFunc(p.names, t.names, alike):
		p.names = t.names
	default:
		*p = People{of: make(map[string]int), used: make([]int, len(t.names)), names: t.names, round: p.round + 1}
	}
	if s.round != p.round {
		s.taken, s.round = make([]bool, len(t.names)), p.round
	}
	return p
}

// alike tells whether two styles of names are one colour.
func alike(a, b lipgloss.Style) bool { return a.GetForeground() == b.GetForeground() }

const (
	// likeness is how far apart colours are, in Oklab, that are told apart at a glance.
	likeness = 0.1

	// nearly is how far another one has to be from all that are given out, as a part of how far one
	// can be: of those it is the one that follows first.
	nearly = 0.8
)

// free is the colour for somebody who is new in a room: that of Name, so that it is the same at each
// start and in each room, unless it is like one that is given out in the team. While the team has
// few people, another one is far from all of theirs; with more, those in the room alone count.
func (t *Theme) free(s *Seats, id string) int {
	n := len(t.names)
	first := hashOf(id, n)
	inTeam := func(i int) bool { return s.people.used[i] > 0 }
	inRoom := func(i int) bool { return s.taken[i] }
	if t.apart(first, inTeam) >= likeness {
		return first
	}
	if most := t.farthest(inTeam); most >= likeness {
		for k := range n {
			if i := (first + k) % n; t.apart(i, inTeam) >= max(nearly*most, likeness) {
				return i
			}
		}
	}
	if most := t.farthest(inRoom); most > 0 {
		for k := range n {
			if i := (first + k) % n; t.apart(i, inRoom) >= min(most, likeness) {
				return i
			}
		}
	}
	return first
}

// farthest is how far from all that are given out a colour can be.
func (t *Theme) farthest(given func(i int) bool) (far float64) {
	for i := range t.names {
		far = max(far, t.apart(i, given))
	}
	return far
}

// apart is how far colour i is from the nearest that is given out.
func (t *Theme) apart(i int, given func(i int) bool) float64 {
	least := math.Inf(1)
	for j, far := range t.far[i] {
		if given(j) {
			least = min(least, far)
		}
	}
	return least
}

// distances are how far each of some colours is from each, as people see them.
func distances(names []lipgloss.Style) (far [][]float64) {
	for i := range names {
		x := seen(names[i])
		row := make([]float64, len(names))
		for j := range names {
			y := seen(names[j])
			row[j] = math.Hypot(math.Hypot(x[0]-y[0], x[1]-y[1]), x[2]-y[2])
		}
		far = append(far, row)
	}
	return far
}

// seen is a colour in the space Oklab, in which distances are as people see them.
func seen(s lipgloss.Style) [3]float64 {
	red, green, blue, _ := s.GetForeground().RGBA()
	linear := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	r, g, b := linear(red), linear(green), linear(blue)
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	k := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	return [3]float64{
		0.2104542553*l + 0.7936177850*m - 0.0040720468*k,
		1.9779984951*l - 2.4285922050*m + 0.4505937099*k,
		0.0259040371*l + 0.7827717662*m - 0.8086757660*k,
	}
}
