package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/auth"
)

// book keeps invites in memory, and fails when told to.
type book struct {
	mu    sync.Mutex
	codes map[string]chat.Role
	names map[string]bool
	keys  map[string]chat.User
	fail  error
}

func (b *book) CreateInvite(_ context.Context, hash []byte, _ string, role chat.Role, _ time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.codes[string(hash)] = role
	return b.fail
}

func (b *book) OpenInvites(context.Context, time.Time) (int, error) {
	b.mu.Lock()
	n := len(b.codes)
	b.mu.Unlock()
	for range 1000 {
		runtime.Gosched() // others come in between, if they may
	}
	return n, b.fail
}

func (b *book) OpenInvite(_ context.Context, hash []byte, now time.Time) (chat.Role, time.Time, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	role, ok := b.codes[string(hash)]
	return role, now.Add(time.Hour), ok, b.fail
}

func (b *book) CheckInvite(_ context.Context, hash []byte, _ time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.codes[string(hash)]; !ok {
		return &chat.Error{Code: chat.CodeInvite, Message: "no such invite"}
	}
	return b.fail
}

func (b *book) Redeem(_ context.Context, r Redemption) (chat.User, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	u := r.User
	if b.fail != nil {
		return u, false, b.fail
	}
	if known, ok := b.keys[string(r.KeyHash)]; ok {
		return known, true, nil
	}
	role, ok := b.codes[string(r.CodeHash)]
	if !ok {
		return u, false, &chat.Error{Code: chat.CodeInvite, Message: "no such invite"}
	}
	if b.names[r.Folded] {
		return u, false, &chat.Error{Code: chat.CodeNameTaken, Message: "taken"}
	}
	delete(b.codes, string(r.CodeHash))
	b.names[r.Folded] = true
	u.Role = role
	if r.KeyHash != nil {
		b.keys[string(r.KeyHash)] = u
	}
	return u, false, nil
}

type fixture struct {
	*Server
	book   *book
	issuer *auth.Issuer
	sick   error
	joined []chat.User
	links  []string   // with which they joined
	mu     sync.Mutex // guards used, while several ask at once
	used   []chat.SessionSeen
}

func setUp(t *testing.T) *fixture {
	t.Helper()
	issuer, err := auth.OpenIssuer(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := auth.NewVerifier(auth.VerifierConfig{Issuer: issuer})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{issuer: issuer, book: &book{codes: map[string]chat.Role{}, names: map[string]bool{}, keys: map[string]chat.User{}}}
	f.Server = New(Config{
		Team: chat.Team{ID: "t", Name: "acme"}, Issuer: issuer, Verify: verifier.Verify, People: everybody{}, Invites: f.book,
		Healthy: func(context.Context) error { return f.sick },
		Joined: func(_ context.Context, u chat.User, link string) {
			f.links = append(f.links, link)
			f.joined = append(f.joined, u)
		},
		Used: func(one chat.SessionSeen) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.used = append(f.used, one)
		},
		TokenLife: time.Hour, PublicURL: "http://127.0.0.1:4626", Logger: slog.New(slog.DiscardHandler),
	})
	return f
}

