package theme

import (
	"fmt"
	"slices"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// TestSeatsDoNotDependOnWhoSpeaks, nor on how often somebody does.
func TestSeatsDoNotDependOnWhoSpeaks(t *testing.T) {
	th := New(Terminal{Profile: colorprofile.TrueColor})
	var a, b Seats
	th.Seat(&a, []string{"u1", "u2", "u3", "u4"})
	th.Seat(&b, []string{"u4", "u3", "u2", "u4", "u1"})
	for _, id := range []string{"u3", "u1", "u4", "u2"} {
		if x, y := th.NameAmong(&a, id).Render("x"), th.NameAmong(&b, id).Render("x"); x != y {
			t.Errorf("%s is %q and %q", id, x, y)
		}
	}
}

// TestAnotherThemeHasOtherNeighbours: who was told apart in one is in the next.
func TestAnotherThemeHasOtherNeighbours(t *testing.T) {
	before, after := New(Unknown), New(Terminal{Background: Dark, Profile: colorprofile.TrueColor})
	for i := range 100 {
		var s Seats
		ids := []string{fmt.Sprint("u", 3*i), fmt.Sprint("u", 3*i+1), fmt.Sprint("u", 3*i+2)}
		before.Seat(&s, ids)
		var looks []lipgloss.Style
		for _, id := range ids {
			looks = append(looks, after.NameAmong(&s, id))
		}
		far := distances(looks)
		if least := min(far[0][1], far[0][2], far[1][2]); least < likeness {
			t.Errorf("two of %v are %.3f apart", ids, least)
		}
	}
}

// TestTheColoursOfManyAreTheirOwn: whose colour is not remembered has one all the same, at each draw.
func TestTheColoursOfManyAreTheirOwn(t *testing.T) {
	th := New(Terminal{Profile: colorprofile.TrueColor})
	s := new(People).Seats()
	for i := range maxPeople {
		th.NameAmong(s, fmt.Sprint("u", i))
	}
	room := s.people.Seats()
	first := th.NameAmong(room, "late").Render("x")
	for range 3 {
		if got := th.NameAmong(room, "late").Render("x"); got != first {
			t.Fatalf("%q, and then %q", first, got)
		}
	}
}

// TestRoomsStayApartInAnotherTheme: in a team that has given out all its colours, those who are new in a
// room are told apart, before the theme changes and after, when all rooms are seated again.
func TestRoomsStayApartInAnotherTheme(t *testing.T) {
	of := func(b Background) *Theme { return New(Terminal{Background: b, Profile: colorprofile.TrueColor}) }
	apart := func(th *Theme, s *Seats, ids []string) (least float64) {
		var looks []lipgloss.Style
		for _, id := range ids {
			looks = append(looks, th.NameAmong(s, id))
		}
		far := distances(looks)
		return min(far[0][1], far[0][2], far[1][2])
	}
	for i := range 300 {
		var general, ops []string
		for n := range 6 {
			general = append(general, fmt.Sprint("u", i*9+n))
		}
		for n := 6; n < 9; n++ {
			ops = append(ops, fmt.Sprint("u", i*9+n))
		}
		var team People
		inGeneral, inOps := team.Seats(), team.Seats()
		for _, b := range []Background{Light, Dark, Light} {
			th := of(b)
			th.Seat(inGeneral, slices.Clone(general))
			th.Seat(inOps, slices.Clone(ops))
			if least := apart(th, inOps, ops); least < likeness {
				t.Fatalf("background %d: two of %v are %.3f apart", b, ops, least)
			}
			if len(team.of) != 9 {
				t.Fatalf("%d people have a colour", len(team.of))
			}
		}
	}
}

// TestTheSameColoursStayWhoseTheyAre: a theme that is another for another reason changes nobody's.
func TestTheSameColoursStayWhoseTheyAre(t *testing.T) {
	before, after := New(Terminal{Profile: colorprofile.TrueColor}), New(Terminal{Profile: colorprofile.TrueColor, Measure: ansi.GraphemeWidth})
	var team People
	s, looks := team.Seats(), make(map[string]string)
	for i := 20; i >= 0; i-- { // not in the order in which they would be seated
		id := fmt.Sprint("u", i)
		looks[id] = before.NameAmong(s, id).Render("x")
	}
	for i := range 21 {
		id := fmt.Sprint("u", i)
		if got := after.NameAmong(s, id).Render("x"); got != looks[id] {
			t.Errorf("%s is %q, and then %q", id, looks[id], got)
		}
	}
}

// TestWhoIsNewGivesWayToAll who are in a room, also to those whose IDs come later.
func TestWhoIsNewGivesWayToAll(t *testing.T) {
	th := New(Terminal{Background: Dark, Profile: colorprofile.TrueColor})
	for i := range 100 {
		var team People
		known := []string{fmt.Sprint("z", i, "a"), fmt.Sprint("z", i, "b")}
		th.Seat(team.Seats(), slices.Clone(known))
		for n := range 30 {
			th.NameAmong(team.Seats(), fmt.Sprint("x", n)) // the team has given out all its colours
		}
		s, late := team.Seats(), fmt.Sprint("a", i)
		th.Seat(s, append([]string{late}, known...))
		for _, id := range known {
			if far := distances([]lipgloss.Style{th.NameAmong(s, late), th.NameAmong(s, id)})[0][1]; far < likeness {
				t.Errorf("%s and %s are %.3f apart", late, id, far)
			}
		}
	}
}
