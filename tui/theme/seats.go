package theme

import (
	"math"

	"charm.land/lipgloss/v2"
)

// A person has one colour, wherever their name says who said something: in a room, a thread, a
// list, a text that calls them. Where a name stands for somebody who can be written to, beside a
// mark of how they can be reached, it has none: there the mark's colour is what counts.

// People are the colours that the people of a team have. The zero value has given out none.
type People struct {
	of    map[string]int
	used  []int // how many have each
	round int   // counts how often they became others
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

// NameAmong is Name for somebody among the people of a room. Who was seen anywhere has the
// colour they had there. Who comes first has that of Name; who would have one that is another's,
// or like one of this room, gets another.
func (t *Theme) NameAmong(s *Seats, id string) lipgloss.Style {
	if s.people == nil {
		s.people = new(People)
	}
	p := s.people
	if len(p.used) != len(t.names) {
		p.of, p.used, p.round = make(map[string]int), make([]int, len(t.names)), p.round+1
	}
	if s.round != p.round {
		s.taken, s.round = make([]bool, len(t.names)), p.round
	}
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

// free is the colour for somebody who is new in a room; where all are given out there, that of
// Name.
func (t *Theme) free(s *Seats, id string) int {
	first := hashOf(id, len(t.names))
	best, most := first, fit{far: -1}
	for n, taken := range s.taken {
		if taken {
			continue
		}
		far := t.apart(s, n)
		if now := (fit{far >= likeness, s.people.used[n], n == first, far}); now.better(most) {
			best, most = n, now
		}
	}
	return best
}

// fit is how well a colour fits somebody.
type fit struct {
	apart bool    // it is told apart from all that are given out in the room
	used  int     // how many of the team have it, who may come into the room as well
	first bool    // it is that of Name
	far   float64 // from the nearest that is given out
}

// better tells whether it fits better than another. Where none is told apart, only how far it is
// counts.
func (f fit) better(than fit) bool {
	switch {
	case f.apart != than.apart:
		return f.apart
	case f.apart && f.used != than.used:
		return f.used < than.used
	case f.apart && f.first != than.first:
		return f.first
	}
	return f.far > than.far
}

// likeness is how far apart colours are, as apart counts, that are told apart at a glance.
const likeness = 0.1

// apart is how far a colour is from the nearest that is given out.
func (t *Theme) apart(s *Seats, n int) float64 {
	least := math.Inf(1)
	x := seen(t.names[n])
	for i, taken := range s.taken {
		if taken {
			y := seen(t.names[i])
			least = min(least, math.Hypot(math.Hypot(x[0]-y[0], x[1]-y[1]), x[2]-y[2]))
		}
	}
	return least
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
