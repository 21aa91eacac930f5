package api

import (
	"net/http"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// serve has mux answer, and answers itself in JSON, as all of the API does, where mux
// has nothing at that address, or nothing for that method.
func (s *Server) serve(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) {
	if _, pattern := mux.Handler(r); pattern != "" || !ofAPI(r.URL.Path) {
		mux.ServeHTTP(w, r)
		return
	}
	as := &unmatched{header: make(http.Header)}
	mux.ServeHTTP(as, r)
	e := &chat.Error{Code: chat.CodeNotFound, Message: "there is nothing at that address; docs/protocol.md says what there is"}
	code := http.StatusNotFound
	if allow := as.header.Get("Allow"); as.code == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", allow) // RFC 9110, section 15.5.6
		e = &chat.Error{Code: chat.CodeBadRequest, Message: "that address takes " + allow}
		code = as.code
	}
	s.write(w, code, map[string]*chat.Error{"error": e})
}

func ofAPI(path string) bool {
	return path == "/api" || strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/hooks/")
}

// unmatched hears what a mux says of an address that it does not have.
type unmatched struct {
	header http.Header
	code   int
}

// Header implements http.ResponseWriter.
func (u *unmatched) Header() http.Header { return u.header }

// Write implements http.ResponseWriter.
func (u *unmatched) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader implements http.ResponseWriter.
func (u *unmatched) WriteHeader(code int) { u.code = code }
