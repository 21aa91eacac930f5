package server

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// call makes a name lead to somebody.
func (t *team) call(name, id string) {
	t.called.add(name, id)
	look := chat.Skeleton(name)
	t.looks[look] = append(t.looks[look], id)
}

func (t *team) uncall(name, id string) {
	t.called.drop(name, id)
	look := chat.Skeleton(name)
	if t.looks[look] = slices.DeleteFunc(t.looks[look], func(other string) bool { return other == id }); len(t.looks[look]) == 0 {
		delete(t.looks, look)
	}
}

// nameFor is what somebody is called whose token calls them name: that, unless it is
// somebody else's name, or looks like it, who was in the team before, or of those who come
// with it (taken, by its skeleton); then with a number behind it. Whoever has one keeps it.
func (t *team) nameFor(id, name string, taken map[string][]string) string {
	if p := t.people[id]; p != nil && keeps(p.Name, name) {
		return p.Name
	}
	free := func(name string) bool {
		look := chat.Skeleton(name)
		return look != systemLook && !others(id, t.looks[look], taken[look])
	}
	if free(name) {
		return name
	}
	with := func(n int) string { return fmt.Sprintf("%s (%d)", roomy(name), n) }
	return with(firstFree(func(n int) bool { return free(with(n)) }))
}

// firstFree is a number from 2 on that is free, and the one before it is not: the first of
// all where none below it was given back. Of thousands it looks at a few.
func firstFree(free func(n int) bool) int {
	taken, n := 1, 2
	for !free(n) {
		taken, n = n, 2*n
	}
	for n-taken > 1 {
		if half := (taken + n) / 2; free(half) {
			n = half
		} else {
			taken = half
		}
	}
	return n
}

// keeps tells whether somebody goes on to have a name, whose token calls them name.
func keeps(has, name string) bool { return has == name || strings.HasPrefix(has, roomy(name)+" (") }

// systemLook is what names look like that nobody has but the server.
var systemLook = chat.Skeleton(chat.System.Name)

// roomy is a name with room for a number behind it.
func roomy(name string) string {
	const number = 8
	if utf8.RuneCountInString(name) <= chat.MaxName-number {
		return name
	}
	return strings.TrimSpace(string([]rune(name)[:chat.MaxName-number]))
}
