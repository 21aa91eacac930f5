package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestRequestsUseSignIns: whose token asks over HTTP is signed in where it asks from; whose
// token is not good is not.
func TestRequestsUseSignIns(t *testing.T) {
	f := setUp(t)
	get := func(token string) int {
		r := httptest.NewRequest(http.MethodGet, "/api/me", http.NoBody)
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("User-Agent", "curl/8.5\x1b[31m"+strings.Repeat("x", 1000))
		r.RemoteAddr = "10.0.0.7:4000"
		w := httptest.NewRecorder()
		f.ServeHTTP(w, r)
		return w.Code
	}
	token := f.token(t, chat.RoleMember)
	if code := get(token + "x"); code != http.StatusUnauthorized || len(f.used) > 0 {
		t.Fatalf("a bad one: %d, %+v", code, f.used)
	}
	before := chat.ToMillis(f.cfg.Now())
	if code := get(token); code != http.StatusOK || len(f.used) == 0 {
		t.Fatalf("%d, %+v", code, f.used)
	}
	who, err := f.cfg.Verify(token)
	if err != nil {
		t.Fatal(err)
	}
	one := f.used[0]
	if one.User != who.User.ID || one.ID != who.SignIn || one.ID == "" || one.Address != "10.0.0.7" || one.Said || one.Connected ||
		!strings.HasPrefix(one.Client, "curl/8.5␛[31mx") || len(one.Client) > 100 ||
		one.Began != chat.ToMillis(who.Began) || one.Until != chat.ToMillis(who.Ends) || one.Seen < before || one.Since != one.Seen {
		t.Errorf("%+v, of %+v", one, who)
	}
}
