package server

import (
	"context"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// slowness remembers who spoke when in rooms with slow mode.
type slowness struct {
	mu   sync.Mutex
	last map[[2]string]turn // room's ID, person's ID
}

// turn is when somebody spoke last, and the ID of what they said.
type turn struct {
	at time.Time
	id string
}

// maxSlowed bounds how many turns are remembered.
const maxSlowed = 100_000

// load remembers who spoke in a room so late that they may still have to wait: a
// restart gives nobody a turn.
func (s *slowness) load(ctx context.Context, model ReadModel, in *chat.Room, now time.Time) error {
	if in.Slow == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil {
		s.last = make(map[[2]string]turn)
	}
	since := chat.ToMillis(now.Add(-time.Duration(in.Slow) * time.Second))
	return model.Spoke(ctx, in.ID, since, func(user, id string, at chat.Millis) {
		s.last[[2]string{in.ID, user}] = turn{at.Time(), id}
	})
}

// wait tells how long somebody must wait before they may say the draft of an ID, and
// takes their turn where that is not at all. What they said in that turn they may
// say again: it is stored once.
func (s *slowness) wait(in, user, id string, every time.Duration, now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.last) > maxSlowed {
		clear(s.last) // some may speak once too early
	}
	if s.last == nil {
		s.last = make(map[[2]string]turn)
	}
	key := [2]string{in, user}
	if last, ok := s.last[key]; ok {
		if last.id == id {
			return 0
		}
		if left := every - now.Sub(last.at); left > 0 {
			return left
		}
	}
	s.last[key] = turn{now, id}
	return 0
}

// giveBack gives a turn back in which the draft of an ID was not said after all.
func (s *slowness) giveBack(in, user, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if key := [2]string{in, user}; s.last[key].id == id {
		delete(s.last, key)
	}
}
