package theme

import (
	"math"

	"charm.land/lipgloss/v2"
)

// Seats are the colours that people of one room have there: each another one, while there
// are any left. The zero value has given out none.
type Seats struct {
	of     map[string]int
	taken  []bool
	colour int // how many there are
}

// NameAmong is Name for somebody among the people of a room. Who comes first has the colour
// they have everywhere; who would have one that is like another's gets the free one that is
// least like all that are given out.
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
	if s.taken[first] || t.apart(s, first) < likeness {
		best := -1.0
		for n := range t.names {
			if far := t.apart(s, n); !s.taken[n] && far > best {
				i, best = n, far
			}
		}
	}
	s.of[id], s.taken[i] = i, true
	return t.names[i]
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
