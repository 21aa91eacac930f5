package transport

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// move lets a session that polls move to a WebSocket. It returns when that is
// done, or has failed: the session then goes on as it was.
func (s *Server) move(sess *session, w http.ResponseWriter, r *http.Request) {
	if !s.begin() {
		refuseShutdown(w)
		return
	}
	defer s.readers.Done()
	ws, err := upgrade(s, w, r, sess.revision)
	if err != nil {
		s.cfg.Logger.Debug("handshake failed", "remote", r.RemoteAddr, "error", err)
		return
	}
	// The deadline of the request was for its header.
	if ws.gate.SetReadDeadline(time.Time{}) != nil || !sess.try(ws) {
		ws.dismiss()
		return
	}
	timer := time.AfterFunc(s.cfg.UpgradeTimeout, ws.cut)
	defer timer.Stop()
	err = sess.probe(ws)
	switch {
	case err != nil:
	case !timer.Stop():
		err = errors.New("upgrade took too long") // and the WebSocket is cut
	default:
		err = sess.moveTo(ws)
	}
	if err != nil {
		s.cfg.Logger.Debug("upgrade failed", "remote", r.RemoteAddr, "error", err)
		sess.tried()
		ws.cut()
		return
	}
	s.moved(sess)
}

// try notes that the peer tries a WebSocket. Only a session that polls has use
// for one, and for one at a time.
func (s *session) try(ws *wsConn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.poll == nil || s.conn != conn(s.poll) || s.probing != nil || s.over.reason != "" {
		return false
	}
	s.probing = ws
	return true
}

// tried notes that nothing came of it.
func (s *session) tried() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.probing = nil
	s.poll.probe(false) // before the next may be tried
}

// probe talks about the move (Engine.IO protocol, "Upgrade"): the peer says
// "2probe" over the WebSocket and hears "3probe", lets its last GET come home,
// and says "5", which is what it waits for.
func (s *session) probe(ws *wsConn) error {
	for {
		isBinary, r, err := ws.next()
		if err != nil {
			return err
		}
		var b [8]byte
		n, err := io.ReadFull(r, b[:])
		switch {
		case isBinary || (err == nil) || !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
			return errors.New("not a probe")
		case string(b[:n]) == string(byte(socketio.EnginePing))+"probe":
			if err := ws.writeAll(control(socketio.EnginePong, []byte("probe")).frames); err != nil {
				return err
			}
			s.poll.probe(true)
		case string(b[:n]) == string(byte(socketio.EngineUpgrade)):
			return nil
		default:
			return errors.New("not a probe")
		}
	}
}

// moveTo makes the WebSocket what carries the session. What is queued goes over
// it, behind what was polled.
func (s *session) moveTo(ws *wsConn) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over.reason != "" {
		return ErrClosed
	}
	ws.attach(s)
	s.conn, s.probing = ws, nil
	for i, p := range s.queue {
		s.queued -= p.weight()
		s.queue[i] = ws.encode(p)
		s.queued += s.queue[i].weight()
	}
	s.alive.Store(true)
	s.poll.retire() // which wakes the read goroutine, and a writer
	return nil
}
