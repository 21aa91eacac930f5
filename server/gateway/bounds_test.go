package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
	"github.com/hobnob-chat/hobnob/server"
	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/transport"
)

// closeCode reads until the connection ends, and tells how.
func (p *peer) closeCode() int {
	p.t.Helper()
	_ = p.conn.SetReadDeadline(time.Now().Add(p.patient))
	for {
		_, _, err := p.conn.ReadMessage()
		if e, ok := errors.AsType[*websocket.CloseError](err); ok {
			return e.Code
		}
		if err != nil {
			p.t.Fatalf("read: %v", err)
		}
	}
}

// large is more than a stranger may say at once.
var large = strings.Repeat("x", 40<<10)

// TestStrangersSayLittle: who has connected and not shown a token is a stranger still.
func TestStrangersSayLittle(t *testing.T) {
	p := dial(t, serve(t, lateAuth(time.Minute)), "", "")
	p.expect(socketio.Connect)
	p.request("message", large)
	if code := p.closeCode(); code != websocket.CloseMessageTooBig {
		t.Errorf("closed with %d", code)
	}
}

// TestWhoIsInSaysMore: who has shown a token may say as much as everybody.
func TestWhoIsInSaysMore(t *testing.T) {
	p := dial(t, serve(t, lateAuth(time.Minute)), "", "")
	p.expect(socketio.Connect)
	p.emit("authenticate", map[string]string{"token": "ada"})
	if got := p.next(); got.name != "authenticated" {
		t.Fatalf("told %s", got.name)
	}
	var got reply
	if p.answer(p.request("message", large), &got, nil); got.code() != chat.CodeTooLarge {
		t.Errorf("answered %+v, want that a body has 1000 bytes here", got.Error)
	}
}

// TestSendersAreSlowedDown: over their burst a person's requests are read at their
// rate, and so are their CONNECTs.
func TestSendersAreSlowedDown(t *testing.T) {
	pace := setup{service: func(c *server.Config) { c.Rate = server.Rate{PerSecond: 2, Burst: 4} }}
	const over = 6 * time.Second / 2 // ten at two a second, but for the burst
	t.Run("requests", func(t *testing.T) {
		inBubble(t, pace, func(t *testing.T, s *served) {
			began := time.Now()
			p := dial(t, s.Server, "&token=ada", "")
			p.expect(socketio.Connect)
			for range 9 {
				var got reply
				p.answer(p.request("message", "hi"), &got, nil)
			}
			if took := time.Since(began); took < over {
				t.Errorf("took %v, want %v", took, over)
			}
		})
	})
	t.Run("rooms for others", func(t *testing.T) {
		const times, roomCost = 30, 50
		pace := setup{service: func(c *server.Config) { c.Rate = server.Rate{PerSecond: 50, Burst: 1000} }}
		room := func(i int, users ...string) (string, any) {
			return "room:create", chat.RoomCreateRequest{Name: fmt.Sprintf("r-%d-%d", len(users), i), Users: users}
		}
		for what, c := range map[string]struct {
			asks func(i int) (event string, request any)
			free bool
		}{
			"made":      {asks: func(i int) (string, any) { return room(i, "bob") }},
			"one's own": {free: true, asks: func(i int) (string, any) { return room(times + i) }},
			"invited": {asks: func(i int) (string, any) {
				return "room:invite", map[string]any{"room": fmt.Sprintf("r-0-%d", i), "users": []string{"bob"}}
			}},
			"direct between several": {asks: func(i int) (string, any) {
				return "dm", map[string]any{"users": []string{"bob", fmt.Sprintf("p%d", i)}}
			}},
			"direct, and there already": {free: true, asks: func(int) (string, any) { return "dm", map[string]any{"users": []string{"bob", "p0"}} }},
			"direct between two":        {free: true, asks: func(i int) (string, any) { return "dm", map[string]any{"users": []string{fmt.Sprintf("p%d", i)}} }},
		} {
			inBubble(t, pace, func(t *testing.T, s *served) {
				hello(t, s.Server, "bob")
				for i := range times {
					hello(t, s.Server, fmt.Sprintf("p%d", i))
				}
				p := hello(t, s.Server, "ada")
				ask := func(event string, request any) {
					t.Helper()
					var got reply
					if p.answer(p.request(event, request), &got, nil); !got.OK {
						t.Fatalf("%s: answered %+v", what, got.Error)
					}
				}
				for i := range times {
					ask(room(i))
				}
				began := time.Now()
				for i := range times {
					ask(c.asks(i))
				}
				took, least := time.Since(began), ((times-1)*roomCost-1000)/50*time.Second
				if c.free && took > time.Second || !c.free && took < least {
					t.Errorf("%s, %d times: took %v", what, times, took)
				}
			})
		}
	})
	t.Run("CONNECT", func(t *testing.T) {
		inBubble(t, pace, func(t *testing.T, s *served) {
			began := time.Now()
			for range 10 {
				dial(t, s.Server, "&token=ada", "").expect(socketio.Connect)
			}
			if took := time.Since(began); took < over {
				t.Errorf("took %v, want %v", took, over)
			}
		})
	})
}

