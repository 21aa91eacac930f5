package transport

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// The transports of Engine.IO, as a request names them.
const (
	transportPolling   = "polling"
	transportWebSocket = "websocket"
)

// refusal is what the reference server answers to a request it does not take
// (engine.io, lib/server.ts, Server.errors).
type refusal struct {
	status  int
	code    int
	message string
}

var (
	refuseTransport = &refusal{http.StatusBadRequest, 0, "Transport unknown"}
	refuseSession   = &refusal{http.StatusBadRequest, 1, "Session ID unknown"}
	refuseMethod    = &refusal{http.StatusBadRequest, 2, "Bad handshake method"}
	refuseRequest   = &refusal{http.StatusBadRequest, 3, "Bad request"}
	refuseOrigin    = &refusal{http.StatusForbidden, 4, "Forbidden"}
	refuseProtocol  = &refusal{http.StatusBadRequest, 5, "Unsupported protocol version"}
)

// write answers with the refusal.
func (f *refusal) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Connection", "close") // nobody who asks rightly is refused often
	w.WriteHeader(f.status)
	// An error means the peer is gone, and there is nobody left to tell.
	_, _ = w.Write([]byte(`{"code":` + strconv.Itoa(f.code) + `,"message":"` + f.message + `"}`))
}

// refuseShutdown answers who comes while the server ends.
func refuseShutdown(w http.ResponseWriter) {
	http.Error(w, "server is shutting down", http.StatusServiceUnavailable)
}

// refuseCrowd answers who wants to poll where everybody does.
func refuseCrowd(w http.ResponseWriter) {
	http.Error(w, "too many clients poll: try again, or use WebSocket", http.StatusServiceUnavailable)
}

// ServeHTTP answers one request. A session that it opens outlives it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.plain {
		if f := s.checkPlain(r); f != nil {
			f.write(w)
			return
		}
		s.openWebSocket(w, r, nil, socketio.Revision4)
		return
	}
	if !s.origins.allow(r) {
		refuseOrigin.write(w)
		return
	}
	share(w, r)
	query := r.URL.Query()
	transport := one(query, "transport")
	sid := query.Get("sid")
	switch {
	case r.Method == http.MethodOptions && r.Header.Get("Origin") != "":
		preflight(w, r)
	case transport != transportPolling && transport != transportWebSocket:
		refuseTransport.write(w)
	case sid != "":
		s.goOn(w, r, transport, sid)
	default:
		s.handshake(w, r, transport, query)
	}
}

// goOn answers a request of a session that is open.
func (s *Server) goOn(w http.ResponseWriter, r *http.Request, transport, sid string) {
	sess := s.session(sid)
	switch {
	case sess == nil:
		refuseSession.write(w)
	case transport == transportWebSocket && r.Method == http.MethodGet && isUpgrade(r):
		s.move(sess, w, r)
	case transport == transportWebSocket || sess.poll == nil:
		refuseRequest.write(w)
	case r.Method == http.MethodGet:
		sess.beat()
		sess.poll.get(w, r)
	case r.Method == http.MethodPost:
		sess.poll.post(w, r)
	default:
		refuseRequest.write(w)
	}
}

// handshake judges a request for a new session in the order of the reference,
// and opens it.
func (s *Server) handshake(w http.ResponseWriter, r *http.Request, transport string, query url.Values) {
	revision, known := s.revision(query)
	switch {
	case r.Method != http.MethodGet:
		refuseMethod.write(w)
	case transport == transportWebSocket && !isUpgrade(r):
		refuseRequest.write(w)
	case !known:
		refuseProtocol.write(w)
	case query.Has("j"):
		// JSONP lets any page read what is said to its visitors, Origin or not.
		refuseRequest.write(w)
	case transport == transportWebSocket:
		s.openWebSocket(w, r, query, revision)
	default:
		s.openPolling(w, r, query, revision)
	}
}

// revision reads which revision of Engine.IO a client speaks.
func (s *Server) revision(query url.Values) (r socketio.Revision, known bool) {
	switch one(query, "EIO") {
	case "4":
		return socketio.Revision4, true
	case "3":
		return socketio.Revision3, s.cfg.AllowEIO3
	}
	return 0, false
}

// one returns the value of a key that is there once, else "": of two nobody
// can say which counts.
func one(query url.Values, key string) string {
	if v := query[key]; len(v) == 1 {
		return v[0]
	}
	return ""
}

// isUpgrade tells whether a request asks for WebSocket at all; whether it asks
// rightly is the handshake's to judge.
func isUpgrade(r *http.Request) bool {
	for _, v := range r.Header.Values("Upgrade") {
		for token := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(token), "websocket") {
				return true
			}
		}
	}
	return false
}
