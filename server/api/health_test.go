package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestConditions: readiness says why, metrics are for who may see them, and a listener
// of its own asks for no token.
func TestConditions(t *testing.T) {
	f := setUp(t)
	var ready error
	f.cfg.Ready = func(context.Context) error { return ready }
	f.cfg.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "up 1\n") })
	f.cfg.Measure = func(u chat.User) error {
		if u.Role == chat.RoleMember {
			return &chat.Error{Code: chat.CodeNotAllowed, Message: "not for you"}
		}
		return nil
	}
	ask := func(h http.Handler, path, token string, status int, has string) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != status || !strings.Contains(w.Body.String(), has) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	watch := f.Watch()
	for _, h := range []http.Handler{f, watch} {
		ready = nil
		ask(h, "/readyz", "", 200, `{"status":"ok"}`)
		ready = &NotReadyError{Reason: "disk_full", Message: "no room"}
		ask(h, "/readyz", "", 503, `{"status":"unavailable","reason":"disk_full","message":"no room"}`)
		ready = errors.New("internals that nobody is told")
		ask(h, "/readyz", "", 503, `{"status":"unavailable"}`)
		ask(h, "/healthz", "", 200, `"ok"`)
		f.sick = errors.New("no")
		ask(h, "/healthz", "", 503, `"unavailable"`)
		f.sick = nil
	}
	ask(watch, "/metrics", "", 200, "up 1")
	ask(watch, "/api/me", "", 404, "")
	ask(f, "/metrics", "", 401, "unauthenticated")
	ask(f, "/metrics", "x.y.z", 401, "unauthenticated")
	ask(f, "/metrics", f.token(t, chat.RoleMember), 403, "not_allowed")
	ask(f, "/metrics", f.token(t, chat.RoleAdmin), 200, "up 1")
}
