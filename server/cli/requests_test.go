package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/auth"
)

// caller asks a running server over HTTP with a token.
type caller struct {
	t          *testing.T
	url, token string
}

// as makes a token of the team's own for somebody.
func (h *host) as(t *testing.T, u chat.User) caller {
	t.Helper()
	issuer, err := auth.OpenIssuer(h.config.data)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := issuer.Issue(u, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return caller{t, h.url, token}
}

// ask is the status and the decoded body of an answer.
func (c caller) ask(method, path string, body any) (int, map[string]any) {
	c.t.Helper()
	var b bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&b).Encode(body); err != nil {
			c.t.Fatal(err)
		}
	}
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, &b)
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	raw, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		c.t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		c.t.Fatalf("%s %s: %d %s", method, path, response.StatusCode, raw)
	}
	return response.StatusCode, out
}

// wants fails unless an answer has a status, and an error's code where it is one.
func (c caller) wants(status int, code, method, path string, body any) map[string]any {
	c.t.Helper()
	got, out := c.ask(method, path, body)
	fault, _ := out["error"].(map[string]any)
	if got != status || (code != "" && fault["code"] != code) {
		c.t.Errorf("%s %s: %d %v, want %d %s", method, path, got, out, status, code)
	}
	return out
}

type object = map[string]any

func TestRequestsOverHTTP(t *testing.T) {
	h := run(t, defaults(t))
	ada := h.as(t, chat.User{ID: "ada", Name: "ada", Role: chat.RoleAdmin})
	bob := h.as(t, chat.User{ID: "bob", Name: "bob", Role: chat.RoleMember})
	first := h.as(t, chat.User{ID: "first", Name: "first", Role: chat.RoleBot}) // asks before it ever said hello
	if list, _ := first.wants(http.StatusOK, "", "GET", "/api/rooms", nil)["rooms"].([]any); len(list) != 1 || list[0].(object)["joined"] != true {
		t.Errorf("who is new is in %v", list)
	}
	bob.wants(http.StatusCreated, "", "POST", "/api/rooms/general/messages", object{"body": "hi"})
	ada.wants(http.StatusCreated, "", "POST", "/api/rooms", object{"name": "Plans", "kind": "private"})
	posted := ada.wants(http.StatusCreated, "", "POST", "/api/rooms/plans/messages", object{"body": object{"n": 1}, "id": "x"})
	if again := ada.wants(http.StatusCreated, "", "POST", "/api/rooms/plans/messages", object{"body": object{"n": 1}, "id": "x"}); again["position"] != posted["position"] {
		t.Errorf("the same draft stands at %v and at %v", posted["position"], again["position"])
	}
	ada.wants(http.StatusConflict, "conflict", "POST", "/api/rooms/plans/messages", object{"body": "other", "id": "x"})
	page := ada.wants(http.StatusOK, "", "GET", "/api/rooms/plans/messages?limit=5", nil)
	if list, _ := page["messages"].([]any); len(list) != 1 {
		t.Errorf("the room has %v", page)
	}
	bob.wants(http.StatusNotFound, "unknown_room", "GET", "/api/rooms/plans/messages", nil)
	bob.wants(http.StatusNotFound, "unknown_room", "POST", "/api/rooms/plans/messages", object{"body": "hi"})
	bob.wants(http.StatusForbidden, "not_allowed", "POST", "/api/ask/user:ban", object{"user": "ada"})
	bob.wants(http.StatusNotFound, "unknown_event", "POST", "/api/ask/nonsense", nil)
	for _, name := range []string{"presence", "typing", "sessions", "session:end", "token:renew", "hello", "authenticate"} {
		bob.wants(http.StatusBadRequest, "bad_request", "POST", "/api/ask/"+name, object{})
	}
	for _, path := range []string{"/api", "/api/", "/api/nothing", "/api/rooms/general/nothing", "/api/hooks/a/b", "/api/files/", "/hooks/a/b"} {
		bob.wants(http.StatusNotFound, "not_found", "GET", path, nil)
	}
	for _, path := range []string{"/api/ask/members", "/api/invites", "/api/uploads/x", "/api/rooms/general/members", "/api/hooks/x", "/hooks/x"} {
		bob.wants(http.StatusMethodNotAllowed, "bad_request", "PATCH", path, nil)
	}
	bob.wants(http.StatusBadRequest, "bad_request", "POST", "/api/rooms/ops/messages", object{"body": "x", "room": "general"})
	bob.wants(http.StatusCreated, "", "POST", "/api/rooms/general/messages", object{"body": "x", "room": "#General"})
	bob.wants(http.StatusBadRequest, "bad_request", "GET", "/api/rooms/general/messages?before=x", nil)
	bob.wants(http.StatusBadRequest, "bad_request", "POST", "/api/rooms/general/messages", object{"text": "hi"})
	ada.wants(http.StatusOK, "", "POST", "/api/ask/message:edit", []any{"edited", object{"room": "plans", "seq": 1}})
	ada.wants(http.StatusOK, "", "POST", "/api/ask/user:ban", object{"user": "bob"})
	bob.wants(http.StatusForbidden, "banned", "GET", "/api/rooms", nil)
	bob.wants(http.StatusForbidden, "banned", "GET", "/api/me", nil)
	caller{t, h.url, "no.to.ken"}.wants(http.StatusUnauthorized, "unauthenticated", "GET", "/api/rooms", nil)
}

