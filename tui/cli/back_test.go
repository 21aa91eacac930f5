package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// Whose token has ended is told what helps for the place it is kept in.
func TestWaysBack(t *testing.T) {
	for _, c := range []struct {
		account Account
		want    string // the commands
	}{
		{Account{Server: "http://h:1", Store: storeKeyring}, "hobnob login http://h:1 --token -|hobnob join LINK"},
		{Account{Server: "http://h:1", Store: storeFile}, "hobnob login http://h:1 --token -|hobnob join LINK"},
		{Account{Server: "http://h:1", Store: storeEnv}, "HOBNOB_TOKEN=… hobnob|hobnob join LINK"},
		{Account{Server: "http://h:1", Store: storeHost, Host: "/data"}, ""},
	} {
		c.account.User = chat.User{ID: "u", Name: "ada l"}
		var got []string
		ways := c.account.waysBack()
		for _, w := range ways {
			got = append(got, w.Run)
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: %q, want %q", c.account.Store, got, c.want)
		}
		if len(ways) > 0 && (!strings.Contains(ways[0].What, "hobnob token mint --for 'ada l'") || !strings.Contains(ways[1].What, "new account")) {
			t.Errorf("%s: %q", c.account.Store, ways)
		}
	}
}

// TestLoginNamesTheWayBack: a token that is refused is one of somebody who is in
// the team already, and what it says of itself fills in their name.
func TestLoginNamesTheWayBack(t *testing.T) {
	for token, want := range map[string]string{
		"e30.eyJuYW1lIjoiYWRhIGwifQ.sig":      "hobnob token mint --for 'ada l'\n", // {"name":"ada l"}
		"e30.e30.sig":                         "hobnob token mint --for NAME\n",
		"opaque":                              "hobnob token mint --for NAME\n",
		"e30.eyJuYW1lIjoiXHUwMDFiWzJKIn0.sig": "hobnob token mint --for ", // {"name":"\u001b[2J"}
	} {
		fresh(t)
		s := hostTeam(t)
		s.refusal = map[string]any{"error": chat.Error{Code: chat.CodeUnauthenticated, Message: "that token has expired"}}
		_, stderr, code := hobnob(t, token, "login", s.URL, "--token", "-")
		harmless(t, "login", stderr)
		mint, login, join := strings.Index(stderr, want), strings.Index(stderr, "hobnob login "+s.URL+" --token -\n"), strings.Index(stderr, "hobnob join with a new link would make you a new account")
		if code != exit.Auth || mint < 0 || login < mint || join < login {
			t.Errorf("%s ended with %d: %s", token, code, stderr)
		}
	}
}

// TestLogoutNamesTheWayBack, in its last line.
func TestLogoutNamesTheWayBack(t *testing.T) {
	fresh(t)
	list(t, at("https://a.example", "1", "ada", "acme"))
	_, stderr, code := hobnob(t, "", "logout")
	want := "\nto come back as ada: the host runs hobnob token mint --for ada (or, where that finds nobody, hobnob token mint --sub 1 --name ada), and you hobnob login https://a.example --token - with that token; a new join link makes a new account\n"
	if code != exit.OK || !strings.HasSuffix(stderr, want) {
		t.Errorf("ended with %d: %q", code, stderr)
	}
	host := at("http://127.0.0.1:1", "1", "ada", "acme")
	host.Host, host.Store = "/the data", storeHost
	list(t, host)
	if _, stderr, _ = hobnob(t, "", "logout"); !strings.HasSuffix(stderr, "\nto come back as the host: hobnob serve --chat --data '/the data'\n") {
		t.Errorf("a host: %q", stderr)
	}
}

// TestJoinKnowsWhoIsThere: who may be in the team is told how to be themselves.
func TestJoinKnowsWhoIsThere(t *testing.T) {
	for code, when := range map[chat.Code]string{
		chat.CodeNameTaken: "if that is you, you need a token, which the host makes: hobnob token mint --for ada\n",
		chat.CodeInvite:    "if you are in the team already, you need a token, which the host makes: hobnob token mint --for ada\n",
	} {
		fresh(t)
		s := hostTeam(t)
		s.refusal = map[string]any{"error": chat.Error{Code: code, Message: "no"}}
		_, stderr, _ := hobnob(t, "", "join", s.link(), "--name", "ada", "--token-store", "file")
		if !strings.Contains(stderr, "hint: "+when+"hint: then sign in with it: hobnob login "+s.URL+" --token -\n") {
			t.Errorf("%s: %s", code, stderr)
		}
	}
}