func (f *fixture) token(t *testing.T, role chat.Role) string {
	t.Helper()
	token, _, err := f.issuer.Issue(chat.User{ID: "u-" + string(role), Name: string(role), Role: role}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// do makes a request and reads its answer into out.
func (f *fixture) do(t *testing.T, method, path, token, body string, out any) int {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	if out != nil {
		if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
			t.Fatalf("%s %s answered %q: %v", method, path, w.Body.String(), err)
		}
	}
	return w.Code
}

type failed struct{ Error chat.Error }

func TestInviteIsRedeemedOnce(t *testing.T) {
	f := setUp(t)
	var invite chat.Invite
	if code := f.do(t, "POST", "/api/invites", f.token(t, chat.RoleOwner), `{"role":"guest"}`, &invite); code != http.StatusCreated {
		t.Fatalf("invite: %d", code)
	}
	code := invite.URL[strings.LastIndexByte(invite.URL, '/')+1:]
	typed := strings.ToLower(strings.ReplaceAll(code, "-", " ")) // as somebody reads it over the phone
	var in chat.SignIn
	body, _ := json.Marshal(map[string]string{"code": typed, "name": "  Ada "})
	if code := f.do(t, "POST", "/api/invites/redeem", "", string(body), &in); code != http.StatusCreated {
		t.Fatalf("redeem: %d", code)
	}
	if in.User.Name != "Ada" || in.User.Role != chat.RoleGuest {
		t.Errorf("redeemed for %+v", in.User)
	}
	var me chat.SignIn
	if code := f.do(t, "GET", "/api/me", in.Token, "", &me); code != http.StatusOK || me.User != in.User {
		t.Errorf("the token is %+v's (%d), want %+v's", me.User, code, in.User)
	}
	var again failed
	if code := f.do(t, "POST", "/api/invites/redeem", "", string(body), &again); code != http.StatusForbidden || again.Error.Code != chat.CodeInvite {
		t.Errorf("a second time: %d %+v", code, again)
	}
}

func TestRedeemRefuses(t *testing.T) {
	f := setUp(t)
	for name, tc := range map[string]struct {
		body   string
		status int
		code   chat.Code
	}{
		"not JSON":     {"code=x", http.StatusBadRequest, chat.CodeBadRequest},
		"nothing":      {"", http.StatusForbidden, chat.CodeInvite},
		"half a code":  {`{"code":"7Q4XR","name":"ada"}`, http.StatusForbidden, chat.CodeInvite},
		"foreign":      {`{"code":"ÄÄÄÄÄÄÄÄÄÄ","name":"ada"}`, http.StatusForbidden, chat.CodeInvite},
		"unknown code": {`{"code":"00000-00000-00000-00000","name":"ada"}`, http.StatusForbidden, chat.CodeInvite},
		"no name":      {`{"code":"00000-00000-00000-00000","name":" "}`, http.StatusBadRequest, chat.CodeBadRequest},
		"bad name":     {`{"code":"00000-00000-00000-00000","name":"a\u001b[31m"}`, http.StatusBadRequest, chat.CodeBadRequest},
		"two scripts":  {`{"code":"00000-00000-00000-00000","name":"аda"}`, http.StatusBadRequest, chat.CodeBadRequest},
		"short key":    {`{"code":"00000-00000-00000-00000","name":"ada","key":"0123456789abcde"}`, http.StatusBadRequest, chat.CodeBadRequest},
		"long key":     {`{"code":"00000-00000-00000-00000","name":"ada","key":"` + strings.Repeat("k", 65) + `"}`, http.StatusBadRequest, chat.CodeBadRequest},
		"blank key":    {`{"code":"00000-00000-00000-00000","name":"ada","key":"0123456789abcde "}`, http.StatusBadRequest, chat.CodeBadRequest},
		"endless":      {`{"code":"` + strings.Repeat("x", maxRequest) + `"}`, http.StatusBadRequest, chat.CodeBadRequest},
	} {
		var got failed
		if status := f.do(t, "POST", "/api/invites/redeem", "", tc.body, &got); status != tc.status || got.Error.Code != tc.code {
			t.Errorf("%s: %d %+v, want %d %s", name, status, got.Error, tc.status, tc.code)
		}
	}
}

// TestRedeemIsRepeatable: who asks again with the key is the same person, with
// another token, and nobody is told twice that they came in.
func TestRedeemIsRepeatable(t *testing.T) {
	f := setUp(t)
	invite, err := f.NewInvite(t.Context(), "host", chat.RoleMember)
	if err != nil {
		t.Fatal(err)
	}
	code := invite.URL[strings.LastIndexByte(invite.URL, '/')+1:]
	body := func(key string) string { return `{"code":"` + code + `","name":"ada","key":"` + key + `"}` }
	var first, second chat.SignIn
	for _, in := range []*chat.SignIn{&first, &second} {
		if status := f.do(t, "POST", "/api/invites/redeem", "", body("0123456789abcdef"), in); status != http.StatusCreated {
			t.Fatalf("redeem: %d", status)
		}
	}
	if first.User != second.User || second.Token == "" || first.Token == second.Token {
		t.Errorf("first %+v, then %+v", first.User, second.User)
	}
	if len(f.joined) != 1 || f.joined[0] != first.User || f.links[0] != invite.URL {
		t.Errorf("joined: %+v with %q", f.joined, f.links)
	}
	if status := f.do(t, "POST", "/api/invites/redeem", "", body("0123456789abcdeF"), nil); status != http.StatusForbidden {
		t.Errorf("with another key: %d", status)
	}
}

func TestReopen(t *testing.T) {
	f := setUp(t)
	invite, err := f.NewInvite(t.Context(), "host", chat.RoleGuest)
	if err != nil {
		t.Fatal(err)
	}
	code := invite.URL[strings.LastIndexByte(invite.URL, '/')+1:]
	if again, open, err := f.Reopen(t.Context(), code); again.URL != invite.URL || again.Role != chat.RoleGuest || !open || err != nil {
		t.Errorf("an open one: %+v, %v, %v", again, open, err)
	}
	for _, code := range []string{"", "nonsense", "00000-00000-00000-00000"} {
		if _, open, err := f.Reopen(t.Context(), code); open || err != nil {
			t.Errorf("%q: %v, %v", code, open, err)
		}
	}
}

func TestNameTakenKeepsTheInvite(t *testing.T) {
	f := setUp(t)
	f.book.names[chat.FoldName("ada")] = true
	invite, err := f.NewInvite(t.Context(), "host", chat.RoleMember)
	if err != nil {
		t.Fatal(err)
	}
	code := invite.URL[strings.LastIndexByte(invite.URL, '/')+1:]
	var refused failed
	if status := f.do(t, "POST", "/api/invites/redeem", "", `{"code":"`+code+`","name":"ADA"}`, &refused); status != http.StatusConflict {
		t.Errorf("a taken name: %d", status)
	}
	if status := f.do(t, "POST", "/api/invites/redeem", "", `{"code":"`+code+`","name":"grace"}`, nil); status != http.StatusCreated {
		t.Errorf("the same code with another name: %d", status)
	}
}

func TestWhoMayInvite(t *testing.T) {
	f := setUp(t)
	for _, tc := range []struct {
		by, role chat.Role
		want     int
	}{
		{chat.RoleOwner, chat.RoleMember, http.StatusCreated},
		{chat.RoleOwner, chat.RoleAdmin, http.StatusCreated},
		{chat.RoleOwner, chat.RoleOwner, http.StatusBadRequest},
		{chat.RoleOwner, "king", http.StatusBadRequest},
		{chat.RoleAdmin, chat.RoleMember, http.StatusCreated},
		{chat.RoleAdmin, chat.RoleAdmin, http.StatusBadRequest},
		{chat.RoleMember, chat.RoleMember, http.StatusForbidden},
		{chat.RoleGuest, chat.RoleGuest, http.StatusForbidden},
		{chat.RoleBot, chat.RoleMember, http.StatusForbidden},
	} {
		if got := f.do(t, "POST", "/api/invites", f.token(t, tc.by), `{"role":"`+string(tc.role)+`"}`, nil); got != tc.want {
			t.Errorf("%s invites %s: %d, want %d", tc.by, tc.role, got, tc.want)
		}
	}
	for _, token := range []string{"", "garbage"} {
		if got := f.do(t, "POST", "/api/invites", token, "", nil); got != http.StatusUnauthorized {
			t.Errorf("token %q: %d", token, got)
		}
	}
}

func TestFaultsAreNotTold(t *testing.T) {
	f := setUp(t)
	f.book.fail = errors.New("disk /secret is full")
	var got failed
	status := f.do(t, "POST", "/api/invites/redeem", "", `{"code":"00000-00000-00000-00000","name":"ada"}`, &got)
	if status != http.StatusServiceUnavailable || strings.Contains(got.Error.Message, "secret") {
		t.Errorf("%d %q", status, got.Error.Message)
	}
	f.sick = errors.New("disk is full")
	if status := f.do(t, "GET", "/healthz", "", "", nil); status != http.StatusServiceUnavailable {
		t.Errorf("healthz of a sick server: %d", status)
	}
}

func TestJoinPageShowsTheLinkAndNothingElse(t *testing.T) {
	f := setUp(t)
	for path, want := range map[string]string{
		"/join/7q4xr-0m2nb-qz8fa-9tkdw": "hobnob join http://127.0.0.1:4626/join/7Q4XR-0M2NB-QZ8FA-9TKDW\n",
		"/join/<script>":                "not a whole join link",
	} {
		w := httptest.NewRecorder()
		f.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		body, _ := io.ReadAll(w.Result().Body)
		if !strings.Contains(string(body), want) || strings.Contains(string(body), "<script>") {
			t.Errorf("%s: %q", path, body)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: headers %v", path, w.Header())
		}
	}
}

func TestGuessesAreSlowedDownByAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGuesses(time.Now)
		for i := range guessBurst {
			if !g.allow("10.0.0.1") {
				t.Fatalf("guess %d was refused", i)
			}
			g.wrong("10.0.0.1")
		}
		if g.allow("10.0.0.1") {
			t.Error("one guess too many was allowed")
		}
		if !g.allow("10.0.0.2") {
			t.Error("another address pays for it")
		}
		time.Sleep(guessEvery) // the bubble's clock
		if !g.allow("10.0.0.1") {
			t.Error("time does not heal")
		}
	})
}

