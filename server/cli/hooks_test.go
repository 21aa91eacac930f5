package cli

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/webhook"
)

// sendHook posts something to an address without a token.
func sendHook(t *testing.T, address, contentType, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(raw)
}

func TestIncomingWebhook(t *testing.T) {
	h := run(t, defaults(t))
	owner := h.as(t, h.owner)
	bob := h.as(t, chat.User{ID: "bob", Name: "bob", Role: chat.RoleMember})
	bob.wants(http.StatusForbidden, "not_allowed", "POST", "/api/hooks", object{"name": "CI"})
	owner.wants(http.StatusCreated, "", "POST", "/api/rooms", object{"name": "plans", "kind": "private"})
	owner.wants(http.StatusConflict, "name_taken", "POST", "/api/hooks", object{"name": h.owner.Name, "room": "plans"})
	made := owner.wants(http.StatusCreated, "", "POST", "/api/hooks", object{"name": "CI", "room": "plans"})
	address, _ := made["url"].(string)
	for _, c := range []struct {
		kind, body string
		status     int
		answer     string
	}{
		{"application/json", `{"text": "build *passed* &lt;3"}`, http.StatusOK, "ok"},
		{"application/x-www-form-urlencoded", url.Values{"payload": {`{"text": "by form"}`}}.Encode(), http.StatusOK, "ok"},
		{"application/json", `{"body": {"n": 1}, "id": "b7", "room": "general"}`, http.StatusOK, "ok"},
		{"application/json", `{"body": {"n": 1}, "id": "b7"}`, http.StatusOK, "ok"},
		{"application/json", `{"text": ""}`, http.StatusBadRequest, ""},
		{"application/json", `nothing`, http.StatusBadRequest, ""},
	} {
		if status, answer := sendHook(t, address, c.kind, c.body); status != c.status || (c.answer != "" && answer != c.answer) {
			t.Errorf("%s: %d %s", c.body, status, answer)
		}
	}
	page := owner.wants(http.StatusOK, "", "GET", "/api/rooms/plans/messages", nil)
	raw, err := json.Marshal(page["messages"])
	if err != nil {
		t.Fatal(err)
	}
	var list []chat.Message
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	if len(list) != 3 {
		t.Fatalf("the room has %d messages: %s", len(list), raw)
	}
	if text, _ := list[0].Text(); text != "build **passed** <3" || list[0].From.Name != "CI" || list[0].From.Role != chat.RoleBot {
		t.Errorf("it said %q as %+v", text, list[0].From)
	}
	if status, _ := sendHook(t, h.url+"/hooks/AAAAA-AAAAA-AAAAA-AAAAA", "application/json", `{"text": "x"}`); status != http.StatusNotFound {
		t.Errorf("a code nobody made: %d", status)
	}
	id, _ := made["id"].(string)
	owner.wants(http.StatusOK, "", "DELETE", "/api/hooks/"+id, nil)
	if status, _ := sendHook(t, address, "application/json", `{"text": "late"}`); status != http.StatusNotFound {
		t.Errorf("one that was ended: %d", status)
	}
}

// TestWebhooksOfWhoWasBanned: what is posted is refused in a sentence, and the list says so.
func TestWebhooksOfWhoWasBanned(t *testing.T) {
	h := run(t, defaults(t))
	owner := h.as(t, h.owner)
	admin := h.as(t, chat.User{ID: "ada", Name: "ada", Role: chat.RoleAdmin})
	made := admin.wants(http.StatusCreated, "", "POST", "/api/hooks", object{"name": "CI"})
	address, _ := made["url"].(string)
	owner.wants(http.StatusOK, "", "POST", "/api/ask/user:ban", object{"user": "ada"})
	if status, answer := sendHook(t, address, "application/json", `{"text": "x"}`); status != http.StatusForbidden || !strings.Contains(answer, "not_allowed") {
		t.Errorf("posted: %d %s", status, answer)
	}
	raw, err := json.Marshal(owner.wants(http.StatusOK, "", "GET", "/api/hooks", nil)["hooks"])
	if err != nil {
		t.Fatal(err)
	}
	var list []chat.Hook
	if err := json.Unmarshal(raw, &list); err != nil || len(list) != 1 {
		t.Fatalf("%s, %v", raw, err)
	}
	var out strings.Builder
	if err := printHooks(&out, list, nil); err != nil || !strings.Contains(out.String(), "does nothing: who made this webhook is banned") {
		t.Errorf("the list says %q, %v", out.String(), err)
	}
}

