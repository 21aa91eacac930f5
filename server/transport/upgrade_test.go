package transport

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

// upgrade opens a WebSocket for the session.
func (p *poller) upgrade() *websocket.Conn {
	p.t.Helper()
	dialer := websocket.Dialer{NetDialContext: p.host.listener.Dial}
	url := strings.Replace(strings.Replace(p.url, "http:", "ws:", 1), "polling", "websocket", 1)
	ws, resp, err := dialer.DialContext(p.t.Context(), url, nil)
	if err != nil {
		p.t.Fatal(err, resp)
	}
	p.t.Cleanup(func() { _ = ws.Close() })
	return ws
}

func say(t *testing.T, ws *websocket.Conn, text string) {
	t.Helper()
	if err := ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

func hear(t *testing.T, ws *websocket.Conn, want string) {
	t.Helper()
	if err := ws.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, b, err := ws.ReadMessage(); err != nil || string(b) != want {
		t.Fatalf("heard %q, %v, want %q", b, err, want)
	}
}

func TestUpgrade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{})
		p := h.poll("EIO=4")
		p.post("40")
		r := <-h.sockets
		p.wants(`40{"sid":"` + r.socket.ID() + `"}`)
		got := make(chan string, 1)
		go func() { got <- p.get() }()
		synctest.Wait()
		ws := p.upgrade()
		say(t, ws, "2probe")
		hear(t, ws, "3probe")
		if body := <-got; body != "6" {
			t.Errorf("the GET that waited is answered %q", body)
		}
		p.post(`42["polled"]`) // it is queued: nobody polls any more
		say(t, ws, "5")
		hear(t, ws, `42["polled"]`)
		say(t, ws, `42["said"]`)
		hear(t, ws, `42["said"]`)
		if status, body := p.do(t.Context(), http.MethodGet, ""); status != 400 || !strings.Contains(body, "Bad request") {
			t.Errorf("a GET after the upgrade is answered %d %s", status, body)
		}
		second := p.upgrade()
		if _, _, err := second.ReadMessage(); !websocket.IsCloseError(err, websocket.ClosePolicyViolation) {
			t.Errorf("a second WebSocket: %v", err)
		}
		say(t, ws, `42["still"]`)
		hear(t, ws, `42["still"]`)
	})
}

// TestUpgradeIsLife: who moves to a WebSocket while a ping waits for its answer is there.
func TestUpgradeIsLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{PingInterval: 25 * time.Second, PingTimeout: 20 * time.Second})
		p := h.poll("EIO=4")
		p.connect()
		if body := p.get(); body != "2" { // at 25 s
			t.Fatalf("polled %q", body)
		}
		sleep(18 * time.Second)
		ws := p.upgrade()
		say(t, ws, "2probe")
		hear(t, ws, "3probe")
		say(t, ws, "5")
		synctest.Wait()
		sleep(4 * time.Second)
		say(t, ws, `42["said"]`)
		hear(t, ws, `42["said"]`)
	})
}

// TestUpgradeDuringPOST moves while a POST is being handled: what came with it
// comes first, all of it, and it is answered.
func TestUpgradeDuringPOST(t *testing.T) {
	for _, revision := range []string{"EIO=4", "EIO=3"} {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			h := serve(t, Config{AllowEIO3: true}, func(e *Event) {
				<-release
				echo(e)
			})
			p := h.poll(revision)
			body := "42[\"message\",1]\x1e451-[\"message\",{\"_placeholder\":true,\"num\":0}]\x1ebAQID\x1e42[\"message\",2]"
			binary := "\x01\x02\x03"
			if revision == "EIO=3" {
				p.wants("40")
				body = `15:42["message",1]51:451-["message",{"_placeholder":true,"num":0}]6:b4AQID15:42["message",2]`
				body = strings.Replace(body, "51:", fmt.Sprint(len(`451-["message",{"_placeholder":true,"num":0}]`), ":"), 1)
				binary = "\x04" + binary
				<-h.sockets
			} else {
				p.connect()
			}
			posted := p.aside(t.Context(), http.MethodPost, body)
			ws := p.upgrade()
			say(t, ws, "2probe")
			hear(t, ws, "3probe")
			say(t, ws, "5")
			synctest.Wait()
			close(release)
			go func() { // a pipe holds nothing
				if err := ws.WriteMessage(websocket.TextMessage, []byte(`42["message",3]`)); err != nil {
					t.Error(err)
				}
			}()
			for _, want := range []string{
				`42["message-back",1]`, `451-["message-back",{"_placeholder":true,"num":0}]`, binary,
				`42["message-back",2]`, `42["message-back",3]`,
			} {
				hear(t, ws, want)
			}
			if got := <-posted; got != (polled{200, "ok"}) {
				t.Errorf("the POST is answered %+v", got)
			}
		})
	}
}

