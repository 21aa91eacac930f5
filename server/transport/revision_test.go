package transport

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// dial3 opens a WebSocket of Engine.IO 3.
func (h *host) dial3(query string) *websocket.Conn {
	h.t.Helper()
	dialer := websocket.Dialer{NetDialContext: h.listener.Dial}
	ws, resp, err := dialer.Dial("ws://chat.example/socket.io/?EIO=3&transport=websocket"+query, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	_ = resp.Body.Close()
	h.t.Cleanup(func() { _ = ws.Close() })
	if _, b, err := ws.ReadMessage(); err != nil || !strings.HasPrefix(string(b), `0{"sid":"`) {
		h.t.Fatalf("opened by %q, %v", b, err)
	}
	return ws
}

// post3 posts packets of text.
func (p *poller) post3(packets ...string) {
	p.t.Helper()
	var body strings.Builder
	for _, packet := range packets {
		body.WriteString(strconv.Itoa(len(packet)) + ":" + packet)
	}
	p.post(body.String())
}

func TestRevision3(t *testing.T) {
	t.Run("polling", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := chatter(t, Config{AllowEIO3: true})
			p := h.poll("EIO=3")
			p.wants("40") // unasked
			r := <-h.sockets
			p.post3("40", `42["a"]`) // asking for it again does nothing
			p.wants(`42["a"]`)
			p.post3("2", "2again")
			p.wants("3", "3again")
			p.post3("1")
			r.closed(t, ReasonTransportClose)
			p.wants("6")
			p.gone()
		})
	})
	t.Run("WebSocket", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := chatter(t, Config{AllowEIO3: true})
			ws := h.dial3("")
			hear(t, ws, "40")
			say(t, ws, "2")
			hear(t, ws, "3")
			say(t, ws, `42["a"]`)
			hear(t, ws, `42["a"]`)
		})
	})
	t.Run("refused", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := &host{t: t}
			h.start(Config{AllowEIO3: true}, handlerFunc(func(*Socket, *Handshake) (Receiver, error) {
				return nil, &ConnectError{Message: "Authentication error", Data: map[string]any{"code": "x"}}
			}))
			h.poll("EIO=3").wants(`44"Authentication error"`)
			hear(t, h.dial3(""), `44"Authentication error"`)
		})
	})
	t.Run("namespace with a query", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := chatter(t, Config{AllowEIO3: true, Namespaces: []string{"/", "/custom"}})
			ws := h.dial3("")
			hear(t, ws, "40")
			say(t, ws, "40/custom?token=abc,")
			hear(t, ws, "40/custom,")
			say(t, ws, `42/custom,["a"]`)
			hear(t, ws, `42/custom,["a"]`)
			say(t, ws, "40/nope?x=y,")
			hear(t, ws, `44/nope,"Invalid namespace"`)
		})
	})
	t.Run("not allowed", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := chatter(t, Config{})
			p := h.poll("EIO=4")
			p.url = "http://chat.example/socket.io/?EIO=3&transport=polling"
			if status, body := p.do(t.Context(), http.MethodGet, ""); status != 400 || !strings.Contains(body, `"code":5`) {
				t.Errorf("answered %d %s", status, body)
			}
		})
	})
}

// TestRevision3Heartbeat: there it is the client that pings.
func TestRevision3Heartbeat(t *testing.T) {
	cfg := Config{AllowEIO3: true, PingInterval: 3 * time.Second, PingTimeout: 2 * time.Second}
	t.Run("polling", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := chatter(t, cfg)
			p := h.poll("EIO=3")
			r := <-h.sockets
			p.wants("40")
			for range 5 {
				sleep(cfg.PingInterval)
				p.post3("2")
				p.wants("3")
			}
			start := time.Now()
			p.wants("1") // and no ping before
			r.closed(t, ReasonPingTimeout)
			if since := time.Since(start); since != cfg.PingInterval+cfg.PingTimeout {
				t.Errorf("ended after %v", since)
			}
		})
	})
	t.Run("WebSocket", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := chatter(t, cfg)
			ws := h.dial3("")
			r := <-h.sockets
			hear(t, ws, "40")
			for range 5 {
				sleep(cfg.PingInterval)
				say(t, ws, "2")
				hear(t, ws, "3")
			}
			start := time.Now()
			if _, b, err := ws.ReadMessage(); err == nil {
				t.Errorf("heard %q", b)
			}
			_ = ws.Close()
			r.closed(t, ReasonPingTimeout)
			if since := time.Since(start); since != cfg.PingInterval+cfg.PingTimeout {
				t.Errorf("ended after %v", since)
			}
		})
	})
}

// TestRevision3Binary sends binary both ways, in each of its clothes.
func TestRevision3Binary(t *testing.T) {
	const text = `451-["a",{"_placeholder":true,"num":0}]`
	tests := []struct {
		name, query, kind, posted, polled string
	}{
		{"octets", "EIO=3", "application/octet-stream", "\x00\x03\x09\xff" + text + "\x01\x04\xff\x04\x01\x02\x03", "octets:\x01\x02\x03"},
		{"base64", "EIO=3&b64=1", "text/plain", "39:" + text + "6:b4AQID", "bAQID"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := chatter(t, Config{AllowEIO3: true})
				p := h.poll(tt.query)
				p.wants("40")
				if got := p.send(t.Context(), http.MethodPost, tt.kind, strings.NewReader(tt.posted)); got.body != "ok" {
					t.Fatalf("answered %s", got.body)
				}
				p.wants(text, tt.polled)
			})
		})
	}
	t.Run("WebSocket", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := chatter(t, Config{AllowEIO3: true})
			ws := h.dial3("")
			r := <-h.sockets
			hear(t, ws, "40")
			say(t, ws, text)
			sayBinary(t, ws, "\x04\x01\x02\x03")
			hear(t, ws, text)
			hear(t, ws, "\x04\x01\x02\x03")
			say(t, ws, text)
			sayBinary(t, ws, "\x02\x01") // which is no message
			r.closed(t, ReasonParseError)
		})
	})
	t.Run("queued during an upgrade", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := chatter(t, Config{AllowEIO3: true})
			p := h.poll("EIO=3")
			p.wants("40")
			r := <-h.sockets
			ws := p.upgrade()
			say(t, ws, "2probe")
			hear(t, ws, "3probe")
			long := strings.Repeat("x", 125) // whose frame's length grows with the type
			if err := r.socket.Emit("a", socketio.Value{JSON: []byte(`{"_placeholder":true,"num":0}`), Attachments: [][]byte{[]byte(long)}}); err != nil {
				t.Fatal(err)
			}
			say(t, ws, "5")
			hear(t, ws, text)
			hear(t, ws, "\x04"+long)
			synctest.Wait()
			if n := r.socket.session.queued; n != 0 {
				t.Errorf("%d bytes are still counted", n)
			}
		})
	})
}

func sayBinary(t *testing.T, ws *websocket.Conn, data string) {
	t.Helper()
	if err := ws.WriteMessage(websocket.BinaryMessage, []byte(data)); err != nil {
		t.Fatal(err)
	}
}
