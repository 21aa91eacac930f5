package files

import (
	"sync"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// places bounds what one person, and all together, do at once.
type places struct {
	each, all int

	mu     sync.Mutex
	people map[string]int
	taken  int
}

func newPlaces(each, all int) *places {
	return &places{each: each, all: all, people: make(map[string]int)}
}

// enter takes a place, or is told chat.CodeTooMany. leave gives it back.
func (p *places) enter(person string) (leave func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.people[person] >= p.each:
		return nil, &chat.Error{Code: chat.CodeTooMany, Message: "you send or fetch too many files at once; do it one after the other"}
	case p.taken >= p.all:
		return nil, &chat.Error{Code: chat.CodeTooMany, Message: "the server is busy with other files; try again in a moment"}
	}
	p.people[person]++
	p.taken++
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.taken--
		if p.people[person]--; p.people[person] == 0 {
			delete(p.people, person)
		}
	}, nil
}