// TestEndDuringMovedPOST ends the session while a POST from before the move is
// being handled.
func TestEndDuringMovedPOST(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{}, func(e *Event) { <-e.socket.Done() })
		p := h.poll("EIO=4")
		r := p.connect()
		posted := p.aside(t.Context(), http.MethodPost, "42[\"message\",1]\x1e42[\"message\",2]")
		ws := p.upgrade()
		say(t, ws, "5")
		synctest.Wait()
		r.socket.Close("enough")
		if _, _, err := ws.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseGoingAway) {
			t.Errorf("closed with %v", err)
		}
		_ = ws.Close()
		if got := <-posted; got.status != 200 {
			t.Errorf("the POST is answered %+v", got)
		}
		r.closed(t, "enough")
	})
}

// TestStreamAcrossUpgrade sends a thousand numbered events each way while the
// peer moves as official clients do, at another moment with every seed.
func TestStreamAcrossUpgrade(t *testing.T) {
	seeds := uint64(20)
	if testing.Short() {
		seeds = 5
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { streamAcross(t, rand.New(rand.NewPCG(seed, 1))) })
		})
	}
}

const streamed = 1000

func streamAcross(t *testing.T, dice *rand.Rand) {
	var heard []string
	h := serve(t, Config{}, func(e *Event) { heard = append(heard, string(e.Args[0].JSON)) })
	p := h.poll("EIO=4")
	r := p.connect()
	emitPause, sayPause, probeAfter := pause(dice), pause(dice), dice.IntN(400)
	roll := rand.New(rand.NewPCG(dice.Uint64(), 2))
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range streamed {
			if err := r.socket.Emit("n", i); err != nil {
				t.Error(err)
				return
			}
			if d := roll.Int64N(int64(emitPause) + 1); d > 0 {
				sleep(time.Duration(d))
			}
		}
	})
	said := 0
	chat := func() string { said++; return fmt.Sprintf(`42["n",%d]`, said-1) }
	probed, moved := make(chan *websocket.Conn, 1), make(chan *websocket.Conn, 1)
	wg.Go(func() { // posts one by one until it may move, and says the rest
		for said < probeAfter {
			p.post(chat() + "\x1e" + chat())
			sleep(sayPause)
		}
		ws := p.upgrade()
		say(t, ws, "2probe")
		hear(t, ws, "3probe")
		probed <- ws
		ws = <-moved
		for said < streamed {
			say(t, ws, chat())
		}
	})
	next := 0
	want := func(text string) {
		if text == "6" {
			return
		}
		if exp := fmt.Sprintf(`42["n",%d]`, next); text != exp {
			t.Fatalf("got %s, want %s", text, exp)
		}
		next++
	}
	var ws *websocket.Conn
	for ws == nil { // it polls until it has heard over the WebSocket
		select {
		case ws = <-probed:
			for len(p.ahead) > 0 {
				want(p.next())
			}
		default:
			want(p.next())
		}
	}
	say(t, ws, "5")
	moved <- ws
	for next < streamed {
		_, b, err := ws.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		want(string(b))
	}
	wg.Wait()
	synctest.Wait()
	for i, got := range heard {
		if got != fmt.Sprint(i) {
			t.Fatalf("heard %s as number %d", got, i)
		}
	}
	if len(heard) != streamed {
		t.Errorf("heard %d of %d", len(heard), streamed)
	}
	if sess := r.socket.session; sess.queued != 0 || sess.writing {
		t.Errorf("%d bytes are left, writing %v", sess.queued, sess.writing)
	}
}

// pause is nothing now and then, else up to 5 ms.
func pause(dice *rand.Rand) time.Duration {
	return time.Duration(max(0, dice.Int64N(int64(6*time.Millisecond))-int64(time.Millisecond)))
}

