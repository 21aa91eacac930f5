package server

import (
	"context"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Threads answers the threads that who follows, in rooms that they are in and may read.
// Who is in very many waits for them: what it takes of the server's time counts.
func (s *Service) Threads(ctx context.Context, who chat.User, r chat.ThreadsRequest) (chat.Threads, error) {
	if r.Limit < 0 {
		return chat.Threads{}, badRequest("limit must not be negative")
	}
	by := s.Standing(who)
	rooms := s.Visible(who, true)
	// A token for some rooms alone is not for the team, and may see what is in those.
	if err := permit(Read, by, nil); err != nil && (by.Banned || len(rooms) == 0) {
		return chat.Threads{}, err
	}
	if err := s.ours(r.Before); err != nil {
		return chat.Threads{}, err
	}
	end, err := s.searching.begin(by.ID)
	if err != nil {
		return chat.Threads{}, err
	}
	defer end()
	began := time.Now()
	found, err := s.model.Threads(ctx, by.ID, rooms, r.Before.Offset, r.Limit)
	_ = s.rates.owe(ctx, by.ID, int(time.Since(began)/searchUnit)) // who does not wait owes it
	if err != nil {
		return chat.Threads{}, s.fault("read the threads of a person", err)
	}
	return found, nil
}
