package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestOneDoorIsOpen: who asks for a join line again has the one from before, until it was used, has
// little time left, or the server does not know; or until they want one for another person.
func TestOneDoorIsOpen(t *testing.T) {
	now, made, open := time.Now(), 0, true
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/api/invites":
			made++
			w.WriteHeader(http.StatusCreated)
			_ = json.NewEncoder(w).Encode(chat.Invite{URL: fmt.Sprint("https://a.example/join/", made), Role: chat.RoleMember, Expires: chat.ToMillis(now.Add(7 * 24 * time.Hour))})
		case !open:
			w.WriteHeader(http.StatusNotFound)
			_ = json.NewEncoder(w).Encode(map[string]any{"error": chat.Error{Code: chat.CodeInvite, Message: "used"}})
		default:
			_ = json.NewEncoder(w).Encode(chat.InviteCheck{OK: true})
		}
	}))
	defer s.Close()
	var i invited
	another := false
	line := func(when, want string, at time.Time) {
		t.Helper()
		got, err := i.line(t.Context(), s.URL, "eyJ", another, at)
		if err != nil || got.URL != "https://a.example/join/"+want {
			t.Errorf("%s it is %+v, %v; want %s", when, got, err, want)
		}
	}
	line("at first", "1", now)
	line("again", "1", now.Add(time.Hour))
	open = false
	line("when it was used", "2", now)
	open = true
	line("then again", "2", now)
	line("near its end", "3", now.Add(6*24*time.Hour+time.Hour))
	another = true
	line("for another person", "4", now)
	another = false
	line("and again", "4", now)
}
