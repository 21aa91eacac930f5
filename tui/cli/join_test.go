package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// TestInviteIsKept: what stops a person is found before the invite is spent.
func TestInviteIsKept(t *testing.T) {
	for name, tc := range map[string]struct {
		store string
		spoil func(t *testing.T)
		code  exit.Code
	}{
		"the list is a folder":    {storeFile, func(t *testing.T) { t.Helper(); makeFolder(t, accountsFile()) }, exit.Storage},
		"the tokens are a folder": {storeFile, func(t *testing.T) { t.Helper(); makeFolder(t, tokenFile()) }, exit.Storage},
		"the file is full":        {storeFile, fillTokens, exit.Storage},
		"no keyring":              {storeKeyring, func(*testing.T) { keyring.MockInitWithError(errors.New("no bus")) }, exit.Keyring},
		"a small keyring":         {storeKeyring, func(*testing.T) { keyring.MockInitWithError(keyring.ErrSetDataTooBig) }, exit.Keyring},
		"no such store":           {storeHost, func(*testing.T) {}, exit.Usage},
	} {
		t.Run(name, func(t *testing.T) {
			fresh(t)
			tc.spoil(t)
			s := hostTeam(t)
			_, stderr, code := hobnob(t, "", "join", s.link(), "--name", "ada", "--token-store", tc.store)
			if code != tc.code || s.invites != 0 {
				t.Errorf("ended with %d, and the invite was used %d times: %s", code, s.invites, stderr)
			}
		})
	}
}

// TestABadLinkIsSaidFirst: who has a link that lets nobody in is asked for no name, and is told
// nothing of the keyring.
func TestABadLinkIsSaidFirst(t *testing.T) {
	for _, why := range []chat.Code{chat.CodeInvite, chat.CodeTooMany} {
		fresh(t)
		keyring.MockInitWithError(errors.New("no bus"))
		s := hostTeam(t)
		s.refusal = map[string]any{"error": chat.Error{Code: why, Message: "this invite has been used already; ask for a new one"}}
		_, stderr, code := hobnob(t, "", "join", s.link(), "--name", "ada")
		if code == exit.Keyring || !strings.Contains(stderr, "has been used already") || strings.Contains(stderr, "keyring") || s.key != "" {
			t.Errorf("%s: ended with %d: %s", why, code, stderr)
		}
	}
}

// fillTokens leaves room for a few bytes in the token file, and not for a token.
func fillTokens(t *testing.T) {
	t.Helper()
	makeFolder(t, filepath.Dir(tokenFile()))
	text := `{"version":1,"tokens":{"other":"` + strings.Repeat("x", 1<<20-500) + `"}}`
	if err := os.WriteFile(tokenFile(), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := keystore.File(tokenFile()).Set(t.Context(), "small", "x"); err != nil {
		t.Fatal(err) // or else a probe of any size would do
	}
}

// TestInviteIsSpent: who is in the team without a token is told the way back in.
func TestInviteIsSpent(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(t *testing.T)
		code  exit.Code
	}{
		"keyring": {func(*testing.T) { keyring.MockInitWithError(errors.New("locked meanwhile")) }, exit.Keyring},
		"list": {func(t *testing.T) {
			t.Helper()
			makeFolder(t, accountsFile())
		}, exit.Storage},
	} {
		t.Run(name, func(t *testing.T) {
			fresh(t)
			s := hostTeam(t)
			s.redeemed = func() { tc.spoil(t) }
			s.signIn = chat.SignIn{
				Token: "SECRET", User: chat.User{ID: "id;x", Name: "ada l", Role: chat.RoleGuest}, Team: chat.Team{ID: "t", Name: "acme"},
			}
			_, stderr, code := hobnob(t, "", "join", s.link(), "--name", "ada l")
			if code != tc.code || !strings.HasPrefix(stderr[strings.Index(stderr, "hobnob:"):], "hobnob: the invite is used up and you are ada l in acme") {
				t.Errorf("ended with %d: %s", code, stderr)
			}
			for _, hint := range []string{
				"hobnob token mint --for 'id;x'\n",
				"hobnob login " + s.URL + " --token - --token-store file\n",
			} {
				if !strings.Contains(stderr, hint) {
					t.Errorf("no %q in: %s", hint, stderr)
				}
			}
			if strings.Contains(stderr, "SECRET") {
				t.Errorf("the token was printed: %s", stderr)
			}
			if _, err := keyring.Get("hobnob", "id;x@"+s.URL); err == nil {
				t.Error("a token was left where nobody finds it")
			}
		})
	}
}

