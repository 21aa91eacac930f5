package transport

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
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
	w.Header().Set("Connection", "close") // who asked for a WebSocket has no use for more HTTP
	w.WriteHeader(f.status)
	// An error means the peer is gone, and there is nobody left to tell.
	_, _ = w.Write([]byte(`{"code":` + strconv.Itoa(f.code) + `,"message":"` + f.message + `"}`))
}

// check judges a request in the order of the reference, and returns nil for one
// that may become a session.
func (s *Server) check(r *http.Request, query url.Values) *refusal {
	if one(query, "transport") != "websocket" {
		return refuseTransport
	}
	if sid := query.Get("sid"); sid != "" {
		// A WebSocket joins a session only to upgrade one that polls.
		if s.session(sid) == nil {
			return refuseSession
		}
		return refuseRequest
	}
	switch {
	case r.Method != http.MethodGet:
		return refuseMethod
	case !isUpgrade(r):
		return refuseRequest
	case !s.origins.allow(r):
		return refuseOrigin
	case one(query, "EIO") != "4":
		return refuseProtocol
	}
	return nil
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
