package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// TestOverTCP is what pipes cannot show: writes without a goroutine, kernel
// buffers, TLS, and a peer that reads the reason of its end.
func TestOverTCP(t *testing.T) {
	for _, secure := range []bool{false, true} {
		t.Run("tls="+strconv.FormatBool(secure), func(t *testing.T) {
			sockets := make(chan *receiver, 1)
			handshakes := make(chan bool, 1)
			server := New(Config{MaxPayload: 10_000}, handlerFunc(func(s *Socket, h *Handshake) (Receiver, error) {
				r := newReceiver(s, echo)
				handshakes <- h.Secure
				sockets <- r
				return r, nil
			}))
			ts := httptest.NewUnstartedServer(server)
			dialer := websocket.Dialer{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
			if secure {
				ts.StartTLS()
			} else {
				ts.Start()
			}
			defer ts.Close()
			ws, _, err := dialWS(&dialer, "ws"+strings.TrimPrefix(ts.URL, "http"), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer ws.Close()
			p := &peer{t: t, ws: ws}
			p.read()
			p.send("40")
			p.read()
			r := <-sockets
			if <-handshakes != secure {
				t.Error("Secure is wrong")
			}
			// Far more than the kernel takes at once, so that every way to write
			// is gone.
			big := strings.Repeat("x", 300_000)
			var wg sync.WaitGroup
			wg.Go(func() {
				for i := range 40 {
					if err := r.socket.Drain(t.Context()); err != nil {
						t.Error(err)
					}
					if err := r.socket.Emit("message", i, big); err != nil {
						t.Error(err)
					}
				}
			})
			for i := range 40 {
				if got := p.read(); got != `42["message",`+strconv.Itoa(i)+`,"`+big+`"]` {
					t.Fatalf("message %d is %.30q", i, got)
				}
			}
			wg.Wait()
			p.send(`42["message",1]`)
			p.expect(`42["message-back",1]`)
			// The peer is still writing when it is told that this is too much.
			_ = ws.WriteMessage(websocket.TextMessage, []byte(`42["message","`+big+`"]`))
			p.expectClose(closeTooBig)
			if got := <-r.reasons; got != ReasonTooLarge {
				t.Errorf("closed for %q", got)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if err := server.Shutdown(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestSlowReaderOverTCP stalls one reader while another goes on.
func TestSlowReaderOverTCP(t *testing.T) {
	hub := newHub()
	server := New(Config{QueueBytes: 64 << 10}, hub)
	ts := httptest.NewServer(server)
	defer ts.Close()
	var clients []*websocket.Conn
	for range 2 {
		ws, err := dialTCP(ts.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = ws.Close() })
		clients = append(clients, ws)
	}
	packet, err := socketio.EncodeEvent("/", "message", nil, strings.Repeat("x", 10_000))
	if err != nil {
		t.Fatal(err)
	}
	prepared := Prepare(packet)
	read := make(chan struct{}) // one message was read by the peer that reads
	go func() {
		for {
			if _, _, err := clients[1].ReadMessage(); err != nil {
				close(read)
				return
			}
			read <- struct{}{}
		}
	}()
	var failed error
	for sent := 0; failed == nil; sent++ {
		if sent > 10_000 {
			t.Fatal("nobody was disconnected")
		}
		failed = hub.sockets()[0].Send(prepared)
		if err := hub.sockets()[1].Send(prepared); err != nil {
			t.Fatalf("the other: %v", err)
		}
		<-read
	}
	if !errors.Is(failed, ErrQueueFull) {
		t.Errorf("failed with %v", failed)
	}
	if got := <-hub.reasons; got != ReasonSlowReader {
		t.Errorf("closed for %q", got)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	go func() {
		for range read { // until the connection ends
		}
	}()
	if err := server.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if n := server.Stats().Closed[ReasonSlowReader]; n != 1 {
		t.Errorf("%d slow readers were counted", n)
	}
	clients[1].Close()
	<-read
}

// TestCalmSocketNeedsNoWriter sends now and then.
func TestCalmSocketNeedsNoWriter(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("every write has a writer there")
	}
	hub := newHub()
	server := New(Config{}, hub)
	ts := httptest.NewServer(server)
	defer ts.Close()
	ws, err := dialTCP(ts.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	socket := hub.sockets()[0]
	sess := socket.session
	calm := func() bool {
		sess.mu.Lock()
		defer sess.mu.Unlock()
		return !sess.writing
	}
	for range 3 {
		for !calm() { // the writer of CONNECT's answer may not have ended yet
			runtime.Gosched()
		}
		server.direct.spent.Store(0) // a busy machine is not what is tried
		if err := socket.Emit("message"); err != nil {
			t.Fatal(err)
		}
		sess.mu.Lock()
		if sess.writing || sess.queued > 0 {
			t.Error("a writer was started")
		}
		sess.mu.Unlock()
		if _, b, err := ws.ReadMessage(); err != nil || string(b) != `42["message"]` {
			t.Fatalf("got %s, %v", b, err)
		}
	}
	if err := server.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// hub is a Handler that keeps its sockets.
type hub struct {
	mu      sync.Mutex
	list    []*Socket
	reasons chan Reason
}

func newHub() *hub { return &hub{reasons: make(chan Reason, 1<<14)} }

func (h *hub) Connect(s *Socket, _ *Handshake) (Receiver, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.list = append(h.list, s)
	return h, nil
}

func (h *hub) Receive(*Event)       {}
func (h *hub) Pace()                {}
func (h *hub) Closed(reason Reason) { h.reasons <- reason }

func (h *hub) sockets() []*Socket {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.list
}

// dialTCP opens a session and a socket over TCP.
func dialTCP(addr string) (*websocket.Conn, error) {
	ws, _, err := dialWS(websocket.DefaultDialer, "ws://"+addr, nil)
	if err != nil {
		return nil, err
	}
	if _, _, err = ws.ReadMessage(); err == nil {
		if err = ws.WriteMessage(websocket.TextMessage, []byte("40")); err == nil {
			_, _, err = ws.ReadMessage()
		}
	}
	return ws, err
}

// TestInlineAfterWriter: what the writer goroutine wrote, under a deadline that has
// passed since, keeps nobody from writing inline.
func TestInlineAfterWriter(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("nothing is written inline there")
	}
	got := make(chan *receiver, 1)
	server := New(Config{WriteTimeout: 20 * time.Millisecond}, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
		r := newReceiver(s, nil)
		got <- r
		return r, nil
	}))
	ts := httptest.NewServer(server)
	defer ts.Close()
	ws, _, err := dialWS(&websocket.Dialer{}, "ws://"+strings.TrimPrefix(ts.URL, "http://"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ws.Close() }()
	p := &peer{t: t, ws: ws}
	p.read()
	p.send("40")
	p.read()
	s := (<-got).socket.session
	c, ok := s.conn.(*wsConn)
	if !ok {
		t.Fatalf("the session is on a %T", s.conn)
	}
	if err := c.write([]*Prepared{ping}); err != nil {
		t.Fatal(err)
	}
	passed := time.NewTimer(2 * server.cfg.WriteTimeout)
	<-passed.C
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := s.conn.try(ping.frames); n != len(ping.frames) {
		t.Errorf("%d of %d bytes were written inline", n, len(ping.frames))
	}
}
