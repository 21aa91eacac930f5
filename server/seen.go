package server

import (
	"context"
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
	// crash forgets of them.
	hereEvery = 10
)

// SeenRecords is where it is kept who was seen last when.
type SeenRecords interface {
	// Seen remembers when people, by ID, were here. It never goes back.
	Seen(ctx context.Context, at map[string]chat.Millis) error
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

// KeepSeen writes down who was here last when, now and then until ctx ends, and what is
// left then; it blocks for so long. here are the IDs of who is.
func (s *Service) KeepSeen(ctx context.Context, r SeenRecords, here func() []string) {
	ticker := time.NewTicker(seenEvery)
	defer ticker.Stop()
	failed := false
	write := func(ctx context.Context) {
		all := s.sightings.take()
		if len(all) == 0 {
			return
		}
		err := r.Seen(ctx, maps.Clone(all))
		if err != nil {
			s.sightings.back(all)
		}
		if err != nil && !failed {
			s.cfg.Logger.Warn("write down who was seen last when; it is tried again", "err", err)
		}
		failed = err != nil
	}
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			write(context.WithoutCancel(ctx))
			return
		case <-ticker.C:
		}
		if n%hereEvery == 1 {
			s.sightings.note(chat.ToMillis(s.cfg.Now()), here()...)
		}
		write(ctx)
	}
}