// TestFailedUpgrade: whatever a WebSocket that is tried does wrong, the session
// polls on, and may try again.
func TestFailedUpgrade(t *testing.T) {
	tests := []struct {
		name string
		do   func(t *testing.T, ws *websocket.Conn)
		took time.Duration
	}{
		{"another packet", func(t *testing.T, ws *websocket.Conn) { say(t, ws, "4hello") }, 0},
		{"another ping", func(t *testing.T, ws *websocket.Conn) { say(t, ws, "2") }, 0},
		{"too long", func(t *testing.T, ws *websocket.Conn) { say(t, ws, "2probe2probe") }, 0},
		{"empty", func(t *testing.T, ws *websocket.Conn) { say(t, ws, "") }, 0},
		{"binary", func(t *testing.T, ws *websocket.Conn) {
			if err := ws.WriteMessage(websocket.BinaryMessage, []byte("2probe")); err != nil {
				t.Error(err)
			}
		}, 0},
		{"hangs up", func(_ *testing.T, ws *websocket.Conn) { _ = ws.Close() }, 0},
		{"hangs up after the probe", func(t *testing.T, ws *websocket.Conn) {
			say(t, ws, "2probe")
			hear(t, ws, "3probe")
			_ = ws.Close()
		}, 0},
		{"says nothing", func(*testing.T, *websocket.Conn) {}, defaultUpgradeTimeout},
		{"says nothing after the probe", func(t *testing.T, ws *websocket.Conn) {
			say(t, ws, "2probe")
			hear(t, ws, "3probe")
		}, defaultUpgradeTimeout},
		{"probes for ever", func(t *testing.T, ws *websocket.Conn) {
			for range 100 {
				say(t, ws, "2probe")
				hear(t, ws, "3probe")
			}
		}, defaultUpgradeTimeout},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := chatter(t, Config{}).poll("EIO=4")
				r := p.connect()
				start := time.Now()
				ws := p.upgrade()
				tt.do(t, ws)
				_, _ = io.Copy(io.Discard, ws.NetConn())
				if since := time.Since(start); since != tt.took {
					t.Errorf("it took %v", since)
				}
				synctest.Wait()
				waiting := p.aside(t.Context(), http.MethodGet, "")
				sleep(2 * probePoll)
				synctest.Wait()
				select {
				case got := <-waiting:
					t.Errorf("a GET is answered %+v", got)
				default:
				}
				p.post(`42["polled"]`)
				if got := <-waiting; got != (polled{200, `42["polled"]`}) {
					t.Errorf("a GET is answered %+v", got)
				}
				ws = p.upgrade()
				say(t, ws, "5")
				say(t, ws, `42["said"]`)
				hear(t, ws, `42["said"]`)
				if len(r.reasons) > 0 {
					t.Errorf("the socket was closed for %q", <-r.reasons)
				}
			})
		})
	}
}

// TestTriedTwice: a WebSocket that comes while another is tried is closed, and
// does not disturb that one.
func TestTriedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := chatter(t, Config{}).poll("EIO=4")
		p.connect()
		first := p.upgrade()
		synctest.Wait() // both are answered before either is looked at
		second := p.upgrade()
		if _, _, err := second.ReadMessage(); !websocket.IsCloseError(err, websocket.ClosePolicyViolation) {
			t.Errorf("the second: %v", err)
		}
		say(t, first, "2probe")
		hear(t, first, "3probe")
		say(t, first, "5")
		say(t, first, `42["said"]`)
		hear(t, first, `42["said"]`)
	})
}

// TestPollWhileProbed: a GET is not kept while a WebSocket is tried.
func TestPollWhileProbed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := chatter(t, Config{}).poll("EIO=4")
		p.connect()
		ws := p.upgrade()
		say(t, ws, "2probe")
		hear(t, ws, "3probe")
		synctest.Wait() // it is the server's turn, after that answer, to say that it probes
		start := time.Now()
		p.wants("6")
		if since := time.Since(start); since != probePoll {
			t.Errorf("answered after %v", since)
		}
	})
}

// TestEndWhileProbed ends a session whose peer tries a WebSocket.
func TestEndWhileProbed(t *testing.T) {
	ends := map[string]func(p *poller, r *receiver) Reason{
		"by the peer":   func(p *poller, _ *receiver) Reason { p.post("1"); return ReasonTransportClose },
		"by the server": func(_ *poller, r *receiver) Reason { r.socket.Close("enough"); return "enough" },
		"by shutdown": func(p *poller, _ *receiver) Reason {
			ctx, cancel := context.WithTimeout(p.t.Context(), 2*closeTimeout)
			defer cancel()
			if err := p.host.server.Shutdown(ctx); err != nil {
				p.t.Error(err)
			}
			return ReasonShutdown
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := chatter(t, Config{}).poll("EIO=4")
				r := p.connect()
				ws := p.upgrade()
				say(t, ws, "2probe")
				hear(t, ws, "3probe")
				r.closed(t, end(p, r))
				if n, err := io.Copy(io.Discard, ws.NetConn()); n != 0 || err != nil {
					t.Errorf("the WebSocket said %d bytes more, %v", n, err)
				}
			})
		})
	}
}
