package api

import (
	"errors"
	"net/http"
)

// NotReadyError is why a server cannot take messages now.
type NotReadyError struct {
	Reason  string // for programs; docs/protocol.md lists them
	Message string // for people, with what to do
}

// Error implements error.
func (e *NotReadyError) Error() string { return e.Message }

// condition is the answer of healthz and readyz.
type condition struct {
	Status  string `json:"status"`
	Reason  string `json:"reason,omitempty"`
	Message string `json:"message,omitempty"`
}

// healthz tells whether the process lives and can read what it has.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) {
	if err := s.cfg.Healthy(r.Context()); err != nil {
		s.cfg.Logger.Error("health", "err", err)
		s.write(w, http.StatusServiceUnavailable, condition{Status: "unavailable"})
		return
	}
	s.write(w, http.StatusOK, condition{Status: "ok"})
}

// readyz tells whether the server can take messages, and if not why.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	err := s.cfg.Ready(r.Context())
	if err == nil {
		s.write(w, http.StatusOK, condition{Status: "ok"})
		return
	}
	answer := condition{Status: "unavailable"}
	if why, ok := errors.AsType[*NotReadyError](err); ok {
		answer.Reason, answer.Message = why.Reason, why.Message
	}
	s.write(w, http.StatusServiceUnavailable, answer)
}

// metrics answers a scrape to who may see how the server fares. Behind a proxy
// everybody comes from this machine, so where a request comes from says nothing.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) {
	who, err := s.paced(r)
	if err == nil {
		err = s.cfg.Measure(who.User)
	}
	if err != nil {
		s.fail(w, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	s.cfg.Metrics.ServeHTTP(w, r)
}

// Watch answers health, readiness and metrics without a token: for a listener of its
// own, which only those can reach who may see them.
func (s *Server) Watch() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.Handle("GET /metrics", s.cfg.Metrics)
	return mux
}
