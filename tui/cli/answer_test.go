package cli

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// hostile is what no terminal may be told: ESC sequences, C1, bidi, line ends.
const hostile = "a\x1b]0;owned\a\x1b[2J\u009b31m\u202e\u2066\r\nb\tc"

// harmless checks that all of a text may be told to a terminal.
func harmless(t *testing.T, what, text string) {
	t.Helper()
	for i, r := range text {
		if (unicode.IsControl(r) && r != '\n' && r != '\t') || unicode.Is(unicode.Bidi_Control, r) {
			t.Errorf("%s has %U at %d: %q", what, r, i, text)
			return
		}
	}
}

func TestHostileNames(t *testing.T) {
	fresh(t)
	s := hostTeam(t)
	long := strings.Repeat("x", 5000)
	place := chat.Team{ID: "t", Name: hostile + long}
	s.about = chat.About{Software: "hobnob", Version: hostile, Team: place, Issuer: hostile}
	in := chat.SignIn{Token: "eyJ", User: chat.User{ID: "id \u202e", Name: hostile + long, Role: chat.RoleMember}, Team: place}
	s.me, s.signIn = in, in
	_, stderr, code := hobnob(t, "eyJ", "login", s.URL, "--token", "-")
	harmless(t, "login", stderr)
	if code != exit.OK || len(stderr) > 500 {
		t.Errorf("login ended with %d: %q", code, stderr)
	}
	_, stderr, code = hobnob(t, "", "join", s.link(), "--name", "ada")
	harmless(t, "join", stderr)
	if code != exit.OK || len(stderr) > 800 || strings.Count(stderr, "\n") != 2 {
		t.Errorf("join ended with %d: %q", code, stderr)
	}
	stdout, _, _ := hobnob(t, "", "accounts")
	harmless(t, "accounts", stdout)
	if strings.Count(stdout, "\n") != 1 || strings.Count(stdout, "\t") != 4 {
		t.Errorf("accounts: %q", stdout)
	}
	_, stderr, _ = hobnob(t, "", "logout")
	harmless(t, "logout", stderr)
}

// TestHostileAnswers has every field of an answer be what no server says.
func TestHostileAnswers(t *testing.T) {
	good := `{"token":"eyJ","user":{"id":"u","name":"n","role":"member"},"team":{"id":"t","name":"n"}}`
	for name, answer := range map[string]string{
		"nothing":       `{}`,
		"null":          `null`,
		"page":          `<html>`,
		"role":          strings.Replace(good, `member`, `\u001b[31mowner`, 1),
		"no role":       strings.Replace(good, `member`, ``, 1),
		"user id":       strings.Replace(good, `"u"`, `"u\u001b[31m"`, 1),
		"user id, C1":   strings.Replace(good, `"u"`, `"u\u009b31m"`, 1),
		"long user id":  strings.Replace(good, `"u"`, `"`+strings.Repeat("u", maxID+1)+`"`, 1),
		"no user id":    strings.Replace(good, `"u"`, `""`, 1),
		"team id":       strings.Replace(good, `"t"`, `"t\r"`, 1),
		"no team id":    strings.Replace(good, `"t"`, `""`, 1),
		"token":         strings.Replace(good, `eyJ`, `e\u001bJ`, 1),
		"token, spaces": strings.Replace(good, `eyJ`, `eyJ\n`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			fresh(t)
			s := hostTeam(t)
			s.me, s.signIn = answer, answer
			for _, args := range [][]string{
				{"login", s.URL, "--token", "-"},
				{"join", s.link(), "--name", "ada", "--token-store", "file"},
			} {
				_, stderr, code := hobnob(t, "eyJ", args...)
				harmless(t, args[0], stderr)
				if code != exit.Unreachable || !strings.Contains(stderr, "there is no hobnob server at") {
					t.Errorf("%s ended with %d: %q", args[0], code, stderr)
				}
			}
			if got := listed(t); len(got) != 0 {
				t.Errorf("signed in as %+v", got)
			}
		})
	}
}

func TestRedeemedForNoToken(t *testing.T) {
	fresh(t)
	s := hostTeam(t)
	s.signIn = s.me
	if _, stderr, code := hobnob(t, "", "join", s.link(), "--name", "ada"); code != exit.Unreachable || len(listed(t)) != 0 {
		t.Errorf("ended with %d: %q", code, stderr)
	}
}

