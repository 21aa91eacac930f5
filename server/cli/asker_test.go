package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// asker is a chat client that asks one thing at a time, and hears nothing.
type asker struct {
	t    *testing.T
	conn *websocket.Conn
	n    int
}

// answer is what the tests look at in what the server answers.
type answer struct {
	OK       bool              `json:"ok"`
	Error    *chat.Error       `json:"error"`
	Seq      uint64            `json:"seq"`
	Position chat.Position     `json:"position"`
	Resumed  bool              `json:"resumed"`
	Messages []chat.Message    `json:"messages"`
	Rooms    []chat.Membership `json:"rooms"`
	Room     json.RawMessage   `json:"room"` // an ID or a room
}

// connect connects somebody, and says hello for them.
func connect(t *testing.T, url, token string) *asker {
	t.Helper()
	a := overhear(t, url, token)
	if got := a.ask("hello", map[string]any{"protocol": 1}); !got.OK {
		t.Fatalf("hello: %v", got.Error)
	}
	return a
}

// overhear connects somebody, who is on the plain lane.
func overhear(t *testing.T, url, token string) *asker {
	t.Helper()
	conn, response, err := websocket.DefaultDialer.DialContext(t.Context(),
		"ws"+strings.TrimPrefix(url, "http")+"/socket.io/?EIO=4&transport=websocket", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	t.Cleanup(func() { _ = conn.Close() })
	a := &asker{t: t, conn: conn}
	a.write(`40{"token":"` + token + `"}`)
	if got := a.until("40", "44"); !strings.HasPrefix(got, "40") {
		t.Fatalf("connect: %s", got)
	}
	return a
}

func (a *asker) write(packet string) {
	a.t.Helper()
	if err := a.conn.WriteMessage(websocket.TextMessage, []byte(packet)); err != nil {
		a.t.Fatal(err)
	}
}

// until reads up to the first packet that begins with one of these.
func (a *asker) until(prefixes ...string) string {
	a.t.Helper()
	for {
		_ = a.conn.SetReadDeadline(time.Now().Add(crashWait))
		_, packet, err := a.conn.ReadMessage()
		if err != nil {
			a.t.Fatalf("waiting for %v: %v", prefixes, err)
		}
		if string(packet) == "2" {
			a.write("3")
		}
		for _, p := range prefixes {
			if strings.HasPrefix(string(packet), p) {
				return string(packet)
			}
		}
	}
}

// ask emits an event and waits for its ack.
func (a *asker) ask(event string, args ...any) (got answer) {
	a.t.Helper()
	a.n++
	id := strconv.Itoa(a.n)
	packet, err := json.Marshal(append([]any{event}, args...))
	if err != nil {
		a.t.Fatal(err)
	}
	a.write("42" + id + string(packet))
	ack := strings.TrimPrefix(a.until("43"+id+"["), "43"+id)
	if err := json.Unmarshal([]byte(ack), &[]any{&got}); err != nil {
		a.t.Fatalf("%s was answered %s: %v", event, ack, err)
	}
	return got
}

// must asks for what has to be done.
func (a *asker) must(event string, args ...any) answer {
	a.t.Helper()
	got := a.ask(event, args...)
	if !got.OK {
		a.t.Fatalf("%s %v: %v", event, args, got.Error)
	}
	return got
}

// fetch asks over HTTP.
func fetch(t *testing.T, url, token string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// awaitAnswer asks over HTTP until the answer is this one.
func awaitAnswer(t *testing.T, url string, status int, has string) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var last string
	for begun := time.Now(); time.Since(begun) < crashWait; <-tick.C {
		got, body := fetch(t, url, "")
		if got == status && strings.Contains(body, has) {
			return
		}
		last = fmt.Sprint(got, " ", body)
	}
	t.Fatalf("%s is answered %s, and never %d with %q", url, last, status, has)
}
