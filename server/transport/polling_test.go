package transport

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// poller is a peer that polls.
type poller struct {
	t    *testing.T
	host *host
	http *http.Client
	url  string
	open socketio.Open

	revision socketio.Revision
	ahead    []string // packets that were polled and not yet looked at
}

// poll opens a session over long-polling.
func (h *host) poll(query string) *poller {
	h.t.Helper()
	p := &poller{
		t: h.t, host: h, url: "http://chat.example/socket.io/?transport=polling&" + query,
		http: &http.Client{Transport: &http.Transport{DialContext: h.listener.Dial}},
	}
	p.revision = socketio.Revision4
	if strings.Contains(query, "EIO=3") {
		p.revision = socketio.Revision3
	}
	h.t.Cleanup(p.http.CloseIdleConnections)
	open := p.next()
	var err error
	if p.open, err = socketio.DecodeOpen([]byte(open[1:])); err != nil {
		h.t.Fatalf("opened by %q: %v", open, err)
	}
	p.url += "&sid=" + p.open.SID
	return p
}

// do sends a request and returns its status and body, or 0 and what went wrong.
func (p *poller) do(ctx context.Context, method, body string) (int, string) {
	got := p.send(ctx, method, "", strings.NewReader(body))
	return got.status, got.body
}

// reply is how a request was answered; without a status, what went wrong.
type reply struct {
	status int
	header http.Header
	body   string
}

// send sends a request with a body of some type.
func (p *poller) send(ctx context.Context, method, kind string, body io.Reader) reply {
	req, err := http.NewRequestWithContext(ctx, method, p.url, body)
	if err != nil {
		p.t.Error(err)
		return reply{}
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := p.http.Do(req)
	if err != nil {
		return reply{body: err.Error()}
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Error(err)
	}
	return reply{resp.StatusCode, resp.Header, string(b)}
}

// connect opens the socket of the main namespace.
func (p *poller) connect() *receiver {
	p.t.Helper()
	p.post("40")
	r := <-p.host.sockets
	p.wants(`40{"sid":"` + r.socket.ID() + `"}`)
	return r
}

// polled is what a request that was sent aside was answered.
type polled struct {
	status int
	body   string
}

// aside sends a request that is not waited for.
func (p *poller) aside(ctx context.Context, method, body string) <-chan polled {
	answered := make(chan polled, 1)
	go func() {
		status, answer := p.do(ctx, method, body)
		answered <- polled{status, answer}
	}()
	synctest.Wait()
	return answered
}

func (p *poller) get() string {
	p.t.Helper()
	status, body := p.do(p.t.Context(), http.MethodGet, "")
	if status != http.StatusOK {
		p.t.Fatalf("GET is answered %d %s", status, body)
	}
	return body
}

func (p *poller) post(body string) {
	p.t.Helper()
	if status, answer := p.do(p.t.Context(), http.MethodPost, body); status != http.StatusOK || answer != "ok" {
		p.t.Fatalf("POST of %.40q is answered %d %s", body, status, answer)
	}
}

// next polls for the next packet; one that came as octets begins with "octets:".
func (p *poller) next() string {
	p.t.Helper()
	if len(p.ahead) == 0 {
		got := p.send(p.t.Context(), http.MethodGet, "", nil)
		if got.status != http.StatusOK {
			p.t.Fatalf("GET is answered %d %s", got.status, got.body)
		}
		octets := got.header.Get("Content-Type") == "application/octet-stream"
		payload := socketio.NewPayload([]byte(got.body), p.revision, octets)
		for {
			packet, ok, err := payload.Next()
			if err != nil {
				p.t.Fatalf("polled %.80q: %v", got.body, err)
			}
			if !ok {
				break
			}
			text := string(packet.Data)
			switch {
			case packet.Binary && octets:
				text = "octets:" + text
			case packet.Binary:
				text = "b" + base64.StdEncoding.EncodeToString(packet.Data)
			}
			p.ahead = append(p.ahead, text)
		}
	}
	first := p.ahead[0]
	p.ahead = p.ahead[1:]
	return first
}

// wants polls until all of these packets have come.
func (p *poller) wants(packets ...string) {
	p.t.Helper()
	for _, want := range packets {
		if got := p.next(); got != want {
			p.t.Fatalf("polled %.80q, want %.80q", got, want)
		}
	}
}

// gone asserts that the session is no more.
func (p *poller) gone() {
	p.t.Helper()
	synctest.Wait()
	if status, body := p.do(p.t.Context(), http.MethodGet, ""); status != http.StatusBadRequest ||
		body != `{"code":1,"message":"Session ID unknown"}` {
		p.t.Fatalf("the session is still there: %d %s", status, body)
	}
}

// echoBack says every event back.
func echoBack(t *testing.T, sockets func() *Socket) func(*Event) {
	return func(e *Event) {
		args := make([]any, len(e.Args))
		for i, a := range e.Args {
			args[i] = a
		}
		if err := sockets().Emit(e.Name, args...); err != nil {
			t.Error(err)
		}
	}
}

// chatter is a host whose one socket says every event back.
func chatter(t *testing.T, cfg Config) *host {
	t.Helper()
	h := &host{t: t, sockets: make(chan *receiver, 16)}
	return h.start(cfg, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
		r := newReceiver(s, echoBack(t, func() *Socket { return s }))
		h.sockets <- r
		return r, nil
	}))
}

