package transport

import (
	"bytes"
	"sync"
	"sync/atomic"
)

// Cork has packets wait that are sent to a session one after the other, so that they go
// in one write: for answers, of which somebody who sends ahead gets many at once, the
// writes are what costs, on both ends. It is as TCP_CORK, for all sessions of the Servers
// that have it in their Config. The zero Cork holds nothing back.
type Cork struct {
	in atomic.Bool // guarded by mu to be written

	mu       sync.Mutex
	sessions []*session // that have something to be written
}

// Do calls f, and then has written what was sent meanwhile, from whatever goroutine. f
// must be short, and Do is called by one goroutine at a time.
func (c *Cork) Do(f func()) {
	c.set(true)
	defer c.pull()
	f()
}

func (c *Cork) set(in bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.in.Store(in)
}

func (c *Cork) pull() {
	c.set(false)
	for _, s := range c.sessions { // no more are added
		s.uncork()
	}
	clear(c.sessions)
	c.sessions = c.sessions[:0]
}

// holds tells whether what is sent to a session has to wait. s.mu is held.
func (c *Cork) holds(s *session) bool {
	if s.corked {
		return true
	}
	if c == nil || !c.in.Load() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.corked = c.in.Load(); s.corked {
		c.sessions = append(c.sessions, s)
	}
	return s.corked
}

// uncork writes what waited, or leaves it to a writer.
func (s *session) uncork() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.corked = false
	if s.writing || len(s.queue) == 0 {
		return
	}
	size, weight := 0, 0
	for _, p := range s.queue {
		size += len(p.frames)
		weight += p.weight()
	}
	if size <= joined {
		buf := joinBuffer()
		defer joinBuffers.Put(buf)
		all := Prepared{frames: buf[:0]}
		for _, p := range s.queue {
			all.frames = append(all.frames, p.frames...)
		}
		rest := s.writeNow(&all)
		if rest != &all { // the network took something
			clear(s.queue)
			s.queue = s.queue[:0]
			s.queued -= weight
			if rest == nil {
				s.tellDrained()
				return
			}
			rest.frames = bytes.Clone(rest.frames)
			s.queue = append(s.queue, rest)
			s.queued += rest.weight()
		}
	}
	s.wakeWriter()
}
