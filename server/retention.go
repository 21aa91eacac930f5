package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// KeepNotice is how long before the first messages of a room go that its people are
// warned: whoever is on holiday for less than that comes back in time.
const KeepNotice = 7 * 24 * time.Hour

// Retention answers what there is to remove.
type Retention interface {
	// KeepSet answers which event said last for how long a room keeps its messages,
	// and when.
	KeepSet(ctx context.Context, room string) (offset uint64, at chat.Millis, err error)
	// Expired answers up to which of its numbers all messages of a room are older
	// than a time, and how many those are.
	Expired(ctx context.Context, room string, before chat.Millis) (seq uint64, n int, err error)
}

// KeepHouse removes what rooms keep no longer, at once and then every so often, and
// when that is set for a room, until ctx ends; it blocks for so long. Each time it goes through the rooms that keep their
// messages for a number of days. One where that is new is told so in a message, and for
// KeepNotice nothing more is done in it. Then what is too old is removed, a little at a
// time, so that nobody waits for it.
func (s *Service) KeepHouse(ctx context.Context, r Retention, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := s.sweep(ctx, r); err != nil && ctx.Err() == nil {
			s.cfg.Logger.Error("remove what rooms keep no longer", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-s.keeps:
		}
	}
}

// sweep goes through the rooms once. What fails in one keeps it from no other.
func (s *Service) sweep(ctx context.Context, r Retention) error {
	var errs []error
	for _, in := range s.keeping() {
		if ctx.Err() != nil {
			break
		}
		if err := s.sweepRoom(ctx, r, in); err != nil {
			errs = append(errs, fmt.Errorf("room %s: %w", in.ID, err))
		}
	}
	return errors.Join(errs...)
}

// keeping are the rooms that keep their messages for a number of days.
func (s *Service) keeping() []chat.Room {
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	var rooms []chat.Room
	for _, r := range s.team.rooms {
		if r.Keep > 0 {
			rooms = append(rooms, s.team.copy(r))
		}
	}
	slices.SortFunc(rooms, func(a, b chat.Room) int { return cmp.Compare(a.ID, b.ID) })
	return rooms
}

// sweepRoom removes what a room keeps no longer, or warns of it.
func (s *Service) sweepRoom(ctx context.Context, r Retention, in chat.Room) error {
	now := s.cfg.Now()
	oldest := chat.ToMillis(now.Add(-time.Duration(in.Keep) * 24 * time.Hour))
	target, n, err := r.Expired(ctx, in.ID, oldest)
	if err != nil {
		return err
	}
	warned, err := s.warn(ctx, r, in, n)
	if err != nil || n == 0 || now.Before(warned.Add(KeepNotice)) {
		return err
	}
	if err := s.Trim(ctx, in.ID, target); err != nil {
		return err
	}
	s.cfg.Logger.Info("removed what a room keeps no longer", "room", in.ID, "days", in.Keep, "messages", n)
	return nil
}

// warn tells a room's people for how long its messages are kept, once each time that is
// set, and answers when they were told. The log knows whether they were: the message has
// an ID that follows from the event that set it. A room that is archived takes no
// message; there it counts from when it was set.
func (s *Service) warn(ctx context.Context, r Retention, in chat.Room, n int) (time.Time, error) {
	set, at, err := r.KeepSet(ctx, in.ID)
	if err != nil {
		return time.Time{}, err
	}
	e, err := s.change(ctx, chat.Event{
		Kind: chat.MessageCreated, ID: "keep-" + strconv.FormatUint(set, 10), Author: chat.System, Room: in.ID,
		Body: chat.TextBody(keepText(in.Keep, n, s.cfg.Now().Add(KeepNotice))),
	})
	if is(err, chat.CodeArchived) {
		return at.Time(), nil
	}
	return e.At.Time(), err
}

// keepText is what the people of a room are told.
func keepText(days, n int, from time.Time) string {
	kept := strconv.Itoa(days) + " days"
	if days == 1 {
		kept = "a day"
	}
	text := fmt.Sprintf("Messages here are kept for %s. From %s on, older ones are removed for good", kept, from.UTC().Format("Monday 2 January"))
	switch n {
	case 0:
		return text + "."
	case 1:
		return text + "; one is older now."
	}
	return fmt.Sprintf("%s; %d are older now.", text, n)
}
