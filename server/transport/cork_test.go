package transport

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// corked is a server with a Cork, and sockets of it over TCP.
type corked struct {
	t      *testing.T
	cork   *Cork
	server *Server
	hub    *hub
	peers  []*websocket.Conn
}

func newCorked(t *testing.T, n int) *corked {
	t.Helper()
	c := &corked{t: t, cork: new(Cork), hub: newHub()}
	c.server = New(Config{Cork: c.cork}, c.hub)
	ts := httptest.NewServer(c.server)
	t.Cleanup(func() {
		for _, ws := range c.peers {
			_ = ws.Close()
		}
		if err := c.server.Shutdown(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
		ts.Close()
	})
	for range n {
		ws, err := dialTCP(ts.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		c.peers = append(c.peers, ws)
	}
	for _, s := range c.hub.sockets() { // the writer of CONNECT's answer may not have ended yet
		for c.waiting(s.session).writing {
			runtime.Gosched()
		}
	}
	return c
}

// waits is what a session has to write.
type waits struct {
	packets, bytes int
	writing        bool
}

func (c *corked) waiting(s *session) waits {
	s.mu.Lock()
	defer s.mu.Unlock()
	return waits{len(s.queue), s.queued, s.writing}
}

func (c *corked) emit(s *Socket, what string) {
	c.t.Helper()
	if err := s.Emit("message", what); err != nil {
		c.t.Error(err)
	}
}

func (c *corked) reads(ws *websocket.Conn, want string) {
	c.t.Helper()
	if _, b, err := ws.ReadMessage(); err != nil || string(b) != `42["message","`+want+`"]` {
		c.t.Fatalf("read %.80s, %v; want %.80s", b, err, want)
	}
}

// TestCork: what is sent meanwhile waits, and goes together, without a writer.
func TestCork(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("every write has a writer there")
	}
	c := newCorked(t, 2)
	one, other := c.hub.sockets()[0], c.hub.sockets()[1]
	for round := range 3 {
		c.server.direct.spent.Store(0) // a busy machine is not what is tried
		c.cork.Do(func() {
			for i := range 5 {
				c.emit(one, fmt.Sprint(round, i))
			}
			c.emit(other, "alone")
			if got := c.waiting(one.session); got.packets != 5 || got.writing {
				t.Errorf("%+v, want five that wait for no writer", got)
			}
			if got := c.waiting(other.session); got.packets != 1 || got.writing {
				t.Errorf("%+v of the other, want one that waits for no writer", got)
			}
			c.server.direct.spent.Store(0)
		})
		for _, s := range []*Socket{one, other} {
			if got := c.waiting(s.session); got != (waits{}) {
				t.Errorf("%+v left afterwards", got)
			}
		}
		for i := range 5 {
			c.reads(c.peers[0], fmt.Sprint(round, i))
		}
		c.reads(c.peers[1], "alone")
	}
	c.server.direct.spent.Store(0)
	c.emit(one, "afterwards")
	if got := c.waiting(one.session); got != (waits{}) {
		t.Errorf("%+v: afterwards nothing waits", got)
	}
	c.reads(c.peers[0], "afterwards")
}

// TestCorkTakesOneWrite: what waited is tried at once, and what the network does not take
// of it is a writer's, in its order. Where no time is left for that, all is.
func TestCorkTakesOneWrite(t *testing.T) {
	for room, want := range map[int]int{0: 1, 4: 1, 1000: 1, -1: 0} {
		t.Run(strconv.Itoa(room), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cork := new(Cork)
				server := New(Config{Cork: cork}, nil)
				c := &scriptConn{room: max(room, 0)}
				s := newSession(server, c, socketio.Revision4, Handshake{})
				var all []byte
				cork.Do(func() {
					for i := range 3 {
						p := control(socketio.EngineMessage, strconv.AppendInt(nil, int64(i), 10))
						all = append(all, p.frames...)
						s.mu.Lock()
						if err := s.push(p); err != nil {
							t.Error(err)
						}
						s.mu.Unlock()
					}
					if room < 0 {
						server.direct.left(time.Now())
						server.direct.spend(directTime)
					}
				})
				synctest.Wait()
				if c.tries != want || !bytes.Equal(c.written, all) {
					t.Errorf("wrote %q in %d tries, want %q in %d", c.written, c.tries, all, want)
				}
				if s.queued != 0 || s.writing || len(s.queue) != 0 {
					t.Errorf("%d bytes left in %d packets", s.queued, len(s.queue))
				}
				s.run()
			})
		})
	}
}

