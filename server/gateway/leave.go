package gateway

// ask notes that a request is being done, or was answered. What ended the session
// meanwhile by its own doing ends it then: every request takes an ack.
func (s *session) ask(asking bool) {
	s.mu.Lock()
	after := s.after
	s.asking, s.after = asking, nil
	s.mu.Unlock()
	if after != nil {
		after()
	}
}

// leave ends a session as end does: at once, but where its person asked for that
// themselves, and it may be this very session that did, behind the answer.
func (s *session) leave(own bool, end func()) {
	s.mu.Lock()
	later := own && s.asking
	if later {
		s.after = end
	}
	s.mu.Unlock()
	if !later {
		end()
	}
}
