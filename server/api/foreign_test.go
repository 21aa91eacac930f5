package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestPagesOfOthersAskNothing: what a web page of another origin asks is not done, and
// costs its visitor's address nothing.
func TestPagesOfOthersAskNothing(t *testing.T) {
	for _, origin := range []string{"", "http://chat.example:4626", "https://CHAT.example:4626"} {
		if got := redeemFrom(t, setUp(t), origin); got != chat.CodeInvite {
			t.Errorf("a wrong code from %q is answered %s", origin, got)
		}
	}
	f := setUp(t)
	for range 2 * guessBurst {
		for _, origin := range []string{"https://evil.example", "null", "http://chat.example", "http://chat.example:4626 https://evil.example"} {
			if got := redeemFrom(t, f, origin); got != chat.CodeNotAllowed {
				t.Fatalf("a page of %s is answered %s", origin, got)
			}
		}
	}
	var invite chat.Invite
	f.do(t, "POST", "/api/invites", f.token(t, chat.RoleOwner), `{"role":"guest"}`, &invite)
	code := invite.URL[strings.LastIndexByte(invite.URL, '/')+1:]
	if got := f.do(t, "POST", "/api/invites/redeem", "", `{"code":"`+code+`","name":"ada"}`, nil); got != http.StatusCreated {
		t.Errorf("and then who is invited is answered %d", got)
	}
}

// TestGoodCodesAreNoGuesses: a team joins from one address, however large it is.
func TestGoodCodesAreNoGuesses(t *testing.T) {
	f := setUp(t)
	join := func(name string) int {
		var invite chat.Invite
		f.do(t, "POST", "/api/invites", f.token(t, chat.RoleOwner), `{"role":"guest"}`, &invite)
		code := invite.URL[strings.LastIndexByte(invite.URL, '/')+1:]
		return f.do(t, "POST", "/api/invites/redeem", "", `{"code":"`+code+`","name":"`+name+`"}`, nil)
	}
	for i := range 2 * guessBurst {
		if got := join("ada" + strings.Repeat("a", i%20) + strings.Repeat("b", i/20)); got != http.StatusCreated {
			t.Fatalf("join %d is answered %d", i, got)
		}
	}
	for range guessBurst {
		if got := redeemFrom(t, f, ""); got != chat.CodeInvite {
			t.Fatalf("a wrong code is answered %s", got)
		}
	}
	if got := redeemFrom(t, f, ""); got != chat.CodeTooMany {
		t.Errorf("one too many is answered %s", got)
	}
}

// redeemFrom tries a wrong code from a page, and returns why it was refused.
func redeemFrom(t *testing.T, f *fixture, origin string) chat.Code {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/invites/redeem",
		strings.NewReader(`{"code":"00000-00000-00000-00000","name":"eve"}`))
	r.Host = "chat.example:4626"
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	w := httptest.NewRecorder()
	f.OwnPages(f).ServeHTTP(w, r)
	var refused failed
	if err := json.Unmarshal(w.Body.Bytes(), &refused); err != nil {
		t.Fatal(err)
	}
	return refused.Error.Code
}