func TestPolling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{})
		p := h.poll("EIO=4")
		if len(p.open.Upgrades) != 1 || p.open.Upgrades[0] != "websocket" {
			t.Errorf("upgrades %q", p.open.Upgrades)
		}
		p.post("40")
		r := <-h.sockets
		p.wants(`40{"sid":"` + r.socket.ID() + `"}`)
		p.post("42[\"a\",1]\x1e451-[\"b\",{\"_placeholder\":true,\"num\":0}]\x1ebAQIDBA==\x1e42[\"c\",\"é\U0001F680\"]")
		p.wants(`42["a",1]`, `451-["b",{"_placeholder":true,"num":0}]`, "bAQIDBA==", "42[\"c\",\"é\U0001F680\"]")
		p.post("1")
		if reason := <-r.reasons; reason != ReasonTransportClose {
			t.Errorf("closed for %q", reason)
		}
		p.wants("6")
		p.gone()
	})
}

// A client may ask for bytes in base64, and send them so, over a WebSocket as well.
func TestBase64OverWebSocket(t *testing.T) {
	for query, bytes := range map[string]string{"EIO=4&b64=1": "bAQIDBA==", "EIO=3&b64=1": "b4AQIDBA=="} {
		t.Run(query, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := chatter(t, Config{AllowEIO3: true})
				dialer := websocket.Dialer{NetDialContext: h.listener.Dial}
				ws, _, err := dialer.DialContext(t.Context(), "ws://chat.example/socket.io/?transport=websocket&"+query, nil)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = ws.Close() }()
				if _, b, err := ws.ReadMessage(); err != nil || !strings.HasPrefix(string(b), "0{") {
					t.Fatalf("opened by %q, %v", b, err)
				}
				if strings.Contains(query, "EIO=4") {
					say(t, ws, "40")
					hear(t, ws, `40{"sid":"`+(<-h.sockets).socket.ID()+`"}`)
				} else {
					hear(t, ws, "40")
				}
				say(t, ws, `451-["b",{"_placeholder":true,"num":0}]`)
				say(t, ws, bytes)
				hear(t, ws, `451-["b",{"_placeholder":true,"num":0}]`)
				hear(t, ws, bytes)
				say(t, ws, "b4!")
				if _, _, err := ws.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseProtocolError) {
					t.Errorf("what is not base64: %v", err)
				}
			})
		})
	}
}

// What a peer is told at last it is told by polling, though it tries a WebSocket: only
// then is that closed.
func TestEndWhileProbing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{})
		p := h.poll("EIO=4")
		p.post("40")
		r := <-h.sockets
		p.wants(`40{"sid":"` + r.socket.ID() + `"}`)
		ws := p.upgrade()
		say(t, ws, "2probe")
		hear(t, ws, "3probe")
		r.socket.Disconnect()
		closed := make(chan error, 1)
		go func() {
			_, _, err := ws.ReadMessage()
			closed <- err
		}()
		synctest.Wait()
		select {
		case err := <-closed:
			t.Fatalf("closed before the last was told: %v", err)
		default:
		}
		p.wants("41")
		if err := <-closed; err == nil {
			t.Error("it is still there")
		}
	})
}
