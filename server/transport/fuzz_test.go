package transport

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// scriptConn is a conn whose peer says what a script says, then hangs up.
type scriptConn struct {
	script [][]byte
	block  chan struct{} // write waits for it; may be nil

	mu       sync.Mutex
	room     int // bytes that try takes
	tries    int
	written  []byte
	finished int
}

func (c *scriptConn) attach(*session) {}
func (c *scriptConn) interrupt()      {}
func (c *scriptConn) drain()          {}
func (c *scriptConn) cut()            {}
func (c *scriptConn) ready() bool     { return true }

func (c *scriptConn) encode(p *Prepared) *Prepared { return p }

func (c *scriptConn) try(frames []byte) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := min(c.room, len(frames))
	c.room -= n
	c.written = append(c.written, frames[:n]...)
	c.tries++
	return n
}

func (c *scriptConn) next() (bool, io.Reader, error) {
	if len(c.script) == 0 {
		return false, nil, errors.New("hung up")
	}
	m := c.script[0]
	c.script = c.script[1:]
	if len(m) > 0 && m[0] == 'b' {
		return true, bytes.NewReader(m[1:]), nil
	}
	return false, bytes.NewReader(m), nil
}

func (c *scriptConn) write(batch []*Prepared) error {
	if c.block != nil {
		<-c.block
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range batch {
		c.written = append(c.written, p.frames...)
	}
	return nil
}

func (c *scriptConn) finish(uint16, Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.finished++
}

// FuzzSession says lines of anything to a session, binary when they begin with
// "b". Whatever it is, every socket that was accepted is closed once, nothing
// is delivered before CONNECT or after the close, and the session ends with one
// close frame.
func FuzzSession(f *testing.F) {
	for _, s := range []string{
		"40\n42[\"message\",1]\n41\n40{}\n420[\"message-with-ack\"]\n1",
		"40/custom,\n42/custom,[\"message\"]\n41/custom,\n42/custom,[\"message\"]",
		"40\n451-[\"message\",{\"_placeholder\":true,\"num\":0}]\nbxyz\n430[]\n430[]",
		"42[\"message\"]", "40/nope,\n40/nope,\n40", "4", "", "b", "40\n40", "2", "3probe", "5", "6", "0{}",
		"40{\"refuse\":1}\n40", "40\n42[\"disconnect-me\"]\n42[\"message\"]", "44{}", "40\n44{}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		type state struct{ delivered, closed int }
		var states []*state
		server := New(Config{Namespaces: []string{"/", "/custom"}, MaxPayload: 1000}, handlerFunc(func(s *Socket, h *Handshake) (Receiver, error) {
			if bytes.Contains(h.Auth, []byte("refuse")) {
				return nil, &ConnectError{Message: "no"}
			}
			st := new(state)
			states = append(states, st)
			if err := s.EmitAck(func([]socketio.Value) {}, "hello"); err != nil {
				t.Errorf("EmitAck while connecting: %v", err)
			}
			return &fuzzReceiver{
				receive: func(e *Event) {
					if st.delivered++; st.closed > 0 {
						t.Error("delivered after the close")
					}
					echo(e)
					if e.Name == "disconnect-me" {
						s.Disconnect()
					}
				},
				closed: func(Reason) { st.closed++ },
			}, nil
		}))
		c := &scriptConn{script: bytes.Split(stream, []byte{'\n'})}
		sess := newSession(server, c, socketio.Revision4, Handshake{})
		sess.run()
		for _, st := range states {
			if st.closed != 1 {
				t.Errorf("closed %d times", st.closed)
			}
		}
		if c.finished != 1 || len(sess.sockets) != 0 || sess.queued != 0 || sess.ended().reason == "" {
			t.Errorf("%d goodbyes, %d sockets, %d bytes, ended for %q", c.finished, len(sess.sockets), sess.queued, sess.ended().reason)
		}
		if n := server.Stats().Sockets; n != 0 {
			t.Errorf("%d sockets are counted", n)
		}
		if !bytes.Contains(c.written, []byte(`0{"sid":"`)) {
			t.Error("no open packet")
		}
	})
}

type fuzzReceiver struct {
	receive func(*Event)
	closed  func(Reason)
}

func (r *fuzzReceiver) Receive(e *Event)     { r.receive(e) }
func (r *fuzzReceiver) Pace()                {}
func (r *fuzzReceiver) Closed(reason Reason) { r.closed(reason) }

// FuzzOrigin has pages pretend to be of the server.
func FuzzOrigin(f *testing.F) {
	for _, s := range []string{"http://a.example", "https://A.example:443", "null", "", "*", "http://a.example@b", "http://a.example/", "http://[::1]", "HTTP://a.example:080", "A://A.eXAmple#", "http://a.example?"} {
		f.Add(s)
	}
	o, _ := newOrigins([]string{"https://app.example"})
	f.Fuzz(func(t *testing.T, origin string) {
		r := &http.Request{Host: "a.example", Header: http.Header{"Origin": {origin}}}
		if !o.allow(r) {
			return
		}
		_, host, _ := strings.Cut(strings.ToLower(origin), "://")
		host, _, _ = strings.Cut(host, ":")
		if host != "a.example" && host != "app.example" {
			t.Errorf("%q is allowed", origin)
		}
	})
}
