package server

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// seenEvery is how often it is written down who went: never while somebody connects or
	// says something, and of all at once.
	seenEvery = time.Minute

	// hereEvery is after how many of these who is still here is written down too: what a
	// crash forgets of them. What is new of a sign-in is written with the next of these.
	hereEvery = 10
)

// SeenRecords is where it is kept who was seen last when, and by which sign-ins.
type SeenRecords interface {
	// Seen remembers when people, by ID, were here. It never goes back.
	Seen(ctx context.Context, at map[string]chat.Millis) error
	// SeenSessions remembers sign-ins, and forgets those of which no token is good any more.
	SeenSessions(ctx context.Context, list []chat.SessionSeen, now chat.Millis) error
}

// Attendance is who is connected.
type Attendance interface {
	// Here are the IDs of who is here, but for programs that said that nobody is.
	Here() []string
	// SignedIn are the sign-ins of who is connected: all, or those of which something is
	// new since they were asked for last.
	SignedIn(all bool) []chat.SessionSeen
}

// sightings are who was here, until that is written down. It is safe from any goroutine.
type sightings struct {
	mu sync.Mutex
	at map[string]chat.Millis // by user's ID
}

// note takes that people were here, as far as that is later than what is known.
func (s *sightings) note(at chat.Millis, users ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at == nil {
		s.at = make(map[string]chat.Millis)
	}
	for _, user := range users {
		s.at[user] = max(s.at[user], at)
	}
}

// take is all that is to be written down.
func (s *sightings) take() map[string]chat.Millis {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.at
	s.at = nil
	return all
}

// back takes what could not be written down.
func (s *sightings) back(all map[string]chat.Millis) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for user, at := range s.at {
		all[user] = max(all[user], at)
	}
	s.at = all
}

// Went tells that a session of somebody's, on either lane, has ended. It does not wait.
func (s *Service) Went(who chat.User) { s.sightings.note(chat.ToMillis(s.cfg.Now()), who.ID) }

// KeepSeen writes down who was here last when, and by which sign-ins, now and then until ctx
// ends, and what is left then; it blocks for so long.
func (s *Service) KeepSeen(ctx context.Context, r SeenRecords, who Attendance) {
	ticker := time.NewTicker(seenEvery)
	defer ticker.Stop()
	k := keeping{s: s, r: r}
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			k.write(context.WithoutCancel(ctx), true)
			return
		case <-ticker.C:
		}
		all := n%hereEvery == 1
		if all {
			s.sightings.note(chat.ToMillis(s.cfg.Now()), who.Here()...)
		}
		s.signIns.note(who.SignedIn(all)...)
		k.write(ctx, all)
	}
}

// keeping is one KeepSeen.
type keeping struct {
	s      *Service
	r      SeenRecords
	failed bool
}

// write writes down what there is; what fails is tried again. Where nothing is new the read
// model is asked to forget old sign-ins only if that is wanted.
func (k *keeping) write(ctx context.Context, forget bool) {
	var err error
	if all := k.s.sightings.take(); len(all) > 0 {
		if err = k.r.Seen(ctx, maps.Clone(all)); err != nil {
			k.s.sightings.back(all)
		}
	}
	if list := k.s.signIns.take(); len(list) > 0 || forget {
		e := k.r.SeenSessions(ctx, list, chat.ToMillis(k.s.cfg.Now()))
		k.s.signIns.wrote(e)
		err = errors.Join(err, e)
	}
	if err != nil && !k.failed {
		k.s.cfg.Logger.Warn("write down who was seen last when; it is tried again", "err", err)
	}
	k.failed = err != nil
}