func TestScopedTokens(t *testing.T) {
	h := run(t, defaults(t))
	ada := h.as(t, chat.User{ID: "ada", Name: "ada", Role: chat.RoleAdmin})
	ada.wants(http.StatusCreated, "", "POST", "/api/rooms", object{"name": "ops"})
	writes := h.as(t, chat.User{ID: "ada", Name: "ada", Role: chat.RoleAdmin, Scope: "post room:general"})
	writes.wants(http.StatusCreated, "", "POST", "/api/rooms/general/messages", object{"body": "hi"})
	writes.wants(http.StatusForbidden, "not_allowed", "POST", "/api/rooms/ops/messages", object{"body": "hi"})
	writes.wants(http.StatusForbidden, "not_allowed", "GET", "/api/rooms/general/messages", nil)
	writes.wants(http.StatusForbidden, "not_allowed", "POST", "/api/invites", object{})
	reads := h.as(t, chat.User{ID: "ada", Name: "ada", Role: chat.RoleAdmin, Scope: "read"})
	reads.wants(http.StatusOK, "", "GET", "/api/rooms/ops/messages", nil)
	reads.wants(http.StatusForbidden, "not_allowed", "POST", "/api/rooms/general/messages", object{"body": "hi"})
	for _, scope := range []string{"nothing", "room:general"} {
		none := h.as(t, chat.User{ID: "ada", Name: "ada", Role: chat.RoleAdmin, Scope: scope})
		none.wants(http.StatusForbidden, "not_allowed", "GET", "/api/rooms/general/messages", nil)
	}
}

// TestRoleOfTheTeam: what an admin gave counts more than what a token says.
func TestRoleOfTheTeam(t *testing.T) {
	h := run(t, defaults(t))
	owner := h.as(t, h.owner)
	bob := h.as(t, chat.User{ID: "bob", Name: "bob", Role: chat.RoleMember})
	bob.wants(http.StatusCreated, "", "POST", "/api/rooms/general/messages", object{"body": "hi"})
	bob.wants(http.StatusForbidden, "not_allowed", "POST", "/api/invites", object{})
	owner.wants(http.StatusOK, "", "POST", "/api/ask/user:role", object{"user": "bob", "role": "admin"})
	bob.wants(http.StatusCreated, "", "POST", "/api/invites", object{})
	if me := bob.wants(http.StatusOK, "", "GET", "/api/me", nil); me["user"].(object)["role"] != "admin" { //nolint:forcetypeassert // a test
		t.Errorf("bob is told %v", me)
	}
	owner.wants(http.StatusForbidden, "not_allowed", "POST", "/api/ask/user:role", object{"user": h.owner.ID, "role": "member"})
}

// TestListsComeInPagesOverHTTP: what a list has more than a page is asked for after its
// last one.
func TestListsComeInPagesOverHTTP(t *testing.T) {
	h := run(t, defaults(t))
	ada := h.as(t, chat.User{ID: "ada", Name: "ada", Role: chat.RoleAdmin})
	ada.wants(http.StatusCreated, "", "POST", "/api/rooms", object{"name": "a"})
	ada.wants(http.StatusCreated, "", "POST", "/api/rooms", object{"name": "b"})
	h.as(t, chat.User{ID: "bob", Name: "bob", Role: chat.RoleMember}).wants(http.StatusOK, "", "GET", "/api/rooms", nil)
	for path, list := range map[string]string{"/api/rooms": "rooms", "/api/rooms/general/members": "members"} {
		all, _ := ada.wants(http.StatusOK, "", "GET", path, nil)[list].([]any)
		var got []any
		for after := ""; ; {
			page, _ := ada.wants(http.StatusOK, "", "GET", path+"?limit=1&after="+after, nil)[list].([]any)
			if len(page) == 0 {
				break
			}
			got = append(got, page...)
			after, _ = page[0].(object)["id"].(string)
		}
		if len(all) < 2 || len(got) != len(all) {
			t.Errorf("%s has %d, and %d in pages", path, len(all), len(got))
		}
		ada.wants(http.StatusBadRequest, "bad_request", "GET", path+"?limit=x", nil)
	}
}

// TestOtherPagesAskNothing: a web page of another origin is refused whatever it asks.
func TestOtherPagesAskNothing(t *testing.T) {
	h := run(t, defaults(t))
	ada := h.as(t, chat.User{ID: "ada", Name: "ada", Role: chat.RoleAdmin})
	for _, path := range []string{"/api/me", "/api/rooms", "/api/rooms/general/messages", "/api/ask/room:list", "/api/hooks", "/api/files/x", "/api/uploads/x"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, ada.url+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+ada.token)
		r.Header.Set("Origin", "https://evil.example")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", path, response.StatusCode)
		}
	}
}
