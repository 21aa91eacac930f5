package transport

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

func TestConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &host{t: t}
		handshakes := make(chan Handshake, 1)
		h.start(Config{ShowQuery: []string{"token"}, ShowHeader: []string{"X-Test"}}, handlerFunc(func(s *Socket, hs *Handshake) (Receiver, error) {
			handshakes <- *hs
			if string(hs.Auth) == `{"token":"bad"}` {
				return nil, fmt.Errorf("verifying: %w", &ConnectError{
					Message: "Authentication error", Data: map[string]string{"code": "invalid_token", "reason": "<b>"},
				})
			}
			if hs.Auth == nil {
				return nil, errors.New("secret internals")
			}
			// What is sent here must come behind the answer.
			if err := s.Emit("first", s.ID()); err != nil {
				t.Error(err)
			}
			if err := s.EmitAck(func([]socketio.Value) {}, "second"); err != nil {
				t.Error(err)
			}
			if err := s.Drain(t.Context()); !errors.Is(err, ErrConnecting) {
				t.Errorf("Drain before the answer: %v", err)
			}
			return newReceiver(s, nil), nil
		}))
		dialer := websocket.Dialer{NetDialContext: h.listener.Dial}
		ws, _, err := dialWS(&dialer, "ws://chat.example", http.Header{"X-Test": {"yes"}})
		if err != nil {
			t.Fatal(err)
		}
		p := &peer{t: t, ws: ws}
		defer ws.Close()
		p.read() // the open packet

		p.send(`40{"token":"bad"}`)
		p.expect(`44{"message":"Authentication error","data":{"code":"invalid_token","reason":"<b>"}}`)
		hs := <-handshakes
		if hs.Query.Get("token") != "undefined" || hs.Header.Get("X-Test") != "yes" || hs.Secure || hs.RemoteAddr == "" {
			t.Errorf("handshake %+v", hs)
		}
		p.send(`40`)
		p.expect(`44{"message":"Internal error"}`)
		<-handshakes
		p.send(`40{ "token" : "good" }`)
		answer := p.read()
		var sid struct {
			SID string `json:"sid"`
		}
		if err := json.Unmarshal([]byte(answer[2:]), &sid); err != nil || sid.SID == "" {
			t.Fatalf("answer %s: %v", answer, err)
		}
		p.expect(`42["first","`+sid.SID+`"]`, `420["second"]`)
		<-handshakes
	})
}

func TestRefusedSocketSaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &host{t: t}
		var kept *Socket
		h.start(Config{}, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
			kept = s
			if err := s.Emit("secret"); err != nil {
				t.Error(err)
			}
			return nil, &ConnectError{Message: "no"}
		}))
		p := h.dial()
		start := time.Now()
		for range maxRefusals {
			p.send("40")
			p.expect(`44{"message":"no"}`)
			if err := kept.Emit("secret"); !errors.Is(err, ErrClosed) {
				t.Errorf("Emit on a refused socket: %v", err)
			}
		}
		p.expectClose(closePolicy) // nobody may try for ever
		if since := time.Since(start); since != 0 {
			t.Errorf("closed only after %v", since)
		}
		if kept.session.queued != 0 {
			t.Errorf("%d bytes are still counted", kept.session.queued)
		}
	})
}

func TestNamespaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{Namespaces: []string{"/", "/custom"}}, echo)
		p, main := h.connect()
		p.send("40/custom,{}")
		if text := p.read(); !strings.HasPrefix(text, `40/custom,{"sid":"`) || strings.Contains(text, main.socket.ID()) {
			t.Fatalf("got %s", text)
		}
		custom := <-h.sockets
		if custom.socket.Namespace() != "/custom" || main.socket.Namespace() != "/" {
			t.Error("namespaces are mixed up")
		}
		p.send("40/nope,", "40/custom?x=1,")
		p.expect(`44/nope,{"message":"Invalid namespace"}`, `44/custom?x=1,{"message":"Invalid namespace"}`)
		p.send(`42/custom,["message",1]`, `42/custom,5["message-with-ack"]`)
		p.expect(`42/custom,["message-back",1]`, `43/custom,5[]`)

		p.send("41/custom,", `42["message",2]`)
		custom.closed(t, ReasonClientDisconnect)
		p.expect(`42["message-back",2]`)
		if n := h.server.Stats(); n.Sockets != 1 || n.Sessions != 1 {
			t.Errorf("%+v", n)
		}
		p.send(`42/custom,["message"]`)
		p.expectClose(closeProtocolError)
		main.closed(t, ReasonParseError)
	})
}

func TestClientDisconnectAndReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{}, echo)
		p, first := h.connect()
		p.send("41")
		first.closed(t, ReasonClientDisconnect)
		p.send("40")
		text := p.read()
		second := <-h.sockets
		if text != `40{"sid":"`+second.socket.ID()+`"}` || first.socket.ID() == second.socket.ID() {
			t.Errorf("got %s", text)
		}
		sleep(2 * defaultConnectTimeout / 3)
		p.expect("2")
		p.send("3", `42["message"]`)
		p.expect(`42["message-back"]`, "2")
		p.send("3")
		p.expect("2") // past the CONNECT timeout
	})
}

func TestServerDisconnect(t *testing.T) {
	t.Run("connected", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{}, nil)
			p, r := h.connect()
			for i := range 3 {
				if err := r.socket.Emit("message", i); err != nil {
					t.Fatal(err)
				}
			}
			r.socket.Disconnect()
			r.socket.Disconnect()
			if err := r.socket.Emit("message"); !errors.Is(err, ErrClosed) {
				t.Errorf("Emit after Disconnect: %v", err)
			}
			p.expect(`42["message",0]`, `42["message",1]`, `42["message",2]`, `41`)
			p.expectClose(closeNormal)
			r.closed(t, ReasonServerDisconnect)
		})
	})
	t.Run("while it connects", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := &host{t: t, sockets: make(chan *receiver, 1)}
			h.start(Config{}, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
				r := newReceiver(s, nil)
				h.sockets <- r
				if err := s.Emit("last words"); err != nil {
					t.Error(err)
				}
				s.Disconnect()
				if err := s.Emit("too late"); !errors.Is(err, ErrClosed) {
					t.Errorf("Emit after Disconnect: %v", err)
				}
				return r, nil
			}))
			p, r := h.connect()
			p.expect(`42["last words"]`, `41`)
			p.expectClose(closeNormal)
			r.closed(t, ReasonServerDisconnect)
		})
	})
	t.Run("while it is refused", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := &host{t: t}
			h.start(Config{}, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
				s.Disconnect()
				return nil, &ConnectError{Message: "no"}
			}))
			p := h.dial()
			p.send("40")
			p.expect(`44{"message":"no"}`)
			start := time.Now()
			p.expectClose(closePolicy)
			if since := time.Since(start); since != 0 {
				t.Errorf("closed only after %v", since)
			}
		})
	})
	t.Run("session ends while it connects", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := &host{t: t, sockets: make(chan *receiver, 1)}
			h.start(Config{}, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
				s.Close("changed my mind")
				<-s.Done()
				r := newReceiver(s, nil)
				h.sockets <- r
				return r, nil
			}))
			p := h.dial()
			p.send("40")
			p.expectClose(closeGoingAway)
			(<-h.sockets).closed(t, "changed my mind")
		})
	})
	t.Run("from Receive", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			received := 0
			h := serve(t, Config{}, func(e *Event) {
				received++
				e.socket.Disconnect()
			})
			p, r := h.connect()
			// Both events come in one read; the second must not be delivered.
			p.raw(append(clientFrame(true, opText, `42["a"]`), clientFrame(true, opText, `42["b"]`)...))
			p.expect("41")
			p.expectClose(closeNormal)
			r.closed(t, ReasonServerDisconnect)
			if received != 1 {
				t.Errorf("%d events were delivered, want 1", received)
			}
		})
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{}, nil)
		p, r := h.connect()
		if err := r.socket.Emit("message"); err != nil {
			t.Fatal(err)
		}
		r.socket.Close("moved")
		r.socket.Close("moved again")
		p.expect(`42["message"]`)
		p.expectClose(closeGoingAway)
		r.closed(t, "moved")
	})
}

