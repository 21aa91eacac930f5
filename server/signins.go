package server

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// maxUnwritten is how many sign-ins wait to be written down: many times what a minute has,
// and some 20 MB where the disk takes nothing for hours.
const maxUnwritten = 1 << 16

// signIns are those that were in use, until that is written down. It is safe from any
// goroutine.
type signIns struct {
	mu sync.Mutex
	of map[string]map[string]chat.SessionSeen // by user's ID, and its own
	n  int
}

// note takes what became of sign-ins, as far as there is room.
func (s *signIns) note(list ...chat.SessionSeen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = make(map[string]map[string]chat.SessionSeen)
	}
	for _, one := range list {
		known, is := s.of[one.User][one.ID]
		if !is && s.n == maxUnwritten {
			continue // it is noted the next time that it is in use
		}
		if !is {
			s.n++
			known = one
		}
		if s.of[one.User] == nil {
			s.of[one.User] = make(map[string]chat.SessionSeen)
		}
		s.of[one.User][one.ID] = merge(known, one)
	}
}

// take is all that is to be written down, one person's together.
func (s *signIns) take() (list []chat.SessionSeen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, some := range s.of {
		for _, one := range some {
			list = append(list, one)
		}
	}
	s.of, s.n = nil, 0
	return list
}

// back takes what could not be written down; what came since is newer.
func (s *signIns) back(list []chat.SessionSeen) {
	since := s.take()
	s.note(list...)
	s.note(since...)
}

// unwritten are somebody's that are to be written down.
func (s *signIns) unwritten(user string) (list []chat.SessionSeen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.of[user] {
		list = append(list, one)
	}
	return list
}

// merge is a sign-in of which more is known, as the read model has it, too.
func merge(known, one chat.SessionSeen) chat.SessionSeen {
	if one.Said || known.Client == "" {
		known.Client = one.Client
	}
	if one.Said || known.Device == "" {
		known.Device = one.Device
	}
	if one.Seen >= known.Seen {
		known.Address = one.Address
	}
	known.Said, known.Began = known.Said || one.Said, max(known.Began, one.Began)
	known.Since, known.Seen = min(known.Since, one.Since), max(known.Seen, one.Seen)
	known.Until = max(known.Until, one.Until)
	known.Connected, known.Current = known.Connected || one.Connected, known.Current || one.Current
	return known
}

// Used tells that a sign-in was in use: by a session that has ended, or over HTTP. It does
// not wait.
func (s *Service) Used(one chat.SessionSeen) {
	one.Connected, one.Current = false, false
	s.signIns.note(one)
}

// Sessions answers where who asks is signed in. connected are their sessions, of which
// there may be several of one sign-in: what the last of these says counts. Those sign-ins
// come first, the oldest first; then all others that are remembered and whose tokens may be
// good, those that were there last first.
func (s *Service) Sessions(ctx context.Context, who chat.User, connected []chat.SessionSeen) ([]chat.Session, error) {
	standing := s.Standing(who)
	if err := permit(EndOwn, standing, nil); err != nil {
		return nil, err
	}
	now := chat.ToMillis(s.cfg.Now())
	list, err := s.model.Sessions(ctx, who.ID, now)
	if err != nil {
		return nil, err
	}
	known := make(map[string]chat.SessionSeen, len(list)+len(connected))
	for _, one := range slices.Concat(list, s.signIns.unwritten(who.ID), connected) {
		if before, is := known[one.ID]; is {
			one = merge(before, one)
		}
		known[one.ID] = one
	}
	found := make([]chat.Session, 0, len(known))
	for _, one := range known {
		switch {
		case one.Connected:
			one.Seen = 0
		case one.Until <= now || standing.Ended.Has(one.ID, one.Began):
			continue // written down by nobody yet
		}
		found = append(found, one.Session)
	}
	slices.SortFunc(found, func(a, b chat.Session) int {
		if a.Connected != b.Connected {
			return cmp.Compare(a.Seen, b.Seen) // which is 0 of who is connected
		}
		return cmp.Or(cmp.Compare(b.Seen, a.Seen), cmp.Compare(a.Since, b.Since), cmp.Compare(a.ID, b.ID))
	})
	return found, nil
}
