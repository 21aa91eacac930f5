package cli

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/adrg/xdg"
	"github.com/zalando/go-keyring"
	"go.uber.org/goleak"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fresh is a machine on which nobody used hobnob, with an empty keyring.
func fresh(t *testing.T) {
	t.Helper()
	home := t.TempDir()
	t.Cleanup(xdg.Reload) // after the variables are back
	for _, name := range []string{"CONFIG", "STATE", "DATA", "CACHE"} {
		t.Setenv("XDG_"+name+"_HOME", filepath.Join(home, name))
	}
	pauses := redeemPauses
	redeemPauses = []time.Duration{0, 0}
	t.Cleanup(func() { redeemPauses = pauses })
	t.Setenv("HOBNOB_SERVER", "")
	t.Setenv("HOBNOB_TOKEN", "")
	xdg.Reload()
	keyring.MockInit()
}

// hobnob runs a command of the client.
func hobnob(t *testing.T, stdin string, args ...string) (stdout, stderr string, code exit.Code) {
	t.Helper()
	var out, errs bytes.Buffer
	root := Root(Options{Version: "test"})
	root.SetIn(strings.NewReader(stdin))
	root.SetOut(&out)
	root.SetErr(&errs)
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	if err != nil {
		exit.Print(&errs, err)
	}
	return out.String(), errs.String(), exit.CodeOf(err)
}

// team is the HTTP API of a server, as its fields have it.
type team struct {
	*httptest.Server

	about   any // answer to GET /api/server
	me      any // answer to GET /api/me
	signIn  any // answer to POST /api/invites/redeem
	invite  any // answer to POST /api/invites
	refusal any // answer to everything but GET /api/server, instead

	redeemed func() // called when an invite is used up
	invites  int    // how many were
	key      string // of the last who wanted to come in
	tokens   int    // how many requests had a token
}

func hostTeam(t *testing.T) *team {
	t.Helper()
	ada := chat.SignIn{User: chat.User{ID: "id-ada", Name: "ada", Role: chat.RoleMember}, Team: chat.Team{ID: "t", Name: "acme"}}
	in := ada
	in.Token = "eyJ.eyJ.sig"
	s := &team{about: chat.About{Software: "hobnob", Team: ada.Team}, me: ada, signIn: in, redeemed: func() {}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// ServeHTTP implements http.Handler.
func (s *team) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "" {
		s.tokens++
	}
	var answer any
	switch r.URL.Path {
	case "/api/server":
		answer = s.about
	case "/api/me":
		answer = s.me
	case "/api/invites":
		answer = s.invite
	case "/api/invites/redeem":
		answer = s.signIn
		var asked chat.Redeem
		_ = json.NewDecoder(r.Body).Decode(&asked)
		s.key = asked.Key
		if s.refusal == nil {
			s.invites++
			s.redeemed()
		}
	}
	if s.refusal != nil && r.URL.Path != "/api/server" {
		w.WriteHeader(http.StatusUnauthorized)
		answer = s.refusal
	}
	if text, ok := answer.(string); ok {
		_, _ = w.Write([]byte(text))
		return
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *team) link() string { return s.URL + "/join/00000-00000-00000-00000" }

// listed are the accounts on the machine,
// without the places that they were given.
func listed(t *testing.T) []Account {
	t.Helper()
	list, err := loadAccounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range list.Accounts {
		list.Accounts[i].Place = 0
	}
	return list.Accounts
}

// list makes these the accounts on the machine.
func list(t *testing.T, accounts_ ...Account) {
	t.Helper()
	if err := changeAccounts(t.Context(), func(l *accounts) { l.Accounts = accounts_ }); err != nil {
		t.Fatal(err)
	}
}

// makeFolder puts a folder where a file ought to be.
func makeFolder(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(path, 0o700); err != nil {
		t.Fatal(err)
	}
}
