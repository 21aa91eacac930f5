package transport

import "container/list"

// pollers bounds the sessions that poll. They hold no connection, so that a
// stranger could open any number of them over one; each would live until its
// time to CONNECT is over. Where there is no room, the one goes that has waited
// longest without a socket: a client that means it has one within two round
// trips. It is guarded by Server.mu.
type pollers struct {
	count   int
	waiting list.List // *session: those without an admitted socket yet, the oldest first
}

// reserve counts a session that is about to poll. When there are limit already,
// it returns the one that has to go, or is false when all of them have admitted sockets.
func (p *pollers) reserve(limit int) (evicted *session, ok bool) {
	if p.count >= limit {
		oldest := p.waiting.Front()
		if oldest == nil {
			return nil, false
		}
		evicted, _ = oldest.Value.(*session) // there is nothing else in the list
		p.leave(evicted)
	}
	p.count++
	return evicted, true
}

// enter lists the session for which reserve counted.
func (p *pollers) enter(s *session) {
	s.polls, s.place = true, p.waiting.PushBack(s)
}

// settle notes that a session has an admitted socket.
func (p *pollers) settle(s *session) {
	if s.place != nil {
		p.waiting.Remove(s.place)
		s.place = nil
	}
}

// leave counts a session no more: it has ended, or moved to a WebSocket.
func (p *pollers) leave(s *session) {
	p.settle(s)
	if s.polls {
		s.polls = false
		p.count--
	}
}
