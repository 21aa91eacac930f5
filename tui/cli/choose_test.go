package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// TestWhoseToken says with which accounts HOBNOB_TOKEN is used.
func TestWhoseToken(t *testing.T) {
	const a, b, here = "https://a.example", "https://b.example", "http://127.0.0.1:4626"
	first, second, hosted := at(a, "1", "ada", "acme"), at(b, "2", "bob", "beta"), at(here, "3", "eve", "home")
	hosted.Host, hosted.Store = "/data", storeHost
	env := at(b, "4", "dan", "beta")
	env.Store, env.FromEnv = storeEnv, true
	for name, tc := range map[string]struct {
		list                 []Account
		server, token, named string
		want                 string // key and store, or the start of an error
	}{
		"usual":                        {[]Account{first, second}, "", "", "", "1@" + a + " file"},
		"usual, with token":            {[]Account{first, second}, "", "T", "", "1@" + a + " env"},
		"blank token":                  {[]Account{first, second}, "", " \n", "", "1@" + a + " file"},
		"named":                        {[]Account{first, second}, "", "T", "bob", "2@" + b + " file"},
		"named, for its server":        {[]Account{first, second}, "B.example:443", "T", "bob", "2@" + b + " env"},
		"named, for another server":    {[]Account{first, second}, a, "T", "bob", "2@" + b + " file"},
		"server without a token":       {[]Account{first, second}, b, "", "", "2@" + b + " file"},
		"hosted":                       {[]Account{hosted, first}, "", "T", "", "3@" + here + " host"},
		"hosted, named":                {[]Account{hosted, first}, here, "T", "eve", "3@" + here + " host"},
		"of the environment":           {[]Account{env}, "", "T", "", "4@" + b + " env"},
		"of the environment, named":    {[]Account{first, env}, b, "T", "dan", "4@" + b + " env"},
		"of the environment, no token": {[]Account{env}, "", "", "", "error: you are dan in beta"},
		"of the environment, astray":   {[]Account{first, env}, a, "T", "dan", "error: you are dan in beta"},
		"no server to say which":       {[]Account{first, env}, "", "T", "dan", "error: you are dan in beta"},
		"no account":                   {nil, "", "T", "", "error: you are not in a team yet, and HOBNOB_TOKEN is not used without HOBNOB_SERVER"},
		"no account, nor a token":      {nil, "", "", "", "error: you are not in a team yet"},
		"no account, named":            {nil, "", "T", "dan", "error: you are not in a team yet"},
		"no server's address":          {[]Account{first}, "ftp://x", "T", "", "error: HOBNOB_SERVER: "},
		"no token's text":              {[]Account{first}, a, "T\x1b[2J", "", "error: HOBNOB_TOKEN: "},
	} {
		t.Run(name, func(t *testing.T) {
			fresh(t)
			list(t, tc.list...)
			t.Setenv("HOBNOB_SERVER", tc.server)
			t.Setenv("HOBNOB_TOKEN", tc.token)
			a, err := chosenAccount(t.Context(), tc.named)
			got := a.key() + " " + a.Store
			// Who gave a token in vain is told.
			if note := unusedToken(t.Context(), a); err == nil && (note != "") != (tc.token == "T" && a.Store != storeEnv) {
				t.Errorf("told %q", note)
			}
			if err != nil {
				got = "error: " + err.Error()
			}
			if got != tc.want && (!strings.HasPrefix(tc.want, "error") || !strings.HasPrefix(got, tc.want)) {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
}

// TestTokenOfItsStore: no account takes HOBNOB_TOKEN for its own.
func TestTokenOfItsStore(t *testing.T) {
	fresh(t)
	t.Setenv("HOBNOB_TOKEN", " ENV \n")
	a := at("https://a.example", "1", "ada", "acme")
	if err := keystore.File(tokenFile()).Set(t.Context(), a.key(), "KEPT"); err != nil {
		t.Fatal(err)
	}
	hosted := a
	hosted.Host = "/data"
	env := a
	env.Store = storeEnv
	o := Options{HostToken: func(data string) (string, error) { return "MINTED in " + data, nil }}
	for want, a := range map[string]Account{"KEPT": a, "MINTED in /data": hosted, "ENV": env} {
		if got, err := o.source(a).get(t.Context()); err != nil || got != want {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
}

// TestEnvAccountIsRemembered, so that it opens when its server is not there.
func TestEnvAccountIsRemembered(t *testing.T) {
	fresh(t)
	first := at("https://a.example", "1", "eve", "other")
	list(t, first)
	s := hostTeam(t)
	t.Setenv("HOBNOB_SERVER", s.URL)
	t.Setenv("HOBNOB_TOKEN", "eyJ")
	choose := func() Account {
		t.Helper()
		a, err := chosenAccount(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		a.Place = 0
		return a
	}
	online := choose()
	if s.tokens != 1 || online.key() != "id-ada@"+s.URL || online.Store != storeEnv {
		t.Errorf("online: %+v", online)
	}
	if got := listed(t); len(got) != 2 || got[0] != first || got[1] != online {
		t.Errorf("listed are %+v", got)
	}
	choose()
	if got := listed(t); len(got) != 2 {
		t.Errorf("listed twice: %+v", got)
	}
	s.Close()
	if a := choose(); a != online || a.state() != online.state() {
		t.Errorf("offline: %+v, want %+v", a, online)
	}

	// Whose it is of two, only the server can tell.
	other := online
	other.User.ID = "id-bob"
	list(t, first, online, other)
	if _, err := chosenAccount(t.Context(), ""); exit.CodeOf(err) != exit.Usage {
		t.Errorf("of two: %v", err)
	}
	list(t, first)
	if _, err := chosenAccount(t.Context(), ""); exit.CodeOf(err) != exit.Unreachable {
		t.Errorf("of none: %v", err)
	}
}

// TestEnvAccountKeepsItsStore: an account that was signed in stays so.
func TestEnvAccountKeepsItsStore(t *testing.T) {
	fresh(t)
	s := hostTeam(t)
	mine := at(s.URL, "id-ada", "ada", "acme")
	hosted := at(s.URL, "id-eve", "eve", "acme")
	hosted.Host, hosted.Store = "/data", storeHost
	list(t, mine, hosted)
	t.Setenv("HOBNOB_SERVER", s.URL)
	t.Setenv("HOBNOB_TOKEN", "eyJ")
	a, err := chosenAccount(t.Context(), "")
	got := listed(t)
	if err != nil || a.Store != storeEnv || len(got) != 2 || got[0].Store != storeFile || !got[0].FromEnv {
		t.Errorf("%+v, %v; listed are %+v", a, err, got)
	}
	s.me = chat.SignIn{User: hosted.User, Team: hosted.Team}
	if a, err := chosenAccount(t.Context(), ""); err != nil || !a.same(hosted) || a.Store != storeHost || a.FromEnv {
		t.Errorf("the host's: %+v, %v", a, err)
	}
	s.Close()
	if b, err := chosenAccount(t.Context(), ""); err != nil || !b.same(mine) || b.Store != storeEnv {
		t.Errorf("offline: %+v, %v", b, err)
	}
}

func TestEnvAccountRefused(t *testing.T) {
	fresh(t)
	s := hostTeam(t)
	s.refusal = map[string]any{"error": chat.Error{Code: chat.CodeUnauthenticated, Message: "jwt expired"}}
	env := at(s.URL, "id-ada", "ada", "acme")
	env.Store, env.FromEnv = storeEnv, true
	list(t, env)
	t.Setenv("HOBNOB_SERVER", s.URL)
	t.Setenv("HOBNOB_TOKEN", "eyJ")
	if _, err := chosenAccount(t.Context(), ""); exit.CodeOf(err) != exit.Auth {
		t.Errorf("a refused token: %v", err)
	}
}

// TestEnvAccountNeedsNoList: who brings a server and a token is not kept out by a list of
// accounts that is damaged, which stays as it is, and is what is said only where it is needed.
func TestEnvAccountNeedsNoList(t *testing.T) {
	fresh(t)
	list(t, at("https://a.example", "1", "eve", "other"))
	if err := os.WriteFile(accountsFile(), []byte(`{"accounts": [`), 0o600); err != nil {
		t.Fatal(err)
	}
	s := hostTeam(t)
	t.Setenv("HOBNOB_SERVER", s.URL)
	t.Setenv("HOBNOB_TOKEN", "eyJ")
	if a, err := chosenAccount(t.Context(), ""); err != nil || a.key() != "id-ada@"+s.URL {
		t.Errorf("%+v, %v", a, err)
	}
	if b, err := os.ReadFile(accountsFile()); err != nil || string(b) != `{"accounts": [` {
		t.Errorf("the list has %q, %v", b, err)
	}
	s.Close()
	if _, err := chosenAccount(t.Context(), ""); exit.CodeOf(err) != exit.Storage || !strings.Contains(err.Error(), "is damaged") {
		t.Errorf("without the server: %v", err)
	}
}
