package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// call asks a handler with a token, and answers the status and what was said.
func call(t *testing.T, h http.Handler, token, method, path, body string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// TestWhoAsksIsPaced: each request with a token counts for the one whose it is, and one
// that ended while it waited does nothing.
func TestWhoAsksIsPaced(t *testing.T) {
	f := setUp(t)
	kept := &hookBook{}
	hooks := f.Hooks(kept.config())
	f.cfg.Measure = func(chat.User) error { return nil }
	f.cfg.Metrics = http.NotFoundHandler()
	asked := 0
	f.cfg.Throttle = func(_ context.Context, person string, _ int) error {
		if person != "u-owner" {
			t.Errorf("it counts for %s", person)
		}
		asked++
		return errors.New("gone")
	}
	token := f.token(t, chat.RoleOwner)
	for i, c := range []struct {
		handler      http.Handler
		method, path string
	}{
		{f, "GET", "/api/me"},
		{f, "GET", "/metrics"},
		{f, "POST", "/api/invites"},
		{hooks, "POST", "/api/hooks"},
		{hooks, "GET", "/api/hooks"},
		{hooks, "DELETE", "/api/hooks/h"},
	} {
		if code, said := call(t, c.handler, token, c.method, c.path, `{"name": "CI"}`); code != http.StatusServiceUnavailable || asked != i+1 {
			t.Errorf("%s %s: %d %s, and %d were counted", c.method, c.path, code, said, asked)
		}
	}
	if len(f.book.codes) != 0 || len(kept.list) != 0 {
		t.Error("something was made")
	}
}

func TestSoManyInvitesAndNoMore(t *testing.T) {
	f := setUp(t)
	token := f.token(t, chat.RoleOwner)
	for i := range maxInvites - 1 {
		f.book.codes[fmt.Sprint(i)] = chat.RoleMember
	}
	if code, said := call(t, f, token, "POST", "/api/invites", ""); code != http.StatusCreated {
		t.Fatalf("the last: %d %s", code, said)
	}
	if code, said := call(t, f, token, "POST", "/api/invites", ""); code != http.StatusInsufficientStorage || !strings.Contains(said, "1000 invites are open") {
		t.Errorf("one more: %d %s", code, said)
	}
	if _, err := f.NewInvite(t.Context(), "host", chat.RoleMember); err != nil {
		t.Errorf("the host's own: %v", err)
	}
}

func TestSoManyWebhooksAndNoMore(t *testing.T) {
	f := setUp(t)
	kept := &hookBook{list: make([]chat.Hook, maxHooks-1)}
	hooks := f.Hooks(kept.config())
	token := f.token(t, chat.RoleOwner)
	if code, said := call(t, hooks, token, "POST", "/api/hooks", `{"name": "CI"}`); code != http.StatusCreated {
		t.Fatalf("the last: %d %s", code, said)
	}
	if code, said := call(t, hooks, token, "POST", "/api/hooks", `{"name": "CI"}`); code != http.StatusInsufficientStorage || !strings.Contains(said, "100 webhooks") {
		t.Errorf("one more: %d %s", code, said)
	}
	if len(kept.list) != maxHooks || kept.made != 1 {
		t.Errorf("there are %d, and %d were noted", len(kept.list), kept.made)
	}
}

// TestManyAtOnceAndNoMore: those who ask at the same time do not all get the last place.
func TestManyAtOnceAndNoMore(t *testing.T) {
	f := setUp(t)
	kept := &hookBook{list: make([]chat.Hook, maxHooks-2)}
	hooks := f.Hooks(kept.config())
	for i := range maxInvites - 2 {
		f.book.codes[fmt.Sprint(i)] = chat.RoleMember
	}
	token := f.token(t, chat.RoleOwner)
	var asking sync.WaitGroup
	for range 40 {
		asking.Go(func() { call(t, hooks, token, "POST", "/api/hooks", `{"name": "CI"}`) })
		asking.Go(func() { call(t, f, token, "POST", "/api/invites", "") })
	}
	asking.Wait()
	if len(kept.list) != maxHooks || kept.made != 2 || len(f.book.codes) != maxInvites {
		t.Errorf("there are %d webhooks, of which %d were noted, and %d invites", len(kept.list), kept.made, len(f.book.codes))
	}
}

// hookBook keeps webhooks in memory, for one at a time.
type hookBook struct {
	list []chat.Hook
	made int
}

func (b *hookBook) config() HooksConfig {
	return HooksConfig{
		Records: b, MaxBody: 1 << 10,
		Check: func(_ context.Context, _ chat.User, r chat.HookRequest) (chat.Hook, error) {
			return chat.Hook{Incoming: true, Name: r.Name, Created: chat.ToMillis(time.Now())}, nil
		},
		May: func(chat.User) error { return nil },
		Made: func(context.Context, chat.User, chat.Hook) error {
			b.made++
			return nil
		},
	}
}

// CreateHook implements HookRecords.
func (b *hookBook) CreateHook(_ context.Context, h chat.Hook, _ []byte) error {
	b.list = append(b.list, h)
	return nil
}

// Hooks implements HookRecords.
func (b *hookBook) Hooks(context.Context) ([]chat.Hook, error) {
	list := b.list
	for range 1000 {
		runtime.Gosched() // others come in between, if they may
	}
	return list, nil
}

// HookOf implements HookRecords.
func (b *hookBook) HookOf(context.Context, []byte) (chat.Hook, bool, error) {
	return chat.Hook{}, false, nil
}

// DeleteHook implements HookRecords.
func (b *hookBook) DeleteHook(context.Context, string) (bool, error) { return false, nil }