// TestJoinLeavesNothing: whoever does not get in has the machine as it was, and
// whoever is in other teams has those.
func TestJoinLeavesNothing(t *testing.T) {
	refuse := func(code chat.Code) any { return map[string]any{"error": chat.Error{Code: code, Message: "no"}} }
	for name, tc := range map[string]struct {
		name    string
		refusal any
		spoil   func(t *testing.T) // once the invite is used
		code    exit.Code
	}{
		"bad code":      {"ada", refuse(chat.CodeInvite), nil, exit.Auth},
		"name is taken": {"ada", refuse(chat.CodeNameTaken), nil, exit.Failed},
		"no name":       {"@", nil, nil, exit.Usage},
		"nobody to ask": {"", nil, nil, exit.Usage},
		"no sign-in": {"ada", nil, func(t *testing.T) {
			t.Helper()
			makeFolder(t, accountsFile()+".lock")
		}, exit.Storage},
	} {
		t.Run(name, func(t *testing.T) {
			fresh(t)
			home := filepath.Dir(filepath.Dir(filepath.Dir(accountsFile())))
			s := hostTeam(t)
			s.refusal = tc.refusal
			s.redeemed = func() {
				if tc.spoil != nil {
					tc.spoil(t)
				}
			}
			args := []string{"join", s.link(), "--token-store", "file"}
			if tc.name != "" {
				args = append(args, "--name", tc.name)
			}
			_, stderr, code := hobnob(t, "", args...)
			if code != tc.code {
				t.Errorf("ended with %d: %s", code, stderr)
			}
			left, err := filepath.Glob(filepath.Join(home, "*", "*", "*"))
			if tc.spoil == nil && err == nil {
				left, err = filepath.Glob(filepath.Join(home, "*"))
			} else {
				left = slices.DeleteFunc(left, func(path string) bool { return path == accountsFile()+".lock" })
			}
			if err != nil || len(left) != 0 {
				t.Errorf("left is %v, %v", left, err)
			}
		})
	}
}

func TestJoinLeavesOthersAlone(t *testing.T) {
	fresh(t)
	other := at("https://a.example", "1", "ada", "acme")
	list(t, other)
	tokens := keystore.File(tokenFile())
	if err := tokens.Set(t.Context(), other.key(), "t"); err != nil {
		t.Fatal(err)
	}
	s := hostTeam(t)
	s.refusal = map[string]any{"error": chat.Error{Code: chat.CodeInvite, Message: "no"}}
	if _, stderr, code := hobnob(t, "", "join", s.link(), "--name", "ada", "--token-store", "file"); code != exit.Auth {
		t.Errorf("ended with %d: %s", code, stderr)
	}
	if got, err := tokens.Get(t.Context(), other.key()); got != "t" || err != nil || len(listed(t)) != 1 {
		t.Errorf("the other account has %q, %v, and listed are %v", got, err, listed(t))
	}
}

