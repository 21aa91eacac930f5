package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

func TestShutdown(t *testing.T) {
	bubble(t, "flushes", func(t *testing.T) {
		h := serve(t, Config{}, nil)
		p, r := h.connect()
		idle := h.dial() // has no socket
		for i := range 50 {
			if err := r.socket.Emit("message", i); err != nil {
				t.Fatal(err)
			}
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := h.server.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
		})
		idle.expectClose(closeGoingAway)
		for i := range 50 {
			sleep(10 * time.Millisecond) // slower than the server, but reading
			p.expect(`42["message",` + strconv.Itoa(i) + `]`)
		}
		p.expectClose(closeGoingAway)
		r.closed(t, ReasonShutdown)
		wg.Wait()
		dialer := websocket.Dialer{NetDialContext: h.listener.dial}
		_, resp, err := dialer.Dial("ws://chat.example/socket.io/?EIO=4&transport=websocket", nil)
		if err == nil || resp.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("after shutdown: %v", err)
		}
	})
	bubble(t, "cuts who does not read", func(t *testing.T) {
		h := serve(t, Config{}, nil)
		_, r := h.connect()
		if err := r.socket.Emit("message"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if err := h.server.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("shutdown: %v", err)
		}
		if since := time.Since(start); since != time.Second {
			t.Errorf("took %v", since)
		}
		r.closed(t, ReasonShutdown)
	})
	bubble(t, "ends by itself", func(t *testing.T) {
		h := serve(t, Config{WriteTimeout: 4 * time.Second}, nil)
		_, r := h.connect()
		if err := r.socket.Emit("message"); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := h.server.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if since := time.Since(start); since > 4*time.Second {
			t.Errorf("took %v", since)
		}
		r.closed(t, ReasonShutdown)
	})
	bubble(t, "wakes a blocked receiver", func(t *testing.T) {
		h := serve(t, Config{}, func(e *Event) { <-e.socket.Done() })
		p, r := h.connect()
		p.raw(append(clientFrame(true, opText, `42["message"]`), clientFrame(true, opText, `42["message"]`)...))
		synctest.Wait()
		p.discard()
		if err := h.server.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		r.closed(t, ReasonShutdown)
	})
	bubble(t, "receiver does not let go", func(t *testing.T) {
		release := make(chan struct{})
		h := serve(t, Config{}, func(*Event) { <-release })
		p, _ := h.connect()
		p.send(`42["message"]`)
		p.discard()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := h.server.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("shutdown: %v", err)
		}
		close(release)
	})
}

// countingConn counts writes, and can hold them.
type countingConn struct {
	net.Conn
	mu     sync.Mutex
	writes int
	bytes  []byte
}

func (c *countingConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	c.writes++
	c.bytes = append(c.bytes, b...)
	c.mu.Unlock()
	return c.Conn.Write(b)
}

func TestJoinedWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{}, nil)
		var count *countingConn
		h.listener.wrap = func(c net.Conn) net.Conn {
			count = &countingConn{Conn: c}
			return count
		}
		p, r := h.connect()
		synctest.Wait()
		count.writes = 0
		const events = 500
		for i := range events {
			if err := r.socket.Emit("message", i); err != nil {
				t.Fatal(err)
			}
		}
		for i := range events {
			p.expect(`42["message",` + strconv.Itoa(i) + `]`)
		}
		synctest.Wait()
		// The first goes alone, the rest while it is stuck.
		if count.writes > 2 {
			t.Errorf("%d events took %d writes, want at most 2", events, count.writes)
		}
		if r.socket.session.writing || r.socket.session.queued != 0 || r.socket.session.queue != nil {
			t.Error("the queue is not left as it was")
		}
	})
}

func TestWriteSplitsLargeBatches(t *testing.T) {
	client, server := net.Pipe()
	count := &countingConn{Conn: server}
	c := &wsConn{gate: &gate{Conn: count}, writeTimeout: time.Minute}
	var batch []*Prepared
	var want []byte
	for i, size := range []int{10, joined - 5, 3 * joined, 1, 0, joined} {
		b := bytes.Repeat([]byte{byte('a' + i)}, size)
		batch, want = append(batch, &Prepared{frames: b}), append(want, b...)
	}
	got := make(chan []byte)
	go func() {
		b, _ := io.ReadAll(client)
		got <- b
	}()
	if err := c.write(batch); err != nil {
		t.Fatal(err)
	}
	c.cut()
	if !bytes.Equal(<-got, want) {
		t.Error("bytes were lost or mixed up")
	}
	if limit := len(want)/joined + 1; count.writes > limit {
		t.Errorf("%d writes, want at most %d", count.writes, limit)
	}
	if c.write(batch[:1]) == nil || c.write(batch) == nil {
		t.Error("a closed connection was written to")
	}
}

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
			ws, _, err := dialer.Dial("ws"+strings.TrimPrefix(ts.URL, "http")+"/socket.io/?EIO=4&transport=websocket", nil)
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
		defer ws.Close()
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
func (h *hub) Closed(reason Reason) { h.reasons <- reason }

func (h *hub) sockets() []*Socket {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.list
}

// dialTCP opens a session and a socket over TCP.
func dialTCP(addr string) (*websocket.Conn, error) {
	ws, _, err := websocket.DefaultDialer.Dial("ws://"+addr+"/socket.io/?EIO=4&transport=websocket", nil)
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
