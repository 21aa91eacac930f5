package transport

import "time"

// beat is the session's timer. Engine.IO 4: the server pings PingInterval after
// the last ping that was answered, and gives up PingTimeout after one that was
// not. Whatever the peer sends is an answer: a pong may be stuck behind a large
// message. So is a handler that keeps us from reading: the pong may lie there
// unread.
func (s *session) beat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	cfg := &s.server.cfg
	switch {
	case s.over.reason != "":
		if now.Before(s.cutAt) {
			s.timer.Reset(s.cutAt.Sub(now)) // it fired while the session was ending
			return
		}
		s.conn.cut()
		return
	case s.connectBy.IsZero() || now.Before(s.connectBy):
	case s.busy.Load():
		s.connectBy = now.Add(cfg.ConnectTimeout) // the handler is still thinking
	default:
		s.endLocked(ending{reason: ReasonConnectTimeout, code: closePolicy})
		return
	}
	if !s.pinged.IsZero() {
		switch {
		case s.alive.Load() || s.busy.Load():
			s.nextPing, s.pinged = s.pinged.Add(cfg.PingInterval), time.Time{}
		case !now.Before(s.pinged.Add(cfg.PingTimeout)):
			s.endLocked(ending{reason: ReasonPingTimeout, code: closeGoingAway, drop: true})
			return
		}
	}
	if s.pinged.IsZero() && !now.Before(s.nextPing) {
		s.alive.Store(false)
		s.pinged = now
		if s.push(ping) != nil {
			return // the session ended, which has set the timer
		}
	}
	s.timer.Reset(s.nextBeat(now).Sub(now))
}

// nextBeat is when the timer has something to do. s.mu is held.
func (s *session) nextBeat(now time.Time) time.Time {
	cfg := &s.server.cfg
	next := s.nextPing
	if !s.pinged.IsZero() {
		next = s.pinged.Add(min(cfg.PingInterval, cfg.PingTimeout))
		if !next.After(now) {
			next = s.pinged.Add(cfg.PingTimeout)
		}
	}
	if !s.connectBy.IsZero() && s.connectBy.Before(next) {
		next = s.connectBy
	}
	return next
}

// setConnectBy gives the session time to get a socket, or with zero all time.
// s.mu is held.
func (s *session) setConnectBy(t time.Time) {
	s.connectBy = t
	if s.over.reason == "" {
		now := time.Now()
		s.timer.Reset(max(0, s.nextBeat(now).Sub(now)))
	}
}

// handle runs a handler on the read goroutine.
func (s *session) handle(f func()) {
	s.busy.Store(true)
	f()
	s.alive.Store(true) // whatever came meanwhile is read only now
	s.busy.Store(false)
}