// TestAnswerIsLost: the invite is redeemed again with the same key, and what
// says no is not asked again.
func TestAnswerIsLost(t *testing.T) {
	wish := chat.Redeem{Code: "00000-00000-00000-00000", Name: "ada", Key: "0123456789abcdef"}
	for name, tc := range map[string]struct {
		lost, refused int // requests before the answer
		asked         int
		code          exit.Code
	}{
		"not at all":   {0, 0, 1, exit.OK},
		"once":         {1, 0, 2, exit.OK},
		"each time":    {9, 0, 3, exit.Unreachable},
		"refused":      {0, 9, 1, exit.Auth},
		"then refused": {1, 9, 2, exit.Auth},
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int32
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				var got chat.Redeem
				if err := json.NewDecoder(r.Body).Decode(&got); err != nil || got != wish {
					t.Errorf("asked for %+v, %v", got, err)
				}
				asked := int(requests.Add(1))
				switch {
				case asked <= tc.lost:
					panic(http.ErrAbortHandler)
				case asked <= tc.lost+tc.refused:
					w.WriteHeader(http.StatusForbidden)
					_, _ = io.WriteString(w, `{"error":{"code":"invalid_invite","message":"used"}}`)
				default:
					_, _ = io.WriteString(w, `{"token":"eyJ","expires":1,"user":{"id":"1","name":"ada","role":"member"},"team":{"id":"t","name":"acme"}}`)
				}
			}))
			defer s.Close()
			in, err := redeemOnce(t.Context(), io.Discard, s.URL, wish, []time.Duration{0, 0})
			asked := int(requests.Load())
			if exit.CodeOf(err) != tc.code || asked != tc.asked || (err == nil) != (in.Token == "eyJ") {
				t.Errorf("asked %d times: %+v, %v", asked, in, err)
			}
		})
	}
}

func TestJoinMakesItsOwnKey(t *testing.T) {
	fresh(t)
	s := hostTeam(t)
	keys := map[string]bool{}
	for range 2 {
		if _, stderr, code := hobnob(t, "", "join", s.link(), "--name", "ada", "--token-store", "file"); code != exit.OK {
			t.Fatalf("join: %s", stderr)
		}
		if len(s.key) < chat.MinRedeemKey || len(s.key) > chat.MaxRedeemKey {
			t.Errorf("its key is %q", s.key)
		}
		keys[s.key] = true
	}
	if len(keys) != 2 {
		t.Error("two who join have one key")
	}
}

func TestLongIdentity(t *testing.T) {
	fresh(t)
	s := hostTeam(t)
	who := chat.SignIn{User: chat.User{ID: strings.Repeat("u", maxID), Name: "ada", Role: chat.RoleMember}, Team: chat.Team{ID: "t"}}
	s.me = who
	if _, stderr, code := hobnob(t, "eyJ", "login", s.URL, "--token", "-"); code != exit.OK {
		t.Fatalf("login: %s", stderr)
	}
	a := listed(t)[0]
	if got, err := (Options{}).source(a).get(t.Context()); err != nil || got != "eyJ" {
		t.Errorf("its token is %q, %v", got, err)
	}
}

// forgetful is a store that fails to keep, and has kept all the same.
type forgetful struct{ has map[string]string }

func (f forgetful) Name() string { return "forgetful" }

func (f forgetful) Get(context.Context, string) (string, error) { return "", keystore.ErrNotFound }

func (f forgetful) Set(_ context.Context, account, token string) error {
	f.has[account] = token
	return keystore.ErrUnavailable
}

func (f forgetful) Delete(ctx context.Context, account string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	delete(f.has, account)
	return nil
}

func TestProbeLeavesNothing(t *testing.T) {
	f := forgetful{make(map[string]string)}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := probe(ctx, f); !errors.Is(err, keystore.ErrUnavailable) || len(f.has) != 0 {
		t.Errorf("%v, and left are %v", err, f.has)
	}
	path := filepath.Join(t.TempDir(), "tokens.json")
	if err := probe(t.Context(), keystore.File(path)); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 0 {
		t.Errorf("left is %v, %v", left, err)
	}
}

func TestWaiting(t *testing.T) {
	for _, tc := range []struct {
		takes time.Duration
		want  string
	}{{time.Second, ""}, {10 * time.Second, "waiting for the keyring…\n"}} {
		synctest.Test(t, func(t *testing.T) {
			var talk strings.Builder
			failed := errors.New("failed")
			err := waiting(&talk, func() error {
				<-time.After(tc.takes)
				return failed
			})
			if !errors.Is(err, failed) || talk.String() != tc.want {
				t.Errorf("after %v: %q, %v", tc.takes, talk.String(), err)
			}
		})
	}
}
