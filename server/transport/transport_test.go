package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/hobnob-chat/hobnob/net/pipe"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// handlerFunc is a Handler.
type handlerFunc func(*Socket, *Handshake) (Receiver, error)

func (f handlerFunc) Connect(s *Socket, h *Handshake) (Receiver, error) { return f(s, h) }

// receiver is a Receiver that remembers how it was closed.
type receiver struct {
	socket  *Socket
	receive func(*Event)
	pace    func()      // may be nil
	reasons chan Reason // has room for two, so that a second Closed is seen
}

func newReceiver(s *Socket, receive func(*Event)) *receiver {
	return &receiver{socket: s, receive: receive, reasons: make(chan Reason, 2)}
}

func (r *receiver) Receive(e *Event) {
	if r.receive != nil {
		r.receive(e)
	}
}

func (r *receiver) Pace() {
	if r.pace != nil {
		r.pace()
	}
}

func (r *receiver) Closed(reason Reason) { r.reasons <- reason }

// host is a server in memory whose sockets all behave the same.
type host struct {
	t        *testing.T
	server   *Server
	http     *http.Server
	listener *pipe.Listener
	sockets  chan *receiver // every socket that was accepted
}

// serve starts a host. setup may be nil; receive is called for every event.
func serve(t *testing.T, cfg Config, receive func(*Event)) *host {
	t.Helper()
	h := &host{t: t, sockets: make(chan *receiver, 16)}
	return h.start(cfg, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
		r := newReceiver(s, receive)
		h.sockets <- r
		return r, nil
	}))
}

func (h *host) start(cfg Config, handler Handler) *host {
	h.t.Helper()
	h.server = New(cfg, handler)
	h.listen()
	return h
}

// listen serves the server.
func (h *host) listen() {
	h.listener = pipe.New()
	h.http = &http.Server{Handler: h.server}
	served := make(chan struct{})
	go func() {
		defer close(served)
		if err := h.http.Serve(h.listener); !errors.Is(err, http.ErrServerClosed) {
			h.t.Error(err)
		}
	}()
	h.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := h.server.Shutdown(ctx); err != nil {
			h.t.Error("shutdown:", err)
		}
		if err := h.http.Close(); err != nil {
			h.t.Error(err)
		}
		<-served
		if n := h.server.Stats(); n.Sessions != 0 || n.Sockets != 0 {
			h.t.Errorf("left after shutdown: %+v", n)
		}
	})
}

// peer is the other end of a session.
type peer struct {
	t    *testing.T
	ws   *websocket.Conn
	open socketio.Open
}

// answer is how a handshake was answered.
type answer struct {
	status int
	header http.Header
}

// dialWS shakes hands for a session.
func dialWS(dialer *websocket.Dialer, host string, header http.Header) (*websocket.Conn, answer, error) {
	ws, resp, err := dialer.Dial(host+"/socket.io/?EIO=4&transport=websocket&token=undefined", header)
	if resp == nil {
		return nil, answer{}, err
	}
	_ = resp.Body.Close() // gorilla has read it
	return ws, answer{resp.StatusCode, resp.Header}, err
}

// dial opens a session and reads its open packet.
func (h *host) dial() *peer {
	h.t.Helper()
	dialer := websocket.Dialer{NetDialContext: h.listener.Dial}
	ws, _, err := dialWS(&dialer, "ws://chat.example", nil)
	if err != nil {
		h.t.Fatal(err)
	}
	p := &peer{t: h.t, ws: ws}
	h.t.Cleanup(func() { _ = ws.Close() })
	text := p.read()
	p.open, err = socketio.DecodeOpen([]byte(text[1:]))
	if err != nil || text[0] != byte(socketio.EngineOpen) {
		h.t.Fatalf("open packet %q: %v", text, err)
	}
	return p
}

// connect opens a session and a socket of the main namespace.
func (h *host) connect() (*peer, *receiver) {
	h.t.Helper()
	p := h.dial()
	p.send("40")
	if text := p.read(); !strings.HasPrefix(text, `40{"sid":"`) || strings.Contains(text, p.open.SID) {
		h.t.Fatalf("CONNECT was answered %q, the session is %s", text, p.open.SID)
	}
	return p, <-h.sockets
}

func (p *peer) send(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		if err := p.ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			p.t.Fatal(err)
		}
	}
}

// raw sends bytes past gorilla.
func (p *peer) raw(b []byte) {
	p.t.Helper()
	if _, err := p.ws.NetConn().Write(b); err != nil {
		p.t.Fatal(err)
	}
}

// clientFrame is a masked frame (RFC 6455 section 5.3); the mask is zero.
func clientFrame(fin bool, op opcode, payload string) []byte {
	b := appendFrame(nil, op, []byte(payload))
	if !fin {
		b[0] &^= finBit
	}
	header := len(b) - len(payload)
	b[1] |= 0x80
	return append(append(b[:header:header], 0, 0, 0, 0), payload...)
}

// read returns the next message, a binary one as "b" and its bytes.
func (p *peer) read() string {
	p.t.Helper()
	kind, b, err := p.ws.ReadMessage()
	if err != nil {
		p.t.Fatal(err)
	}
	if kind == websocket.BinaryMessage {
		return "b" + string(b)
	}
	return string(b)
}

func (p *peer) expect(texts ...string) {
	p.t.Helper()
	for _, want := range texts {
		if got := p.read(); got != want {
			p.t.Fatalf("got %q, want %q", got, want)
		}
	}
}

// expectClose reads until the session is closed with a code.
func (p *peer) expectClose(code int) {
	p.t.Helper()
	for {
		_, b, err := p.ws.ReadMessage()
		if err == nil {
			p.t.Logf("before the close: %q", b)
			continue
		}
		var closed *websocket.CloseError
		if !errors.As(err, &closed) || closed.Code != code {
			p.t.Fatalf("closed with %v, want %d", err, code)
		}
		// The close frame is the last there is: gorilla must not send its own.
		if rest, _ := io.ReadAll(p.ws.NetConn()); len(rest) > 0 {
			p.t.Errorf("after the close frame came % x", rest)
		}
		_ = p.ws.Close()
		return
	}
}

// closed waits for the socket's end, and makes sure that it is told once.
func (r *receiver) closed(t *testing.T, want Reason) {
	t.Helper()
	if got := <-r.reasons; got != want {
		t.Errorf("closed for %q, want %q", got, want)
	}
	select {
	case <-r.socket.Done():
	default:
		t.Error("closed before Done")
	}
	if err := r.socket.Emit("late"); !errors.Is(err, ErrClosed) {
		t.Errorf("Emit after the end: %v", err)
	}
	synctest.Wait()
	select {
	case again := <-r.reasons:
		t.Errorf("closed again, for %q", again)
	default:
	}
}

// sleep lets the bubble's clock go on.
func sleep(d time.Duration) { <-time.After(d) }

// echo behaves as the server of the public conformance suites.
func echo(e *Event) {
	args := make([]any, len(e.Args))
	for i := range e.Args {
		args[i] = e.Args[i]
	}
	switch e.Name {
	case "message":
		_ = e.socket.Emit("message-back", args...)
	case "message-with-ack":
		_ = e.Ack(args...)
	}
}

// discard reads and drops what the server sends.
func (p *peer) discard() {
	go func() { _, _ = io.Copy(io.Discard, p.ws.NetConn()) }()
}