// TestTokenIsForHobnob: whoever does not say that it is hobnob is told no token.
func TestTokenIsForHobnob(t *testing.T) {
	for _, about := range []any{`{}`, `<html>`, chat.About{Software: "nginx"}} {
		fresh(t)
		s := hostTeam(t)
		s.about = about
		_, stderr, code := hobnob(t, "eyJ", "login", s.URL, "--token", "-")
		if code != exit.Unreachable || s.tokens != 0 {
			t.Errorf("login ended with %d, and %d requests had the token: %q", code, s.tokens, stderr)
		}
		t.Setenv("HOBNOB_SERVER", s.URL)
		t.Setenv("HOBNOB_TOKEN", "eyJ")
		if _, err := chosenAccount(t.Context(), ""); exit.CodeOf(err) != exit.Unreachable || s.tokens != 0 {
			t.Errorf("with HOBNOB_TOKEN: %v, and %d requests had the token", err, s.tokens)
		}
	}
}

func TestHostileRefusal(t *testing.T) {
	fresh(t)
	s := hostTeam(t)
	s.refusal = map[string]any{"error": chat.Error{Code: hostile, Message: hostile + strings.Repeat("x", 10_000)}}
	for _, args := range [][]string{{"login", s.URL, "--token", "-"}, {"join", s.link(), "--name", "ada"}} {
		_, stderr, code := hobnob(t, "eyJ", args...)
		harmless(t, args[0], stderr)
		if code != exit.Auth || len(stderr) > 1000 {
			t.Errorf("%s ended with %d: %d bytes", args[0], code, len(stderr))
		}
	}
}

// TestHostileList: what an older hobnob or another program wrote is no safer.
func TestHostileList(t *testing.T) {
	fresh(t)
	list(t, Account{Server: "http://" + hostile, User: chat.User{ID: hostile, Name: hostile, Role: hostile}, Team: chat.Team{ID: hostile, Name: hostile}, Store: hostile})
	stdout, _, _ := hobnob(t, "", "accounts")
	harmless(t, "accounts", stdout)
	if strings.Count(stdout, "\n") != 1 || strings.Count(stdout, "\t") != 4 {
		t.Errorf("accounts: %q", stdout)
	}
	_, stderr, code := hobnob(t, "", "logout")
	harmless(t, "logout", stderr)
	if code == exit.OK {
		t.Errorf("logged out of a store that does not exist")
	}
}

func TestInviteAnswer(t *testing.T) {
	for _, tc := range []struct{ url, role, want string }{
		{"http://127.0.0.1:4626/join/7Q4XR-0M2NB", "member", "http://127.0.0.1:4626/join/7Q4XR-0M2NB"},
		{"https://chat.example.com:443/join/7Q4XR?x=$(id)#y", "guest", "https://chat.example.com/join/7Q4XR"},
		{"http://127.0.0.1:4626/join/7Q4XR", hostile, ""},
		{"http://127.0.0.1:4626/join/7Q4XR", "", ""},
		{"http://127.0.0.1:4626/join/$(id)", "member", ""},
		{"http://127.0.0.1:4626/join/" + hostile, "member", ""},
		{"http://a;id/join/7Q4XR", "member", ""},
		{"http://\x1b[31m/join/7Q4XR", "member", ""},
		{"http://\u202ea/join/7Q4XR", "member", ""},
		{"", "member", ""},
	} {
		s := hostTeam(t)
		s.invite = chat.Invite{URL: tc.url, Role: chat.Role(tc.role)}
		got, err := CreateInvite(t.Context(), s.URL, "eyJ", chat.RoleMember)
		switch {
		case tc.want == "" && exit.CodeOf(err) != exit.Unreachable:
			t.Errorf("%q, %q: %+v, %v", tc.url, tc.role, got, err)
		case tc.want != "" && (err != nil || got.URL != tc.want):
			t.Errorf("%q: %q, %v, want %q", tc.url, got.URL, err, tc.want)
		}
	}
}

func TestShown(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "ada": "ada", "12345": "12345", "123456": "1234…", "ää äöü": "ää ä…", "\x1b": "␛", "a\nb": "a b",
	} {
		if got := shown(in, 5); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}

func FuzzShown(f *testing.F) {
	f.Add(hostile, 3)
	f.Add("👩🏽\u200d💻👩🏽\u200d💻", 2)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 1 + int(uint(limit)%100)
		got := shown(s, limit)
		if got != chat.SanitizeLine(got) || utf8.RuneCountInString(got) > limit {
			t.Errorf("%q within %d is shown as %q", s, limit, got)
		}
	})
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"chat.example.com", "http://[::1]:80", "https://A_b-c.:443/x?y#z", "localhost:1", "http://a;b", hostile} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		server, err := canonical(typed)
		if err != nil {
			return
		}
		again, err := canonical(server)
		if err != nil || again != server {
			t.Errorf("%q is %q, and that %q: %v", typed, server, again, err)
		}
		if quoted := strings.NewReplacer("[", "", "]", "").Replace(server); exit.Quote(quoted) != quoted {
			t.Errorf("%q is %q, which a shell does not take as it is", typed, server)
		}
		if fmt.Sprintf("%+q", server) != `"`+server+`"` {
			t.Errorf("%q is %+q", typed, server)
		}
	})
}
