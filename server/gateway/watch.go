package gateway

import "time"

// lookAgain is how long at the most a session's token goes unlooked at. A token ends
// by the clock on the wall, and a timer runs by another one: it stands still while
// the machine sleeps, and knows nothing of a clock that is set. As much as --leeway
// forgives the clocks anyway, and rare enough to cost nothing with ten thousand idle
// sessions.
const lookAgain = 30 * time.Second

// watch has expired look at the token again when it ends, or before. s.mu is held.
func (s *session) watch() {
	if s.end != nil {
		s.end.Stop()
	}
	select {
	case <-s.socket.Done():
		return // Closed has stopped its timer, or will
	default:
	}
	s.end = time.AfterFunc(min(s.identity.Ends.Sub(s.g.cfg.Now()), lookAgain), s.expired)
}
