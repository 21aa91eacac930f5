package transport

import (
	"errors"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// askedAt is when a ping counts as sent that was due and goes out now. Where timers
// are late because the machine is busy, that is not the peer's to use: it still has
// half of its time. One that is later than that was late because nothing ran at all,
// such as where a machine slept whose clock did not; then the peer, who was not
// asked, has all of its time. (Where the clock sleeps as well, as on Linux, the
// timer is not late.)
func askedAt(due, now time.Time, timeout time.Duration) time.Time {
	if now.Sub(due) < timeout/2 {
		return due
	}
	return now
}

// beat is the session's timer, and is also called before a GET is taken: what is
// over by the clock is over, though the timer is a little late. In Engine.IO 4 the
// server pings PingInterval after the last ping that was answered, and gives up
// PingTimeout after one that was not. Whatever the peer sends is an answer: a pong
// may be stuck behind a large message. So is a handler that keeps us from reading
// (excused): the pong may lie there unread. In Engine.IO 3 it is the client that
// pings, and is given up when it has not for both times together.
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
	case s.server.plain:
		s.timer.Reset(cfg.PingInterval)
		return
	case !s.packetBy.IsZero() && !now.Before(s.packetBy):
		s.endLocked(ending{reason: ReasonSlowSender, code: closePolicy, err: errAttachments})
		return
	case s.connectBy.IsZero() || now.Before(s.connectBy):
	case s.busy.Load() > 0:
		s.connectBy = now.Add(cfg.ConnectTimeout) // the handler is still thinking
	default:
		s.endLocked(ending{reason: ReasonConnectTimeout, code: closePolicy})
		return
	}
	if s.revision == socketio.Revision3 {
		if !s.heard(now) {
			s.endLocked(ending{reason: ReasonPingTimeout, code: closeGoingAway, drop: true})
			return
		}
		s.timer.Reset(s.nextBeat(now).Sub(now))
		return
	}
	if !s.pinged.IsZero() {
		switch {
		case s.alive.Load() || s.excused():
			s.nextPing, s.pinged = s.pinged.Add(cfg.PingInterval), time.Time{}
		case !now.Before(s.pinged.Add(cfg.PingTimeout)):
			s.endLocked(ending{reason: ReasonPingTimeout, code: closeGoingAway, drop: true})
			return
		}
	}
	if s.pinged.IsZero() && !now.Before(s.nextPing) {
		s.alive.Store(false)
		s.asked.Store(false)
		s.pinged = askedAt(s.nextPing, now, cfg.PingTimeout)
		if s.push(ping) != nil {
			return // the session ended, which has set the timer
		}
	}
	s.timer.Reset(s.nextBeat(now).Sub(now))
}

// heard tells whether a client of revision 3 has pinged in time, or may have:
// its ping may be stuck behind a large message, or lie before us unread. s.mu is
// held.
func (s *session) heard(now time.Time) bool {
	cfg := &s.server.cfg
	if now.Before(s.pinged.Add(cfg.PingInterval + cfg.PingTimeout)) {
		return true
	}
	if alive := s.alive.Swap(false); alive || s.excused() {
		s.asked.Store(false)
		s.pinged = now
		return true
	}
	return false
}

// excused tells whether the peer may have answered, and a handler keeps us from
// seeing it. A peer that polls has nothing to wait for: its GETs come whatever
// its POST does, and one that sends none any more is gone, though its handler
// waits for it to take what is queued. s.mu is held.
func (s *session) excused() bool {
	if s.busy.Load() == 0 {
		return false
	}
	c, polls := s.conn.(*pollConn)
	return !polls || s.asked.Load() || c.waits()
}

// ponged answers a ping of revision 3.
func (s *session) ponged(payload []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alive.Store(false) // the ping itself counts once
	s.pinged = time.Now()
	// Its error is that the session has ended, as reading will find.
	_ = s.push(control(socketio.EnginePong, payload))
}

// nextBeat is when the timer has something to do. s.mu is held.
func (s *session) nextBeat(now time.Time) time.Time {
	cfg := &s.server.cfg
	next := s.nextPing
	if s.revision == socketio.Revision3 {
		next = s.pinged.Add(cfg.PingInterval + cfg.PingTimeout)
	} else if !s.pinged.IsZero() {
		next = s.pinged.Add(min(cfg.PingInterval, cfg.PingTimeout))
		if !next.After(now) {
			next = s.pinged.Add(cfg.PingTimeout)
		}
	}
	if !s.connectBy.IsZero() && s.connectBy.Before(next) {
		next = s.connectBy
	}
	if !s.packetBy.IsZero() && s.packetBy.Before(next) {
		next = s.packetBy
	}
	return next
}

var errAttachments = errors.New("attachments did not come in time")

// setConnectBy gives the session time to get a socket, or with zero all time.
// s.mu is held.
func (s *session) setConnectBy(t time.Time) {
	s.connectBy = t
	s.rearm()
}

// rearm sets the timer to what it has to do next. s.mu is held.
func (s *session) rearm() {
	if s.over.reason == "" {
		now := time.Now()
		s.timer.Reset(max(0, s.nextBeat(now).Sub(now)))
	}
}

// handle runs a handler on a goroutine that reads.
func (s *session) handle(f func()) {
	s.busy.Add(1)
	f()
	s.alive.Store(true) // whatever came meanwhile is read only now
	s.busy.Add(-1)
}
