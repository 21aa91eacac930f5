package sqlite

import (
	"context"
	"time"
)

// scrubber has the disk cleaned some time after something was erased. It is the
// writer's.
type scrubber struct {
	l     *Log
	timer *time.Timer // nil while nothing is to be done
}

// begin is called when something is erased.
func (s *scrubber) begin() {
	if s.timer == nil && s.l.o.Scrub != nil {
		s.timer = time.NewTimer(s.l.o.ScrubAfter)
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
