package transport

import (
	"errors"
	"io"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/socketio"
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

// take reads a message behind what is in b, of at most limit bytes, or one more where it
// is larger, and counts it as it comes; what a POST brought was counted. It reads by
// itself, for the sake of the stack: a session that says nothing keeps what it once
// took, and every layer of readers is part of that. Text of a WebSocket is over as soon
// as it can be UTF-8 no more. Read goroutine only.
func (s *session) take(b []byte, r io.Reader, limit int, text bool) ([]byte, error) {
	_, counts := s.reading.(*wsConn)
	valid := len(b)
	for n := 0; len(b) <= limit; {
		if len(b) == cap(b) {
			b = slices.Grow(b, readBuffer)
		}
		end := min(cap(b), len(b)+paceUnit, limit+1)
		read, err := r.Read(b[len(b):end])
		b = b[:len(b)+read]
		if errors.Is(err, io.EOF) {
			return b, nil
		}
		if n += read; err == nil && counts && n >= paceUnit {
			n -= paceUnit
			err = s.pace()
		}
		if err == nil && counts && text {
			whole := valid + wholeRunes(b[valid:])
			if !utf8.Valid(b[valid:whole]) {
				err = socketio.ErrUTF8
			}
			valid = whole
		}
		if err != nil {
			return b, err
		}
	}
	return b, nil
}

// wholeRunes is how many bytes of b are not a character that may go on behind its end.
func wholeRunes(b []byte) int {
	for i := len(b) - 1; i >= 0 && i > len(b)-utf8.UTFMax; i-- {
		if !utf8.RuneStart(b[i]) {
			continue
		}
		if utf8.FullRune(b[i:]) {
			break
		}
		return i
	}
	return len(b)
}

// pacedReader counts what is read of the body of a POST.
type pacedReader struct {
	io.Reader
	session *session
	n       int // bytes since they were counted last
}

func (r *pacedReader) Read(b []byte) (int, error) {
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
