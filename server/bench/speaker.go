package bench

import (
	"context"
	"sync/atomic"
	"time"
)

// speaker is a client that says something. It is for one goroutine at a time, but
// for nudge and acked.
type speaker struct {
	*client

	saying visitor // what publish is told; the reader has its own
	number uint32  // of its last message
	body   []byte
	acked  atomic.Int64
	wake   chan struct{} // an ack came
}

func newSpeaker(f *Fleet, c *client) *speaker {
	return &speaker{client: c, saying: visitor{room: c.who.room}, body: make([]byte, 0, f.cfg.Size+2), wake: make(chan struct{}, 1)}
}

// nudge wakes a speaker that waits for acks.
func (s *speaker) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// speak says n messages in one write, all due at the same time.
func (s *speaker) speak(n int, due time.Duration, size int, ack bool) error {
	f := s.fleet
	s.write.Lock()
	defer s.write.Unlock()
	s.out = s.out[:0]
	for range n {
		s.number++
		s.body = appendBody(s.body[:0], stamp{run: f.run, sender: uint32(s.index), number: s.number, due: int64(due)}, size)
		s.payload = f.cfg.Protocol.publish(s.payload[:0], s.body, &s.saying, uint64(s.number), ack)
		s.out = appendFrame(s.out, opText, s.payload)
		if ack {
			s.asked[uint64(s.number)] = due
		}
	}
	return s.flush()
}

// wait waits until a time of the fleet's clock, or for ctx.
func (f *Fleet) wait(ctx context.Context, timer *time.Timer, until time.Duration) error {
	d := until - f.clock()
	if d <= 0 {
		return ctx.Err()
	}
	timer.Reset(d)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
