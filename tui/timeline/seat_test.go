package timeline

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
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
