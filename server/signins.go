package server

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// maxUnwritten is how many sign-ins wait to be written down, of one person at most
// chat.MaxSignIns: many times what a minute has, and some 20 MB where the disk takes nothing
// for hours, twice that while it is tried.
const maxUnwritten = 1 << 16

// signIns are those that were in use, until that is written down. It is safe from any
// goroutine.
type signIns struct {
	mu      sync.Mutex
	of      signInsOf
	n       int       // of them
	writing signInsOf // taken to be written down, until they are
}

// signInsOf are sign-ins by their user's ID, and their own.
type signInsOf map[string]map[string]chat.SessionSeen

// note takes what became of sign-ins, as far as there is room.
func (s *signIns) note(list ...chat.SessionSeen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range list {
		if known, is := s.of[one.User][one.ID]; is {
			s.of[one.User][one.ID] = merge(known, one)
			continue
		}
		s.put(one)
	}
}

// put takes a sign-in that does not wait yet, with s.mu held. It goes before the one of its
// user that was there longest ago where these are too many; where all are, it is noted the
// next time that it is in use.
func (s *signIns) put(one chat.SessionSeen) {
	own := s.of[one.User]
	if len(own) >= chat.MaxSignIns {
		last := one
		for _, other := range own {
			if other.Seen < last.Seen {
				last = other
			}
		}
		if last.ID == one.ID {
			return
		}
		delete(own, last.ID)
		s.n--
	}
	if s.n >= maxUnwritten {
		return
	}
	if s.of == nil {
		s.of = make(signInsOf)
	}
	if own == nil {
		own = make(map[string]chat.SessionSeen)
		s.of[one.User] = own
	}
	own[one.ID] = one
	s.n++
}

// take is all that is to be written down, one person's together. One goroutine does that,
// and tells by wrote what came of it.
func (s *signIns) take() (list []chat.SessionSeen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writing, s.of, s.n = s.of, nil, 0
	for _, some := range s.writing {
		list = slices.AppendSeq(list, maps.Values(some))
	}
	return list
}

// wrote tells that what was taken is written down, or why not: then it waits again, behind
// what came since.
func (s *signIns) wrote(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	older := s.writing
	s.writing = nil
	if err == nil {
		return
	}
	for user, some := range older {
		for id, one := range some {
			if newer, is := s.of[user][id]; is {
				s.of[user][id] = merge(one, newer)
				continue
			}
			s.put(one)
		}
	}
}

// unwritten are somebody's that are not known to be written down, and of one that came since
// the newer one behind it.
func (s *signIns) unwritten(user string) (list []chat.SessionSeen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list = slices.AppendSeq(list, maps.Values(s.writing[user]))
	return slices.AppendSeq(list, maps.Values(s.of[user]))
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
// come first, the oldest first; then, at most chat.MaxSignIns, others that are remembered and
// whose tokens may be good, those that were there last first.
func (s *Service) Sessions(ctx context.Context, who chat.User, connected []chat.SessionSeen) ([]chat.Session, error) {
	standing := s.Standing(who)
	if err := permit(EndOwn, standing, nil); err != nil {
		return nil, err
	}
	now := chat.ToMillis(s.cfg.Now())
	unwritten := s.signIns.unwritten(who.ID) // first: what is written down meanwhile is in both, and not in neither
	list, err := s.model.Sessions(ctx, who.ID, now)
	if err != nil {
		return nil, err
	}
	known := make(map[string]chat.SessionSeen, len(list)+len(unwritten)+len(connected))
	for _, one := range list {
		known[one.ID] = one
	}
	for _, one := range unwritten {
		if before, is := known[one.ID]; is && before.Seen > one.Seen {
			one = merge(one, before) // more was written down meanwhile
		} else if is {
			one = merge(before, one)
		}
		known[one.ID] = one
	}
	for _, one := range connected {
		if before, is := known[one.ID]; is {
			one = merge(before, one)
		}
		known[one.ID] = one
	}
	return answerOf(known, now, &standing.Ended), nil
}

// answerOf are those of somebody's sign-ins that an answer has, in its order.
func answerOf(known map[string]chat.SessionSeen, now chat.Millis, ended *chat.EndedSignIns) []chat.Session {
	here, found := 0, make([]chat.Session, 0, len(known))
	for _, one := range known {
		switch {
		case one.Connected:
			one.Seen = 0
			here++
		case one.Until <= now || ended.Has(one.ID, one.Began):
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
	return found[:min(len(found), here+chat.MaxSignIns)]
}