// TestTokenIsLookedAtAgain: a token ends by the clock, also while no timer has noticed.
func TestTokenIsLookedAtAgain(t *testing.T) {
	var ahead atomic.Int64
	s := serve(t, func(c *Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	p := dial(t, s, "&token=ada", "")
	p.expect(socketio.Connect)
	ahead.Store(int64(2 * time.Hour))
	var got reply
	if p.answer(p.request("message", "hi"), &got, nil); got.code() != chat.CodeUnauthenticated {
		t.Errorf("answered %+v after the token's end", got)
	}
}

// TestHeldIsBounded: what happens while a session is replayed waits, and too much of
// it ends the session.
func TestHeldIsBounded(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, s *served) {
		p := hello(t, s.Server, "ada")
		synctest.Wait() // what hello itself held has been told
		held := s.session(t, "ada")
		held.mu.Lock()
		held.holding = true
		held.mu.Unlock()
		event, err := socketio.EncodeEvent("/", "x", nil, strings.Repeat("x", maxHeld/2))
		if err != nil {
			t.Fatal(err)
		}
		for range 4 {
			held.Send(transport.Prepare(event))
		}
		p.closeCode()
		_ = p.conn.Close()
		synctest.Wait()
		if n := s.sockets.Stats().Closed[transport.ReasonSlowReader]; n != 1 || len(held.held) != 2 {
			t.Errorf("closed %+v with %d held", s.sockets.Stats().Closed, len(held.held))
		}
	})
}

// few has a queue so short that whoever fills it without looking loses the session.
var few = setup{transport: func(c *transport.Config) { c.QueueBytes = 4 << 10 }}

