package server

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// searchTime is how long a search may take. None that is measured comes near it; a
// server that is that slow has better things to do.
const searchTime = 10 * time.Second

// Finder finds messages in the read model, newest first.
type Finder interface {
	Search(ctx context.Context, q chat.SearchQuery) (chat.Found, error)
}

// directory is what one asker may know of the team.
type directory interface {
	visible() []string                             // IDs of the rooms they may read
	room(called string) (id string, err error)     // of those
	somebody(called string) (id string, err error) // also "me"
}

// Search answers a page of the messages somebody may read, newest first.
func (s *Service) Search(ctx context.Context, who chat.User, r chat.SearchRequest) (chat.Found, error) {
	by := s.Standing(who)
	a := asker{s, who, by}
	// A token for some rooms alone is not for the team, and may search in those.
	if err := permit(Read, by, nil); err != nil && (by.Banned || len(a.visible()) == 0) {
		return chat.Found{}, err
	}
	end, err := s.searching.begin(by.ID)
	if err != nil {
		return chat.Found{}, err
	}
	defer end()
	began := time.Now()
	found, err := search(ctx, r, a, s.cfg.Finder)
	_ = s.rates.owe(ctx, by.ID, int(time.Since(began)/searchUnit)) // who does not wait owes it
	if err != nil {
		return chat.Found{}, s.fault("search", err)
	}
	return found, nil
}

const (
	// maxSearching is how many searches of one person may be under way.
	maxSearching = 4
	// searchUnit is how much of the server's time a search takes for what a request
	// takes of its asker's pace.
	searchUnit = 20 * time.Millisecond
)

// searching counts the searches that are under way, by person.
type searching struct {
	mu  sync.Mutex
	now map[string]int
}

// begin counts one, until end is called.
func (c *searching) begin(person string) (end func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now[person] >= maxSearching {
		return nil, &chat.Error{Code: chat.CodeTooMany, Message: "you have several searches under way; wait for one of them"}
	}
	if c.now == nil {
		c.now = make(map[string]int)
	}
	c.now[person]++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.now[person]--; c.now[person] == 0 {
			delete(c.now, person)
		}
	}, nil
}

// asker is the directory of somebody.
type asker struct {
	s   *Service
	who chat.User
	by  chat.Standing
}

func (a asker) visible() []string { return a.s.Visible(a.who, true) }

func (a asker) room(called string) (string, error) {
	in, err := a.s.at(Read, a.by, called)
	return in.ID, err
}

func (a asker) somebody(called string) (string, error) {
	if called == "me" {
		return a.by.ID, nil
	}
	p, err := a.s.person(called)
	return p.ID, err
}

// search understands a request and has it answered. Nothing is looked for in a room
// that the asker may not read, whatever they name.
func search(ctx context.Context, r chat.SearchRequest, team directory, find Finder) (chat.Found, error) {
	if r.Limit < 0 {
		return chat.Found{}, badRequest("limit must not be negative")
	}
	q, err := parseQuery(r.Query)
	if err != nil {
		return chat.Found{}, err
	}
	if r.Room != "" {
		q.rooms = append(q.rooms, r.Room)
	}
	if r.From != "" {
		q.from = append(q.from, r.From)
	}
	if !q.narrow() {
		return chat.Found{}, badRequest(`say what to look for: words, "a phrase", from:, in:, has:file, has:link or is:pinned`)
	}
	ask := chat.SearchQuery{
		Words: q.words, Begins: q.begins, File: q.file, Link: q.link, Pinned: q.pinned, Before: r.Before, Limit: r.Limit,
	}
	q.begin(r.Since)
	if r.Until != 0 {
		q.end(r.Until)
	}
	ask.Since, ask.Until = q.since, q.until
	if ask.Rooms, err = resolve(q.rooms, team.room); err != nil {
		return chat.Found{}, err
	}
	if ask.From, err = resolve(q.from, team.somebody); err != nil {
		return chat.Found{}, err
	}
	if len(q.rooms) == 0 {
		ask.Rooms = team.visible()
	}
	return answer(ctx, find, ask)
}

// resolve finds the IDs of what the asker calls so, each once.
func resolve(called []string, find func(string) (string, error)) ([]string, error) {
	var ids []string
	for _, c := range called {
		id, err := find(c)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// answer has a search answered within searchTime.
func answer(ctx context.Context, find Finder, q chat.SearchQuery) (chat.Found, error) {
	inTime, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	found, err := find.Search(inTime, q)
	if err != nil && errors.Is(inTime.Err(), context.DeadlineExceeded) {
		return chat.Found{}, &chat.Error{
			Code:    chat.CodeUnavailable,
			Message: "the search took too long; look in one room, from one person, or for another word",
		}
	}
	return found, err
}
