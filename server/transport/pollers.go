package transport

// pollers bounds the sessions that poll. They hold no connection, so that anybody
// could open any number of them over one. Where there is no room one goes: of the
// strangers, who have no admitted socket yet, the one that has waited longest from
// where most come, since a client that means it has one within two round trips; where
// there are none, the oldest of the person who has most. It is guarded by Server.mu.
type pollers struct {
	count     int
	strangers shares // by neighbourhood
	people    shares // by who they are to the Handler
}

// fewPlaces is how many sessions of one person may poll that nobody has to go for: the
// tabs and programs that somebody has.
const fewPlaces = 16

// reserve counts a session that is about to poll. When there are limit already,
// it returns the one that has to go, or is false when none has to.
func (p *pollers) reserve(limit int) (evicted *session, ok bool) {
	if p.count >= limit {
		evicted, _ = p.strangers.most()
		if evicted == nil {
			var held int
			if evicted, held = p.people.most(); held <= fewPlaces {
				return nil, false
			}
		}
		p.leave(evicted)
	}
	p.count++
	return evicted, true
}

// enter lists the session for which reserve counted.
func (p *pollers) enter(s *session) {
	s.polls, s.place = true, p.strangers.take(neighbourhood(s.handshake.RemoteAddr), s)
}

// settle notes that a session has an admitted socket, and whose it is, or "".
func (p *pollers) settle(s *session, person string) {
	if !s.polls {
		return
	}
	p.free(s)
	if person != "" {
		s.place, s.settled = p.people.take(person, s), true
	}
}

// leave counts a session no more: it has ended, or moved to a WebSocket.
func (p *pollers) leave(s *session) {
	if s.polls {
		p.free(s)
		s.polls = false
		p.count--
	}
}

func (p *pollers) free(s *session) {
	switch {
	case s.place == nil:
	case s.settled:
		p.people.give(s.place)
	default:
		p.strangers.give(s.place)
	}
	s.place = nil
}
