package transport

import (
	"errors"
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

const (
	// idleEvery is how often a peer may say something that means nothing, such as a
	// pong, or anything while nobody counts it; idleBurst of them may come at once.
	// Clients answer a ping every 25 s.
	idleEvery = time.Second
	idleBurst = 30
)

var errIdle = errors.New("too much that means nothing")

// idle takes in something that means nothing and costs little, and would cost others
// their time if there were no end of it. What is more than a client has a reason to say
// counts as a message does; of who has no pace yet it is the end. Read goroutine only.
func (s *session) idle() ending {
	if s.server.receive != nil {
		return ending{} // a server of Engine.IO alone is a test's
	}
	now := time.Now().UnixNano()
	s.noise = max(s.noise, now) + int64(idleEvery)
	switch {
	case s.noise-now <= int64(idleBurst*idleEvery):
		return ending{}
	case s.stranger() || s.pacer.Load() == nil:
		return broken("%w", errIdle)
	}
	s.noise = now + int64(idleBurst*idleEvery)
	if s.pace() != nil {
		return s.ended()
	}
	return ending{}
}

// awaited tells whether anybody waits for an ack.
func (s *session) awaited(ack *socketio.Packet) bool {
	namespace := ack.Namespace
	if s.revision == socketio.Revision3 {
		namespace, _, _ = strings.Cut(namespace, "?")
	}
	socket := s.socket(namespace)
	return socket == nil || socket.awaits(ack.ID) // of no socket: packet says what is wrong
}
