package cli

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// TestDistrustIsNotTriedAgain: a certificate that is not trusted stays so, and commands
// that are patient say it at once.
func TestDistrustIsNotTriedAgain(t *testing.T) {
	fresh(t)
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	var reached atomic.Int32
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			reached.Add(1)
		}
	}
	s.StartTLS()
	defer s.Close()
	list(t, Account{Server: s.URL, User: chat.User{ID: "me", Name: "me"}, Team: chat.Team{ID: "t", Name: "acme"}, Store: storeFile})
	if err := keep(t.Context(), listed(t)[0], "eyJ.eyJ.sig", aloneTime); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "notes")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"send", "ops", "hi"}, {"download", "0193f2a0-0000-7000-8000-000000000000"}, {"upload", "ops", file}, {"who"}} {
		reached.Store(0)
		_, stderr, code := hobnob(t, "", args...)
		if code != exit.Unreachable || !strings.Contains(stderr, "is not one that this machine trusts") || strings.Contains(stderr, "trying again") {
			t.Errorf("%v ended with %d: %s", args, code, stderr)
		}
		if n := reached.Load(); n != 1 {
			t.Errorf("%v connected %d times", args, n)
		}
	}
}
