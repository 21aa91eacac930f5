package transport

import (
	"net/http"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// Engine is a session without Socket.IO on top: what is said is said to it, and
// heard by it, as it is. Its method is safe from any goroutine and does not
// block.
type Engine struct{ session *session }

// Send sends a message. Text must be UTF-8. Its errors are ErrClosed and
// ErrQueueFull, which has ended the session.
func (e *Engine) Send(binary bool, data []byte) error {
	p := &Prepared{}
	switch {
	case binary:
		p.frames, p.binary = appendFrame(nil, opBinary, data), true
	case e.session.server.plain:
		p.frames = appendFrame(nil, opText, data)
	default:
		p = control(socketio.EngineMessage, data)
	}
	e.session.mu.Lock()
	defer e.session.mu.Unlock()
	return e.session.push(p)
}

// NewEngine makes a Server of Engine.IO alone. Receive is called with every
// message, on the session's read goroutine: while it blocks, no more is read
// from that peer. Data is its own only until it returns.
func NewEngine(cfg Config, receive func(e *Engine, binary bool, data []byte)) *Server {
	s := New(cfg, nil)
	s.receive = receive
	return s
}

// NewWebSocket makes a Server of plain WebSockets (RFC 6455): no handshake of
// Engine.IO's, no heartbeat, whatever path and query. Receive is NewEngine's.
func NewWebSocket(cfg Config, receive func(e *Engine, binary bool, data []byte)) *Server {
	s := NewEngine(cfg, receive)
	s.plain = true
	return s
}

// checkPlain judges a request for a plain WebSocket.
func (s *Server) checkPlain(r *http.Request) *refusal {
	switch {
	case r.Method != http.MethodGet || !isUpgrade(r):
		return refuseRequest
	case !s.origins.allow(r):
		return refuseOrigin
	}
	return nil
}

// plain takes a text message of a plain WebSocket.
func (s *session) plain(b []byte) ending {
	if !utf8.Valid(b) {
		return broken("%w", socketio.ErrUTF8) // RFC 6455 section 8.1
	}
	s.handle(func() { s.server.receive(&Engine{s}, false, b) })
	return ending{}
}

// typed tells whether a binary message begins with its type: in Engine.IO 3,
// over WebSocket. The codec of long-polling has taken it off.
func (s *session) typed() bool {
	if s.revision != socketio.Revision3 {
		return false
	}
	ws, ok := s.reading.(*wsConn)
	return ok && ws.old
}