func TestPrepared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{}, nil)
		var packets []socketio.Packet
		for i, size := range []int{1, 125 - 16, 126 - 16, 70_000} { // every length of header
			packet, err := socketio.EncodeEvent("/", "message", nil, strings.Repeat("x", size), i)
			if err != nil {
				t.Fatal(err)
			}
			packets = append(packets, packet)
		}
		file, err := socketio.EncodeEvent("/", "file", nil, socketio.Value{
			JSON: json.RawMessage(`{"_placeholder":true,"num":0}`), Attachments: [][]byte{[]byte("abc")},
		})
		if err != nil {
			t.Fatal(err)
		}
		prepared := Prepare(append(packets, file)...)
		if prepared.Size() < 70_000 {
			t.Errorf("%d bytes", prepared.Size())
		}
		for range 2 {
			p, r := h.connect()
			if err := r.socket.Send(prepared); err != nil {
				t.Fatal(err)
			}
			for _, packet := range packets {
				p.expect("4" + string(packet.AppendText(nil)))
			}
			p.expect(`451-["file",{"_placeholder":true,"num":0}]`, "babc")
		}
	})
}

// TestConcurrentUse has everybody call everything; the race detector and the
// order of each sender's events are what is tested.
func TestConcurrentUse(t *testing.T) {
	for name, end := range map[string]func(h *host, r *receiver){
		"Disconnect": func(_ *host, r *receiver) { r.socket.Disconnect() },
		"Close":      func(_ *host, r *receiver) { r.socket.Close("end") },
		"Shutdown": func(h *host, _ *receiver) {
			if err := h.server.Shutdown(h.t.Context()); err != nil {
				h.t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const senders, events = 4, 200
				h := serve(t, Config{}, echo)
				p, r := h.connect()
				prepared := make([][]*Prepared, senders)
				for s := range prepared {
					for i := range events {
						packet, err := socketio.EncodeEvent("/", "p", nil, s, i)
						if err != nil {
							t.Fatal(err)
						}
						prepared[s] = append(prepared[s], Prepare(packet))
					}
				}
				var wg sync.WaitGroup
				var acks atomic.Int64
				for s := range senders {
					wg.Go(func() {
						for i := range events {
							if err := r.socket.Send(prepared[s][i]); err != nil {
								t.Errorf("Send: %v", err)
							}
							if err := r.socket.Emit("e", s, i); err != nil {
								t.Errorf("Emit: %v", err)
							}
							if err := r.socket.EmitAck(func([]socketio.Value) { acks.Add(1) }, "a", s, i); err != nil {
								t.Errorf("EmitAck: %v", err)
							}
						}
					})
				}
				go func() {
					for range 50 {
						if p.ws.WriteMessage(websocket.TextMessage, []byte(`421["message-with-ack"]`)) != nil {
							return
						}
					}
				}()
				next := map[string]int{}
				for seen := 0; seen < 3*senders*events; {
					text := p.read()
					body := strings.TrimLeft(text, "0123456789")
					if !strings.HasPrefix(text, "42") {
						continue // an ack
					}
					var name string
					var s, i int
					if err := json.Unmarshal([]byte(body), &[]any{&name, &s, &i}); err != nil {
						t.Fatal(err)
					}
					key := fmt.Sprint(name, s)
					if next[key] != i {
						t.Fatalf("%s: got %d, want %d", key, i, next[key])
					}
					next[key]++
					seen++
				}
				wg.Wait()
				for range senders { // now without waiting for what becomes of it
					wg.Go(func() {
						for r.socket.Emit("late") == nil {
							sleep(time.Microsecond) // on the bubble's clock
						}
					})
				}
				wg.Go(func() { end(h, r) })
				p.discard()
				wg.Wait()
				<-r.socket.Done()
			})
		})
	}
}
