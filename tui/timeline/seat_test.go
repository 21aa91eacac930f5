package timeline

import (
	"fmt"
	"slices"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// TestColoursDoNotDependOnWhoSpokeLast: a start draws from the newest message up.
func TestColoursDoNotDependOnWhoSpokeLast(t *testing.T) {
	people := []chat.User{ada, {ID: "u2", Name: "bob"}, {ID: "u3", Name: "carol"}, {ID: "u5", Name: "dan"}}
	looks := func(order []chat.User) (list []string) {
		tl := fresh(80, 20)
		var said []chat.Message
		for i, u := range order {
			said = append(said, message(uint64(i+1), u, fmt.Sprint("m", i), "hi"))
		}
		tl.Reloaded(said, false)
		tl.View()
		for _, u := range people {
			list = append(list, tl.theme.NameAmong(tl.seats, u.ID).Render("x"))
		}
		return list
	}
	backwards := slices.Clone(people)
	slices.Reverse(backwards)
	if a, b := looks(people), looks(backwards); !slices.Equal(a, b) {
		t.Errorf("%q, and %q", a, b)
	}
}

// TestAnotherThemeSeatsRooms: whoever is drawn first in another theme, those who are in a room have other
// colours there, also where the team has given out all of them.
func TestAnotherThemeSeatsRooms(t *testing.T) {
	for i := range 50 {
		var team theme.People
		rooms := []*Timeline{fresh(80, 20), fresh(80, 20)}
		people := make([][]string, len(rooms))
		for r, tl := range rooms {
			tl.Among(team.Seats())
			var said []chat.Message
			for n := range 6 - 3*r {
				u := chat.User{ID: fmt.Sprint("u", i, r, n), Name: fmt.Sprint("somebody", n)}
				people[r] = append(people[r], u.ID)
				said = append(said, message(uint64(n+1), u, fmt.Sprint("m", n), "hi"))
			}
			tl.Reloaded(said, false)
			tl.View()
		}
		th := theme.New(theme.Terminal{Background: theme.Dark, Profile: colorprofile.TrueColor})
		for _, tl := range rooms {
			tl.SetTheme(th)
		}
		var asAtAStart theme.People
		there := asAtAStart.Seats()
		th.Seat(asAtAStart.Seats(), people[0])
		th.Seat(there, slices.Clone(people[1]))
		seen := make(map[string]string)
		for _, id := range slices.Backward(people[1]) {
			look := th.NameAmong(rooms[1].seats, id).Render("x")
			if other := seen[look]; other != "" {
				t.Fatalf("%s and %s have one colour", other, id)
			}
			seen[look] = id
			if want := th.NameAmong(there, id).Render("x"); look != want {
				t.Fatalf("%s is %q, and would be %q at a start", id, look, want)
			}
		}
	}
}
