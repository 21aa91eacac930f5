package webhook

import (
	"context"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// pages reads the log for webhooks that stand at the same place, as all do that have
// nothing to tell: once for all of them.
type pages struct {
	read func(ctx context.Context, after uint64, limit int) ([]chat.Event, error)
	seen map[uint64][]chat.Event // by what they come after
}

func (p *pages) after(ctx context.Context, offset uint64) ([]chat.Event, error) {
	if events, ok := p.seen[offset]; ok {
		return events, nil
	}
	events, err := p.read(ctx, offset, page)
	if err != nil {
		return nil, err
	}
	if p.seen == nil || len(p.seen) == maxPages {
		p.seen = make(map[uint64][]chat.Event)
	}
	p.seen[offset] = events
	return events, nil
}

// maxPages bounds how much of the log is held for the next webhook: a long log is gone
// through when a webhook was away, and that is rare.
const maxPages = 20

// pass goes on with a webhook up to what it hears, and tells whether there is any.
func (s *Sender) pass(ctx context.Context, log *pages, h *Hook) (hears bool, err error) {
	for {
		events, err := log.after(ctx, h.Cursor)
		if err != nil || len(events) == 0 {
			return false, err
		}
		for i := range events {
			if _, hears := s.hears(*h, &events[i]); hears {
				s.passes(*h)
				return true, nil
			}
			h.Cursor = events[i].Position.Offset
		}
		s.passes(*h)
	}
}

// passes notes up to where a webhook has told all.
func (s *Sender) passes(h Hook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.passed[h.ID] = h.Cursor
}

// writeSome writes down what was passed over where that is due, and tells when it is.
func (s *Sender) writeSome(ctx context.Context, now time.Time) time.Duration {
	s.mu.Lock()
	due, some := writeDown-now.Sub(s.wrote), len(s.passed) > 0
	s.mu.Unlock()
	switch {
	case !some:
		return lookAgain
	case due > 0:
		return due
	}
	s.write(ctx)
	return lookAgain
}

// write writes down up to where webhooks have told all, of all in one transaction: each
// by itself would be a commit among those of what people say.
func (s *Sender) write(ctx context.Context) {
	s.mu.Lock()
	passed := s.passed
	s.passed, s.wrote = make(map[string]uint64), s.cfg.Now()
	s.stale.Store(true) // what was in passed is to be read again
	s.mu.Unlock()
	if len(passed) == 0 {
		return
	}
	err := s.cfg.Records.Passed(context.WithoutCancel(ctx), passed)
	if err == nil {
		return
	}
	s.cfg.Logger.Error("remember what webhooks passed over", "err", err)
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, at := range passed {
		s.passed[id] = max(s.passed[id], at)
	}
}
