package server

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
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
// somebody else's name, or looks like it, who was in the team before; then with a number
// behind it. Whoever has one keeps it.
func (t *team) nameFor(id, name string) string {
	if p := t.people[id]; p != nil && (p.Name == name || strings.HasPrefix(p.Name, roomy(name)+" (")) {
		return p.Name
	}
	free := func(name string) bool {
		if chat.Skeleton(name) == chat.Skeleton(chat.System.Name) {
			return false
		}
		others := t.looks[chat.Skeleton(name)]
		return len(others) == 0 || len(others) == 1 && others[0] == id
	}
	if free(name) {
		return name
	}
	for n := 2; ; n++ {
		if with := fmt.Sprintf("%s (%d)", roomy(name), n); free(with) {
			return with
		}
	}
}

// roomy is a name with room for a number behind it.
func roomy(name string) string {
	const number = 8
	if utf8.RuneCountInString(name) <= chat.MaxName-number {
		return name
	}
	return strings.TrimSpace(string([]rune(name)[:chat.MaxName-number]))
}

// namesakes has those who come in under names that look alike come one after the other.
// There are so many stripes because each is held until a newcomer is durable: whoever
// meets another name's newcomer there misses the transaction that both could be in.
type namesakes struct {
	seed   maphash.Seed
	stripe [1024]sync.Mutex
}

func (n *namesakes) of(name string) *sync.Mutex {
	return &n.stripe[maphash.String(n.seed, chat.Skeleton(name))%uint64(len(n.stripe))]
}