// TestCorkKeepsTheOrder: what others send while the cork is pulled, or while a writer has
// taken over, goes behind what waited.
func TestCorkKeepsTheOrder(t *testing.T) {
	for _, writer := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			cork := new(Cork)
			c := &scriptConn{room: 1000, block: make(chan struct{})}
			s := newSession(New(Config{Cork: cork}, nil), c, socketio.Revision4, Handshake{})
			var all []byte
			push := func(what string) {
				p := control(socketio.EngineMessage, []byte(what))
				all = append(all, p.frames...)
				s.mu.Lock()
				defer s.mu.Unlock()
				if err := s.push(p); err != nil {
					t.Error(err)
				}
			}
			cork.set(true)
			push("first")
			if writer { // as after an upgrade
				s.mu.Lock()
				s.wakeWriter()
				s.mu.Unlock()
				synctest.Wait()
			}
			cork.set(false)
			push("second")
			cork.pull()
			close(c.block)
			synctest.Wait()
			if !bytes.Equal(c.written, all) {
				t.Errorf("with a writer %v: wrote %q, want %q", writer, c.written, all)
			}
			s.run()
		})
	}
}

// TestCorkOwnsWhatItLeaves: what waits for a writer is not written over by what waits of
// the next session.
func TestCorkOwnsWhatItLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cork := new(Cork)
		server := New(Config{Cork: cork}, nil)
		conns := []*scriptConn{{room: 3, block: make(chan struct{})}, {room: 3, block: make(chan struct{})}}
		var want [2][]byte
		var sessions []*session
		for _, c := range conns {
			sessions = append(sessions, newSession(server, c, socketio.Revision4, Handshake{}))
		}
		cork.Do(func() {
			for i, s := range sessions {
				for _, what := range []string{"one", "two"} {
					p := control(socketio.EngineMessage, fmt.Appendf(nil, "%s of %d", what, i))
					want[i] = append(want[i], p.frames...)
					s.mu.Lock()
					if err := s.push(p); err != nil {
						t.Error(err)
					}
					s.mu.Unlock()
				}
			}
		})
		for i, c := range conns {
			close(c.block)
			synctest.Wait()
			if !bytes.Equal(c.written, want[i]) {
				t.Errorf("wrote %q, want %q", c.written, want[i])
			}
			sessions[i].run()
		}
	})
}

// TestCorkOfMuch: more than one write takes, and more than the network does, all comes.
func TestCorkOfMuch(t *testing.T) {
	c := newCorked(t, 1)
	socket := c.hub.sockets()[0]
	large := strings.Repeat("x", 30<<10)
	const rounds, each = 60, 3
	read := make(chan struct{})
	for round := range rounds {
		c.cork.Do(func() {
			for i := range each {
				if socket.Emit("message", fmt.Sprint(round, " ", i, large[:len(large)>>(round%3*4)])) != nil {
					t.Fatalf("it was closed in round %d", round)
				}
			}
		})
		if round == rounds/3 { // until now the network was filled
			go func() {
				defer close(read)
				for n := range rounds * each {
					_, b, err := c.peers[0].ReadMessage()
					if err != nil || !strings.HasPrefix(string(b), fmt.Sprintf(`42["message","%d %d`, n/each, n%each)) {
						t.Errorf("message %d is %.40s, %v", n, b, err)
						return
					}
				}
			}()
		}
		if round >= rounds/3 {
			if err := socket.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	<-read
	for c.waiting(socket.session).writing { // it counts after it wrote
		runtime.Gosched()
	}
	if got := c.waiting(socket.session); got.packets != 0 || got.bytes != 0 {
		t.Errorf("%+v left", got)
	}
}

// TestCorkOfWhoEnds: who is disconnected is told all that came before.
func TestCorkOfWhoEnds(t *testing.T) {
	c := newCorked(t, 1)
	c.cork.Do(func() {
		c.emit(c.hub.sockets()[0], "first")
		c.emit(c.hub.sockets()[0], "last")
		c.hub.sockets()[0].Disconnect()
	})
	c.reads(c.peers[0], "first")
	c.reads(c.peers[0], "last")
	if _, b, err := c.peers[0].ReadMessage(); err != nil || string(b) != "41" {
		t.Errorf("read %s, %v; want to be told of the end", b, err)
	}
	if got := <-c.hub.reasons; got != ReasonServerDisconnect {
		t.Errorf("closed for %q", got)
	}
}

// TestCorkAmongMany: others send at any moment, and nothing is lost, doubled or out of
// the order of its sender.
func TestCorkAmongMany(t *testing.T) {
	c := newCorked(t, 2)
	const senders, each = 4, 300
	var wg sync.WaitGroup
	for who := range senders {
		wg.Go(func() {
			for i := range each {
				send := func() {
					for _, s := range c.hub.sockets() {
						if s.Drain(t.Context()) == nil {
							c.emit(s, fmt.Sprintf("%d:%d", who, i))
						}
					}
				}
				if who == 0 {
					c.cork.Do(func() { send() })
				} else {
					send()
				}
			}
		})
	}
	for _, ws := range c.peers {
		wg.Go(func() {
			var next [senders]int
			for range senders * each {
				var who, i int
				_, b, err := ws.ReadMessage()
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := fmt.Sscanf(string(b), `42["message","%d:%d"]`, &who, &i); err != nil || next[who] != i {
					t.Errorf("read %s, %v; want %v", b, err, next)
					return
				}
				next[who]++
			}
		})
	}
	wg.Wait()
}