// TestRefusedNameIsNotOffered: who takes what is offered is not asked for ever.
func TestRefusedNameIsNotOffered(t *testing.T) {
	defer func(was func() string) { systemName = was }(systemName)
	systemName = func() string { return "ada" }
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var wish chat.Redeem
		_ = json.NewDecoder(r.Body).Decode(&wish)
		if chat.FoldName(wish.Name) == "ada" {
			w.WriteHeader(http.StatusConflict)
			_, _ = io.WriteString(w, `{"error":{"code":"name_taken","message":"taken"}}`)
			return
		}
		_ = json.NewEncoder(w).Encode(chat.SignIn{Token: "eyJ", User: chat.User{ID: "1", Name: wish.Name, Role: chat.RoleMember}, Team: chat.Team{ID: "t"}})
	}))
	defer s.Close()
	// A server elsewhere, since on this machine no name is offered.
	asks := asking
	defer func() { asking = asks }()
	asking = &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, s.Listener.Addr().String())
	}}
	defer asking.CloseIdleConnections()
	for typed, want := range map[string]string{
		"\ngrace\n":         "Your name in the team [ada]: |Your name in the team: ",
		"Ada\ngrace\n":      "Your name in the team [ada]: |Your name in the team: ",
		"@\ngrace\n":        "Your name in the team [ada]: |Your name in the team [ada]: ",
		"Ada\nаda\ngrace\n": "Your name in the team [ada]: |Your name in the team: ",
	} {
		var talk strings.Builder
		in, err := redeem(t.Context(), bufio.NewReader(strings.NewReader(typed)), &talk, "http://chat.example.com", "c", "")
		if err != nil || in.User.Name != "grace" {
			t.Fatalf("%q: %+v, %v", typed, in, err)
		}
		first, rest, _ := strings.Cut(talk.String(), "hobnob: ")
		last := rest[strings.LastIndex(rest, "\n")+1:]
		if first+"|"+last != want {
			t.Errorf("%q: %q, want %q", typed, talk.String(), want)
		}
		// Who is asked again is not told to give the command again.
		if n := strings.Count(talk.String(), "hint: "); strings.Contains(talk.String(), "--name") || n > 1 ||
			typed != "@\ngrace\n" && (!strings.Contains(talk.String(), "hint: if that is you, leave with Ctrl+C; the host runs hobnob token mint --for ") || !strings.Contains(talk.String(), ", and with the token from that you run hobnob login http://chat.example.com --token -\n")) {
			t.Errorf("%q: %q", typed, talk.String())
		}
	}
	// Who said a name on the command line is asked for another as well, where somebody sits there.
	there := interactive
	defer func() { interactive = there }()
	for _, sits := range []bool{true, false} {
		interactive = func() bool { return sits }
		var talk strings.Builder
		in, err := redeem(t.Context(), bufio.NewReader(strings.NewReader("Ada\ngrace\n")), &talk, "http://chat.example.com", "c", "ada")
		if asked := strings.Count(talk.String(), "Your name in the team: "); sits != (err == nil && in.User.Name == "grace" && asked == 2) || !sits && asked > 0 {
			t.Errorf("somebody there %v: %+v, %v: %q", sits, in, err, talk.String())
		}
	}
	var talk strings.Builder
	if _, err := redeem(t.Context(), bufio.NewReader(strings.NewReader("grace\n")), &talk, s.URL, "c", ""); err != nil || talk.String() != "Your name in the team: " {
		t.Errorf("on this machine: %q, %v", talk.String(), err)
	}
}

// TestNobodyHere: no account is no failure, and nothing for a script to read.
func TestNobodyHere(t *testing.T) {
	fresh(t)
	stdout, stderr, code := hobnob(t, "", "accounts")
	if stdout != "" || code != exit.OK || !strings.HasPrefix(stderr, "you are not in a team yet\nhint: join one: hobnob join LINK\nhint: or host one: hobnob serve --chat\n") {
		t.Errorf("%q, %q, %d", stdout, stderr, code)
	}
}

// TestSigningOutOfTheChat is done once it is left, of those who asked for it.
func TestSigningOutOfTheChat(t *testing.T) {
	fresh(t)
	ada, bob := at("https://a.example", "1", "ada", "acme"), at("https://b.example", "2", "bob", "else")
	list(t, ada, bob)
	host, env := bob, bob
	host.Store, env.Store = storeHost, storeEnv
	leaving := new(signOuts)
	if leaving.of(host) != nil || leaving.of(env) != nil || (*signOuts)(nil).of(ada) != nil {
		t.Error("there is something to sign out of where there is nothing")
	}
	leaving.of(ada)
	leaving.of(bob)()
	if err := leaving.signOut(t.Context(), Options{}); err != nil {
		t.Fatal(err)
	}
	if left, err := loadAccounts(t.Context()); err != nil || len(left.Accounts) != 1 || !left.Accounts[0].same(ada) {
		t.Errorf("left are %+v, %v", left, err)
	}
}
