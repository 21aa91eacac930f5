package api

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// OwnPages refuses what web pages of other origins ask of /api/, whoever answers there.
func (s *Server) OwnPages(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") && foreign(r) {
			w.Header().Set("X-Content-Type-Options", "nosniff")
			s.fail(w, &chat.Error{Code: chat.CodeNotAllowed, Message: "web pages of other origins may not ask that"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// foreign tells whether a web page of another origin asks. A browser sends requests for
// any page, and the page need not be able to read the answer to use up what its
// visitor's address may do. A browser says the origin of every POST of another one's
// page (Fetch standard, "append a request Origin header"); programs say none. The
// scheme is not compared: a proxy with TLS may stand before the server.
func foreign(r *http.Request) bool {
	for _, origin := range r.Header.Values("Origin") {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host) {
			return true
		}
	}
	return false
}