// TestRelease: what was held is told at the peer's pace, before what comes after it.
func TestRelease(t *testing.T) {
	inBubble(t, few, func(t *testing.T, s *served) {
		p := hello(t, s.Server, "ada")
		synctest.Wait() // what hello itself held has been told
		held := s.session(t, "ada")
		const many = 40
		held.mu.Lock()
		held.holding = true
		held.mu.Unlock()
		for i := range many {
			event, err := socketio.EncodeEvent("/", "x", nil, i, strings.Repeat("x", 1000))
			if err != nil {
				t.Fatal(err)
			}
			held.Send(transport.Prepare(event))
		}
		var releasing sync.WaitGroup
		releasing.Go(held.release)
		synctest.Wait() // until it waits for us to read, or has lost the session
		event, err := socketio.EncodeEvent("/", "x", nil, many)
		if err != nil {
			t.Fatal(err)
		}
		held.Send(transport.Prepare(event)) // what happens meanwhile goes behind it
		for i := range many + 1 {
			if got := p.next(); string(got.args[0].JSON) != string(mustJSON(t, i)) {
				t.Fatalf("heard %s in place of %d", got.args[0].JSON, i)
			}
		}
		releasing.Wait()
	})
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestReplayAtThePeersPace: what was missed is told at the peer's pace.
func TestReplayAtThePeersPace(t *testing.T) {
	inBubble(t, few, func(t *testing.T, s *served) {
		bob := hello(t, s.Server, "bob")
		var first, got reply
		const many = 30
		for i := range many {
			if i > 0 { // others in between, so that each is told by itself
				bob.answer(bob.request("room:topic", map[string]any{"room": "general", "topic": i}), &got, func(told) {})
			}
			bob.answer(bob.request("message", strings.Repeat("x", 900)), &got, func(told) {})
			if i == 0 {
				first = got
			}
		}
		ada := dial(t, s.Server, "&token=ada", "")
		ada.expect(socketio.Connect)
		asked := ada.request("hello", map[string]any{"protocol": 1, "position": first.Position.String()})
		synctest.Wait()
		ada.answer(asked, &got, nil)
		heard := 1
		for heard < many {
			if e := ada.next(); e.name == "message" {
				heard++
			}
		}
	})
}

// TestAnswersAtThePeersPace: who asks and does not listen is read no further.
func TestAnswersAtThePeersPace(t *testing.T) {
	inBubble(t, few, func(t *testing.T, s *served) {
		p := hello(t, s.Server, "ada")
		var got reply
		for range 5 {
			p.answer(p.request("message", strings.Repeat("x", 900)), &got, nil)
		}
		const many = 20
		first := p.lastAck
		var asking sync.WaitGroup
		asking.Go(func() {
			for range many {
				p.request("history")
			}
		})
		synctest.Wait()
		for i := range uint64(many) {
			p.answer(first+i, &got, nil)
		}
		asking.Wait()
	})
}

// TestNothingOfThePlainLaneAfterHello: what happens while somebody says hello is told
// once, and on their new lane.
func TestNothingOfThePlainLaneAfterHello(t *testing.T) {
	s := serveWith(t, setup{})
	var once sync.Once
	s.service.OnPresence(func(chat.PresenceTold) { // in the middle of hello
		once.Do(func() {
			bob := chat.User{ID: "bob", Name: "bob", Role: chat.RoleMember}
			if _, err := s.service.PostWait(t.Context(), bob, chat.Draft{Body: chat.TextBody("meanwhile")}); err != nil {
				t.Error(err)
			}
		})
	})
	p := dial(t, s.Server, "&token=ada", "")
	p.expect(socketio.Connect)
	var got reply
	p.answer(p.request("hello", map[string]int{"protocol": 1}), &got, func(e told) {
		t.Errorf("heard %s while hello was said", e.name)
	})
	p.emit("message", "after")
	if e := p.next(); string(e.args[0].JSON) != `"after"` || len(e.args) != 2 {
		t.Errorf("heard %s with %d arguments after hello", e.args[0].JSON, len(e.args))
	}
}

// TestAwayHearsNothing: who is sent away is in no audience any more, though a request
// of theirs still is under way.
func TestAwayHearsNothing(t *testing.T) {
	hold, held := make(chan struct{}), make(chan struct{}, 1)
	s := serveWith(t, setup{apply: func(batch []chat.Event) error {
		if batch[0].Kind == chat.RoomCreated {
			held <- struct{}{}
			<-hold
		}
		return nil
	}})
	p := hello(t, s.Server, "ada")
	p.request("room:create", map[string]string{"name": "slow"})
	<-held
	s.session(t, "ada").away(&auth.Error{Reason: auth.TokenExpired, Message: "jwt expired"})
	s.gate.hub.Each("ada", func(*session) { t.Error("ada is in an audience") })
	close(hold)
	p.closeCode()
}

// counting counts the tokens it is shown.
type counting struct {
	verifier
	n atomic.Int64
}

func (c *counting) Verify(token string) (auth.Identity, error) {
	c.n.Add(1)
	return c.verifier.Verify(token)
}

// TestNoSixthTry: five tokens are looked at and no more, however fast they come.
func TestNoSixthTry(t *testing.T) {
	looked := new(counting)
	s := serve(t, func(c *Config) { c.LateAuth, c.AuthTimeout, c.Verifier = true, time.Minute, looked })
	p := dial(t, s, "", "")
	p.expect(socketio.Connect)
	for range 4 * maxTries {
		p.emit("authenticate", map[string]string{"token": "bad"})
	}
	p.closeCode()
	if n := looked.n.Load(); n != maxTries {
		t.Errorf("%d tokens were looked at", n)
	}
}
