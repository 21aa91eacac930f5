package transport

import (
	"io"
	"time"
)

// paceUnit is how many bytes of a message count as one message more: a text is one,
// and a picture is not one.
const paceUnit = 16 << 10

// pace has the peer's receiver count a message, or paceUnit bytes more of one. It
// blocks while the peer is too fast, and fails when the session has ended meanwhile.
// Whatever is kept of what a peer has begun to say was counted, so that their pace
// bounds that, too. Any goroutine that reads.
func (s *session) pace() error {
	socket := s.pacer.Load()
	if socket == nil {
		return nil
	}
	s.handle(socket.receiver.Pace)
	select {
	case <-socket.done:
		return errInterrupted
	default:
		return nil
	}
}

// choosePacer finds who counts what the peer says: the newest socket. s.mu is held.
func (s *session) choosePacer() {
	var pacer *Socket
	for _, socket := range s.sockets {
		if socket.state == connected {
			pacer = socket
		}
	}
	s.pacer.Store(pacer)
}

// pacedReader counts what is read of a message.
type pacedReader struct {
	io.Reader
	session *session // nil counts nothing
	n       int      // bytes since they were counted last
}

func (r *pacedReader) Read(b []byte) (int, error) {
	if r.session == nil {
		return r.Reader.Read(b)
	}
	n, err := r.Reader.Read(b[:min(len(b), paceUnit)])
	if r.n += n; r.n >= paceUnit {
		r.n -= paceUnit
		if over := r.session.pace(); over != nil {
			return n, over
		}
	}
	return n, err
}

// await gives a packet whose attachments follow its time, which ends when they are
// there. As large as two messages it has the time of two; nothing extends it, or what
// is paid for in small coin could be kept for ever. Read goroutine only.
func (s *session) await() {
	if pending := s.decoder.Pending(); pending != s.awaiting {
		s.awaiting = pending
		var by time.Time
		if pending {
			by = time.Now().Add(2 * s.server.cfg.MessageTimeout)
		}
		s.mu.Lock()
		s.packetBy = by
		s.rearm()
		s.mu.Unlock()
	}
}
