package cli

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// TestOtherScheme: who wrote http for https, or the reverse, is told which one
// the server has.
func TestOtherScheme(t *testing.T) {
	fresh(t)
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	var asked string
	moved := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://"+r.Host+r.URL.Path, http.StatusMovedPermanently)
		asked = r.Header.Get("Authorization")
	}))
	defer moved.Close()
	for given, want := range map[string]string{
		strings.Replace(plain.URL, "http:", "https:", 1):  plain.URL,
		strings.Replace(secure.URL, "https:", "http:", 1): secure.URL,
		moved.URL: strings.Replace(moved.URL, "http:", "https:", 1),
	} {
		scheme, _, _ := strings.Cut(want, ":")
		_, stderr, code := hobnob(t, "eyJ", "login", given, "--token", "-")
		if code != exit.Unreachable || !strings.Contains(stderr, "and is reached with "+scheme+"\n") || !strings.HasSuffix(stderr, scheme+"://: "+want+"\n") {
			t.Errorf("%s ended with %d: %s", given, code, stderr)
		}
	}
	if asked != "" {
		t.Error("the token was told to a server that has not said what it is")
	}
}
