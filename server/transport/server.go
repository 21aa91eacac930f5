package transport

import (
	"context"
	"crypto/rand"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// Server serves Socket.IO sessions. It is an http.Handler for /socket.io/.
type Server struct {
	// set once
	cfg        Config
	handler    Handler
	origins    origins
	upgrader   websocket.Upgrader
	namespaces map[string]bool
	receive    func(*Engine, bool, []byte) // of a server without Socket.IO; else nil
	plain      bool                        // of a server without Engine.IO

	readers sync.WaitGroup // every session's read goroutine, and requests to upgrade one
	direct  budget         // of writes without a writer

	mu       sync.Mutex // guards the rest
	closing  bool
	sessions map[string]*session
	pollers  pollers
	stats    Stats
}

// Stats counts what happened since the server was made.
type Stats struct {
	Sessions int               // open now
	Sockets  int               // connected now
	Opened   uint64            // sessions ever opened
	Closed   map[Reason]uint64 // sessions ever ended, by reason
}

// New makes a Server. Shutdown ends it.
func New(cfg Config, h Handler) *Server {
	cfg = cfg.withDefaults()
	s := &Server{
		cfg: cfg, handler: h,
		namespaces: make(map[string]bool),
		sessions:   make(map[string]*session),
		stats:      Stats{Closed: make(map[Reason]uint64)},
	}
	for _, n := range cfg.Namespaces {
		s.namespaces[n] = true
	}
	var bad []string
	if s.origins, bad = newOrigins(cfg.Origins); len(bad) > 0 {
		cfg.Logger.Warn("not an origin, ignored", "origins", bad)
	}
	s.upgrader = websocket.Upgrader{
		HandshakeTimeout: cfg.HandshakeTimeout,
		ReadBufferSize:   readBuffer,
		WriteBufferPool:  new(sync.Pool),                           // it writes nothing but the handshake
		CheckOrigin:      func(*http.Request) bool { return true }, // ServeHTTP did
		Error: func(w http.ResponseWriter, _ *http.Request, _ int, _ error) {
			refuseRequest.write(w)
		},
	}
	return s
}

// openWebSocket opens a session over WebSocket.
func (s *Server) openWebSocket(w http.ResponseWriter, r *http.Request, query url.Values, revision socketio.Revision) {
	if !s.begin() {
		refuseShutdown(w)
		return
	}
	c, err := upgrade(s, w, r, revision)
	if err != nil {
		s.readers.Done()
		s.cfg.Logger.Debug("handshake failed", "remote", r.RemoteAddr, "error", err)
		return
	}
	s.start(c, r, query, revision)
}

// openPolling opens a session over HTTP long-polling. The request is its first
// GET, which is answered with the handshake.
func (s *Server) openPolling(w http.ResponseWriter, r *http.Request, query url.Values, revision socketio.Revision) {
	if !s.begin() {
		refuseShutdown(w)
		return
	}
	s.mu.Lock()
	evicted, ok := s.pollers.reserve(s.cfg.MaxPollers)
	s.mu.Unlock()
	if !ok {
		s.readers.Done()
		refuseCrowd(w)
		return
	}
	if evicted != nil {
		evicted.end(ending{reason: ReasonCrowd, code: closeTryLater, drop: true})
	}
	c := newPollConn(&s.cfg, revision, query.Get("b64") == "")
	s.start(c, r, query, revision)
	c.get(w, r)
}

// start starts a session, which begin has counted.
func (s *Server) start(c conn, r *http.Request, query url.Values, revision socketio.Revision) {
	h := Handshake{RemoteAddr: r.RemoteAddr, Secure: r.TLS != nil}
	var more bool
	h.Query, h.Cut = shown(query, s.cfg.ShowQuery)
	h.Header, more = shown(r.Header, s.cfg.ShowHeader)
	h.Cut = h.Cut || more
	sess := newSession(s, c, revision, h)
	s.add(sess)
	go func() {
		defer s.readers.Done()
		sess.run()
		s.remove(sess)
	}()
}

// shown copies what is named, so that nothing of the request it came with is kept. It is
// cut where there is too much of it.
func shown(all map[string][]string, names []string) (kept map[string][]string, cut bool) {
	for _, name := range names {
		var values []string
		for _, v := range all[name] {
			cut = cut || len(v) > maxShown
			v = strings.Clone(v[:min(len(v), maxShown)])
			switch {
			case slices.Contains(values, v):
			case len(values) < maxShownValues:
				values = append(values, v)
			default:
				cut = true
			}
		}
		if values == nil {
			continue
		}
		if kept == nil {
			kept = make(map[string][]string, len(names))
		}
		kept[name] = values
	}
	return kept, cut
}

// begin counts a read goroutine that is about to start, unless none may.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		s.readers.Add(1)
	}
	return !s.closing
}

// add lists a session. One that comes while the server shuts down ends at once.
func (s *Server) add(sess *session) {
	s.mu.Lock()
	if sess.poll != nil {
		s.pollers.enter(sess)
	}
	s.sessions[sess.sid] = sess
	s.stats.Opened++
	closing := s.closing
	s.mu.Unlock()
	if closing {
		sess.end(ending{reason: ReasonShutdown, code: closeGoingAway, flush: s.cfg.WriteTimeout})
	}
}

// remove forgets a session that has ended.
func (s *Server) remove(sess *session) {
	end := sess.ended()
	s.cfg.Logger.Debug("session ended", "remote", sess.handshake.RemoteAddr, "reason", end.reason, "error", end.err)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, sess.sid)
	s.pollers.leave(sess)
	s.stats.Closed[end.reason]++
}

// settled notes that a session has an admitted socket of somebody's.
func (s *Server) settled(sess *session, person string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pollers.settle(sess, person)
}

// moved notes that a session polls no more.
func (s *Server) moved(sess *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pollers.leave(sess)
}

// countSockets keeps the number of connected sockets.
func (s *Server) countSockets(delta int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Sockets += delta
}

// session returns an open session, or nil.
func (s *Server) session(sid string) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions[sid]
}

// Stats returns the counts. It is safe from any goroutine.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := s.stats
	stats.Sessions = len(s.sessions)
	stats.Closed = maps.Clone(stats.Closed)
	return stats
}

// Shutdown takes no more sessions, flushes the queues of those there are, closes
// them as "going away", so that clients come back, and waits for all
// goroutines. When ctx ends first the connections are cut; it then returns
// ctx's error, and returns it even if a Receiver will not let go. It is safe
// from any goroutine but those of this package, and to call again.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	sessions := make([]*session, 0, len(s.sessions))
	for _, sess := range s.sessions {
		sessions = append(sessions, sess)
	}
	s.mu.Unlock()
	for _, sess := range sessions {
		sess.end(ending{reason: ReasonShutdown, code: closeGoingAway, flush: s.cfg.WriteTimeout})
	}
	done := make(chan struct{})
	go func() {
		s.readers.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	for _, sess := range sessions {
		sess.current().cut()
	}
	waiting, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	select {
	case <-done:
	case <-waiting.Done():
	}
	return ctx.Err()
}

// newID makes a name that nobody can guess.
func newID() string { return rand.Text() }
