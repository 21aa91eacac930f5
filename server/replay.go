package server

import (
	"context"
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// maxReplay is the largest gap, in events, that a session is replayed; who
	// missed more is better served by the newest page of history.
	maxReplay = 5000

	// replayPage is how many events are read from the read model at once.
	replayPage = 200
)

// CanReplay tells whether every event after from and up to can be told.
func (s *Service) CanReplay(from, to chat.Position) bool {
	return !from.IsZero() && from.Epoch == to.Epoch && from.Offset <= to.Offset && to.Offset-from.Offset <= maxReplay
}

// Replay tells what happened after from and up to to, in order, in batches. It
// fails rather than leave a gap.
func (s *Service) Replay(ctx context.Context, from, to chat.Position, tell func([]chat.Event) error) error {
	for at := from.Offset; at < to.Offset; {
		batch, err := s.model.After(ctx, at, replayPage)
		if err != nil {
			return fmt.Errorf("replay after %d: %w", at, err)
		}
		for i, e := range batch {
			if e.Position.Offset > to.Offset {
				batch = batch[:i]
				break
			}
		}
		for _, e := range batch {
			if e.Position.Offset != at+1 {
				break
			}
			at++
		}
		if len(batch) == 0 || batch[len(batch)-1].Position.Offset != at {
			return fmt.Errorf("replay: the read model has no event %d", at+1)
		}
		if err := tell(batch); err != nil {
			return err
		}
	}
	return nil
}
