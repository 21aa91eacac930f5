package sqlite

import (
	"context"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// scrubber has the disk cleaned some time after something was erased. It is the
// writer's.
type scrubber struct {
	l     *Log
	timer *time.Timer // nil while nothing is to be done
}

func newScrubber(l *Log) *scrubber { return &scrubber{l: l} }

// see looks for what a batch erased.
func (s *scrubber) see(events []chat.Event) {
	if s.timer != nil || s.l.o.Scrub == nil {
		return
	}
	for i := range events {
		if len(events[i].Erases) > 0 {
			s.timer = time.NewTimer(s.l.o.ScrubAfter)
			return
		}
	}
}

// due tells when it is time.
func (s *scrubber) due() <-chan time.Time {
	if s.timer == nil {
		return nil
	}
	return s.timer.C
}

func (s *scrubber) scrub() {
	s.timer = nil
	if err := s.l.o.Scrub(context.Background()); err != nil {
		s.l.o.Logger.Debug("what was erased is not yet gone from the disk", "err", err)
		s.timer = time.NewTimer(10 * s.l.o.ScrubAfter) // somebody reads, or the disk is full
	}
}

// end scrubs what is left to, or leaves it to the next time.
func (s *scrubber) end() {
	if s.timer == nil {
		return
	}
	s.timer.Stop()
	s.scrub()
	if s.timer != nil {
		s.timer.Stop()
	}
}