func FuzzParseCode(f *testing.F) {
	f.Add("7Q4XR-0M2NB-QZ8FA-9TKDW")
	f.Add("oOiIlL-\x00")
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := parseCode(typed)
		if !ok {
			return
		}
		if again, ok := parseCode(groups(code)); !ok || again != code {
			t.Errorf("%q is read as %q and then as %q", typed, code, again)
		}
	})
}

// TestCheckInvite says whether a code is good, and uses nothing up; one that is none costs what a
// redemption costs.
func TestCheckInvite(t *testing.T) {
	f := setUp(t)
	invite, err := f.NewInvite(t.Context(), "host", chat.RoleMember)
	if err != nil {
		t.Fatal(err)
	}
	code := invite.URL[strings.LastIndexByte(invite.URL, '/')+1:]
	check := func(body string) (chat.InviteCheck, chat.Code, int) {
		var got struct {
			chat.InviteCheck
			failed
		}
		status := f.do(t, "POST", "/api/invites/check", "", body, &got)
		return got.InviteCheck, got.Error.Code, status
	}
	for range 2 * guessBurst { // which costs nothing
		if got, _, status := check(`{"code":"` + strings.ToLower(code) + `"}`); !got.OK || status != http.StatusOK {
			t.Fatalf("a good one: %d %+v", status, got)
		}
	}
	if status := f.do(t, "POST", "/api/invites/redeem", "", `{"code":"`+code+`","name":"ada"}`, nil); status != http.StatusCreated {
		t.Fatalf("redeemed after it was checked: %d", status)
	}
	for name, c := range map[string]struct {
		body   string
		code   chat.Code
		status int
	}{
		"used":     {`{"code":"` + code + `"}`, chat.CodeInvite, http.StatusForbidden},
		"half":     {`{"code":"7Q4XR"}`, chat.CodeInvite, http.StatusForbidden},
		"not JSON": {"code=x", chat.CodeBadRequest, http.StatusBadRequest},
	} {
		if got, why, status := check(c.body); got.OK || why != c.code || status != c.status {
			t.Errorf("%s: %d %s %+v", name, status, why, got)
		}
	}
	for range guessBurst {
		check(`{"code":"00000-00000-00000-00000"}`)
	}
	if _, why, _ := check(`{"code":"00000-00000-00000-00000"}`); why != chat.CodeTooMany {
		t.Errorf("one guess too many: %s", why)
	}
}