func TestOutgoingWebhook(t *testing.T) {
	type told struct {
		header http.Header
		body   []byte
	}
	heard := make(chan told, 10)
	program := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heard <- told{r.Header, body}
	}))
	defer program.Close()
	h := run(t, defaults(t))
	owner := h.as(t, h.owner)
	admin := h.as(t, chat.User{ID: "ada", Name: "ada", Role: chat.RoleAdmin})
	owner.wants(http.StatusCreated, "", "POST", "/api/rooms/general/messages", object{"body": "before"})
	admin.wants(http.StatusForbidden, "not_allowed", "POST", "/api/hooks", object{"name": "m", "url": program.URL, "private": true})
	admin.wants(http.StatusBadRequest, "bad_request", "POST", "/api/hooks", object{"name": "m", "url": "file:///etc/passwd"})
	for _, private := range []string{program.URL, "http://localhost:1/x", "https://[::1]", "http://10.1.2.3", "http://a.localhost."} {
		owner.wants(http.StatusBadRequest, "private_address", "POST", "/api/hooks", object{"name": "refused", "url": private})
	}
	made := owner.wants(http.StatusCreated, "", "POST", "/api/hooks", object{"name": "mirror", "room": "general", "url": program.URL, "private": true})
	posted := owner.wants(http.StatusCreated, "", "POST", "/api/rooms/general/messages", object{"body": "after"})
	var got told
	select {
	case got = <-heard:
	case <-time.After(20 * time.Second):
		t.Fatal("the program was told nothing")
	}
	secret, _ := made["secret"].(string)
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	id, at := got.header.Get("Webhook-Id"), got.header.Get("Webhook-Timestamp")
	if want := webhook.Sign(key, id, at, got.body); got.header.Get("Webhook-Signature") != want || id != posted["position"] {
		t.Errorf("told with %v, want the signature %s", got.header, want)
	}
	var said struct {
		Type string `json:"type"`
		Data struct {
			Room    chat.Room    `json:"room"`
			Message chat.Message `json:"message"`
		} `json:"data"`
	}
	if err := json.Unmarshal(got.body, &said); err != nil {
		t.Fatal(err)
	}
	if text, _ := said.Data.Message.Text(); said.Type != "message" || text != "after" || said.Data.Room.ID != "general" {
		t.Errorf("told %s", got.body)
	}
	select {
	case got := <-heard:
		t.Errorf("told again, or from a private network: %s", got.body)
	default:
	}
}

// TestHooksFare: the list says that an address is slow or fails, and how far behind it is.
func TestHooksFare(t *testing.T) {
	at := time.Date(2026, 3, 4, 15, 6, 0, 0, time.Local)
	since := chat.ToMillis(at)
	for _, c := range []struct {
		hook chat.Hook
		want string
	}{
		{chat.Hook{Incoming: true}, "well"},
		{chat.Hook{Took: 300}, "well"},
		{chat.Hook{Took: 300, Behind: 1, BehindSince: since}, "well; 1 message behind, since 2026-03-04 15:06"},
		{chat.Hook{Took: 3210, Slow: true, Behind: 12, BehindSince: since}, "slow: its address takes up to 3.2s for a message; 12 messages behind, since 2026-03-04 15:06"},
		{
			chat.Hook{Took: 10_000, Slow: true, Failing: since, Fault: "it answered 500", Behind: 2, BehindSince: since},
			"failing since 2026-03-04 15:06: it answered 500; 2 messages behind, since 2026-03-04 15:06",
		},
		{chat.Hook{Stopped: since, Failing: since, Fault: "it is gone", Slow: true}, "given up 2026-03-04 15:06: it is gone"},
		{chat.Hook{Refused: true, Fault: "who made it is banned", Behind: 1, BehindSince: since}, "does nothing: who made it is banned; 1 message behind, since 2026-03-04 15:06"},
	} {
		if got := fares(&c.hook); got != c.want {
			t.Errorf("%+v fares %q, want %q", c.hook, got, c.want)
		}
	}
}

// TestHookBehindIsListed: a program that does not answer is behind, as the API says it.
func TestHookBehindIsListed(t *testing.T) {
	asked, answer := make(chan struct{}, 10), make(chan struct{})
	program := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		select {
		case <-answer:
		case <-r.Context().Done():
		}
	}))
	defer program.Close()
	h := run(t, defaults(t))
	owner := h.as(t, h.owner)
	owner.wants(http.StatusCreated, "", "POST", "/api/hooks", object{"name": "mirror", "room": "general", "url": program.URL, "private": true})
	fare := func() chat.Hook {
		t.Helper()
		raw, err := json.Marshal(owner.wants(http.StatusOK, "", "GET", "/api/hooks", nil)["hooks"])
		if err != nil {
			t.Fatal(err)
		}
		var list []chat.Hook
		if err := json.Unmarshal(raw, &list); err != nil || len(list) != 1 {
			t.Fatalf("%s, %v", raw, err)
		}
		return list[0]
	}
	if got := fare(); got.Behind != 0 || got.BehindSince != 0 {
		t.Errorf("before anything was said: %+v", got)
	}
	var first float64
	for i := range 3 {
		owner.wants(http.StatusCreated, "", "POST", "/api/rooms/general/messages", object{"body": "text"})
		if i == 0 {
			page := owner.wants(http.StatusOK, "", "GET", "/api/rooms/general/messages", nil)
			message, _ := page["messages"].([]any)[0].(map[string]any)
			first, _ = message["at"].(float64)
		}
	}
	<-asked
	if got := fare(); got.Behind != 3 || got.BehindSince != chat.Millis(first) {
		t.Errorf("while the program does not answer: %+v, the first was said at %v", got, first)
	}
	close(answer)
	<-asked
	<-asked
	for deadline := time.Now().Add(20 * time.Second); fare().Behind > 0; {
		if time.Now().After(deadline) {
			t.Fatalf("after the program answered: %+v", fare())
		}
	}
}
