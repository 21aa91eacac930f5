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

	// replayPage is how many events are read from the log at once.
	replayPage = 200
)

// CanReplay tells whether every event after from and up to can be told.
func (s *Service) CanReplay(from, to chat.Position) bool {
	return !from.IsZero() && from.Epoch == to.Epoch && from.Offset <= to.Offset && to.Offset-from.Offset <= maxReplay
}

// Replay tells who what they missed: what reaches them of what happened after from,
// as far as the position to, in the log's order, in batches of messages of one room
// and other events one by one. It fails rather than leave a gap.
func (s *Service) Replay(ctx context.Context, who chat.User, from, to chat.Position, tell func([]chat.Event) error) error {
	rooms, err := s.roomsAt(ctx, who.ID, from.Offset)
	if err != nil {
		return err
	}
	h := &hearer{who: s.Standing(who), rooms: rooms}
	h.only, h.all = hearing(who.Scope)
	for at := from.Offset; at < to.Offset; {
		batch, err := s.log.Read(ctx, at, replayPage)
		if err != nil {
			return fmt.Errorf("replay after %d: %w", at, err)
		}
		if len(batch) == 0 {
			return fmt.Errorf("replay: the log has no event %d", at+1)
		}
		heard := batch[:0]
		for i := range batch {
			e := &batch[i]
			if e.Position.Offset > to.Offset {
				break
			}
			if e.Position.Offset != at+1 {
				return fmt.Errorf("replay: the log has no event %d", at+1)
			}
			at++
			if !s.hears(e, h) {
				continue
			}
			if ofRoom(e.Kind) {
				e.Now = s.lateNow(e, h.who)
			}
			heard = append(heard, *e)
		}
		if len(heard) == 0 {
			continue
		}
		for _, run := range runs(heard, nil) {
			if err := tell(run); err != nil {
				return err
			}
		}
	}
	return nil
}

// roomsAt is which rooms somebody was in as the log stood at offset: those they
// are in now, with their moves since taken back.
func (s *Service) roomsAt(ctx context.Context, who string, offset uint64) (map[string]bool, error) {
	first := make(map[string]bool) // room → its first move since was into it
	var order []string
	// Before who is in what is looked at: a move that comes in between is in the
	// log's order after both, and is taken back or not there at all.
	s.team.mu.RLock()
	rooms := make(map[string]bool)
	for id, r := range s.team.rooms {
		if r.has(who) {
			rooms[id] = true
		}
	}
	s.team.mu.RUnlock()
	err := s.model.Moves(ctx, who, offset, func(room string, came bool) {
		if _, seen := first[room]; !seen {
			first[room] = came
			order = append(order, room)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	for _, room := range order {
		if room == chat.GeneralRoom {
			continue // all are in it, whenever they came
		}
		if first[room] {
			delete(rooms, room)
		} else {
			rooms[room] = true
		}
	}
	return rooms, nil
}
