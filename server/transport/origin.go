package transport

import (
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// origins decides which web pages may connect: a browser sends cookies and
// reaches private networks for any page, and lets the server judge by Origin
// (RFC 6455 section 10.2).
type origins struct {
	all     bool
	allowed map[string]bool // as normalOrigin writes them
}

// IsOrigin tells whether s may stand in Config.Origins: whether a browser could
// name a page's origin so, or it is one of the words for all and for those that
// have none. Browsers write a host in ASCII, and no host has a star in it.
func IsOrigin(s string) bool {
	_, bad := newOrigins([]string{s})
	return len(bad) == 0
}

// newOrigins reads a configured list; bad returns what is no origin in it.
func newOrigins(list []string) (o origins, bad []string) {
	o.allowed = make(map[string]bool)
	for _, s := range list {
		n, ok := normalOrigin(s)
		switch ok = ok && !strings.ContainsFunc(n, unlikely); {
		case s == "*":
			o.all = true
		case s == "null":
			o.allowed[s] = true // a sandboxed page or a local file
		case ok:
			o.allowed[n] = true
		default:
			bad = append(bad, s)
		}
	}
	return o, bad
}

// unlikely tells of a character that no browser has in an origin.
func unlikely(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("*,;\"'<>\\^`{|}", r)
}

// allow tells whether a request may come from where it says. No Origin is no
// browser.
func (o origins) allow(r *http.Request) bool {
	values := r.Header.Values("Origin")
	if len(values) == 0 || o.all {
		return true
	}
	if len(values) > 1 {
		return false
	}
	if o.allowed[values[0]] {
		return true
	}
	origin, ok := normalOrigin(values[0])
	return ok && (o.allowed[origin] || sameOrigin(origin, r))
}

// share lets the page that asks read the answer (Fetch standard, "CORS
// protocol"). Its origin has been allowed. Credentials are not: no cookie is an
// identity here.
func share(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Origin")
	if origin := r.Header.Get("Origin"); origin != "" {
		w.Header().Set("Access-Control-Allow-Origin", origin)
	}
}

// preflight answers a browser that asks before it lets a page send a request.
// Any header may be sent: a page that is allowed at all may know a token.
func preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "GET, POST")
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		h.Add("Vary", "Access-Control-Request-Headers")
		h.Set("Access-Control-Allow-Headers", asked)
	}
	h.Set("Access-Control-Max-Age", "600") // seconds
	w.WriteHeader(http.StatusNoContent)
}

// sameOrigin tells whether a page of the server itself asks. The server's own
// scheme is known only when it is https: otherwise a proxy may stand before us
// that speaks TLS, and the page's scheme says which port the Host leaves out.
func sameOrigin(origin string, r *http.Request) bool {
	scheme, _, _ := strings.Cut(origin, "://")
	if r.TLS != nil && scheme != "https" {
		return false
	}
	host, ok := normalOrigin(scheme + "://" + r.Host)
	return ok && host == origin
}

// normalOrigin writes an origin (RFC 6454 section 6.2) in one way: lower case,
// with its port.
func normalOrigin(s string) (string, bool) {
	if strings.ContainsAny(s, "?#") {
		return "", false // an empty query or fragment leaves no trace in a URL
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", false
	}
	scheme, host, port := strings.ToLower(u.Scheme), strings.ToLower(u.Hostname()), u.Port()
	if host == "" || scheme == "" {
		return "", false
	}
	if _, err := strconv.ParseUint(port, 10, 16); port != "" && err != nil {
		return "", false
	}
	if port == "" {
		switch scheme {
		case "http":
			port = "80"
		case "https":
			port = "443"
		}
	}
	return scheme + "://" + net.JoinHostPort(host, port), true
}
