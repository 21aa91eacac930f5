package server

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// stuckTime is how long a line waits for the draft that could not be stored. A
// client that means to send it again does so after some seconds; what it had sent
// before it knew is here long before. For a program that has given it up the line
// goes on without it.
const stuckTime = time.Minute

// Line keeps the drafts of one sender in the order in which they were sent, also
// when one of them cannot be stored and later ones are on their way already: those
// are refused as unavailable like it, until it comes again. The zero Line is ready
// to be used, by one goroutine.
type Line struct{ convoy *convoy }

// convoy is drafts that may be on their way together. Any goroutine.
type convoy struct{ stuck atomic.Pointer[stuck] }

// stuck is the first draft of a convoy that could not be stored.
type stuck struct {
	id    string
	until time.Time
}

// enter is the convoy that a draft travels with; none where it has to wait for
// another draft.
func (l *Line) enter(id string, now time.Time) *convoy {
	if l.convoy != nil {
		at := l.convoy.stuck.Load()
		if at == nil {
			return l.convoy
		}
		if at.id != id && now.Before(at.until) {
			return nil
		}
	}
	l.convoy = new(convoy) // of the old one, nothing is stored that still is on its way
	return l.convoy
}

func (c *convoy) moves() bool { return c.stuck.Load() == nil }

// PostInLine is Post for a client that sends ahead of the answers, over one session.
// Drafts without an ID cannot be sent again, and stand in no line.
func (s *Service) PostInLine(ctx context.Context, l *Line, author chat.User, d chat.Draft, done func(chat.Posted, error)) {
	if d.ID == "" {
		s.Post(ctx, author, d, done)
		return
	}
	with := l.enter(d.ID, s.cfg.Now())
	if with == nil {
		done(chat.Posted{}, errStuck)
		return
	}
	s.post(ctx, author, d, with.moves, func(posted chat.Posted, err error) {
		if errors.Is(err, errStuck) {
			with.stuck.CompareAndSwap(nil, &stuck{d.ID, s.cfg.Now().Add(stuckTime)})
		}
		done(posted, err)
	})
}

var errStuck = &chat.Error{
	Code:    chat.CodeUnavailable,
	Message: "an earlier message could not be stored; nothing was stored, try again, the earlier one first",
}
