package transport

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var beats = Config{PingInterval: 3 * time.Second, PingTimeout: 2 * time.Second, ConnectTimeout: 4 * time.Second}

func TestPollingHeartbeat(t *testing.T) {
	t.Run("answered", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := chatter(t, beats).poll("EIO=4")
			start := time.Now()
			p.connect()
			for i := range 20 {
				p.wants("2")
				if since := time.Since(start); since != time.Duration(i+1)*beats.PingInterval {
					t.Fatalf("ping %d after %v", i, since)
				}
				p.post("3")
			}
		})
	})
	t.Run("not answered", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := chatter(t, beats).poll("EIO=4")
			start := time.Now()
			r := p.connect()
			p.wants("2")
			waiting := p.aside(t.Context(), http.MethodGet, "") // polling alone is no answer
			r.closed(t, ReasonPingTimeout)
			if since := time.Since(start); since != beats.PingInterval+beats.PingTimeout {
				t.Errorf("ended after %v", since)
			}
			if got := <-waiting; got != (polled{200, "1"}) {
				t.Errorf("the GET that waited is answered %+v", got)
			}
			p.gone()
		})
	})
	t.Run("never connected", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := chatter(t, beats)
			p := h.poll("EIO=4")
			start := time.Now()
			p.wants("2")
			p.post("3")
			p.wants("1")
			if since := time.Since(start); since != beats.ConnectTimeout {
				t.Errorf("ended after %v", since)
			}
			p.gone()
			if n := h.server.Stats().Closed[ReasonConnectTimeout]; n != 1 {
				t.Errorf("%d were counted", n)
			}
		})
	})
}

// TestNobodyPolls fills the queue of a peer that reads nothing.
func TestNobodyPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{QueueBytes: 1000})
		p := h.poll("EIO=4")
		r := p.connect()
		synctest.Wait() // until the answer to CONNECT is no longer counted
		sent := 0
		for ; sent < 100; sent++ {
			if err := r.socket.Emit("message", strings.Repeat("x", 78)); errors.Is(err, ErrQueueFull) {
				break
			}
		}
		if sent != 11 { // of 96 bytes, one beyond the bound
			t.Errorf("%d events were queued", sent)
		}
		r.closed(t, ReasonSlowReader)
		sleep(closeTimeout)
		p.gone()
		if n := h.server.Stats(); n.Sessions != 0 || n.Closed[ReasonSlowReader] != 1 {
			t.Errorf("%+v", n)
		}
	})
}

// TestTinyAnswers has a peer ask for as many answers as it can, and read none.
func TestTinyAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{AllowEIO3: true, QueueBytes: 64_000})
		p := h.poll("EIO=3")
		p.wants("40")
		r := <-h.sockets
		p.post(strings.Repeat("1:2", 999))
		if n := len(r.socket.session.queue); n != 999 {
			t.Errorf("%d answers are queued", n)
		}
		p.post(strings.Repeat("1:2", 10))
		r.closed(t, ReasonSlowReader)
	})
}

// TestDisconnectUnpolled: who does not poll just then hears of it all the same.
func TestDisconnectUnpolled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := chatter(t, Config{}).poll("EIO=4")
		r := p.connect()
		if err := r.socket.Emit("last"); err != nil {
			t.Fatal(err)
		}
		r.socket.Disconnect()
		r.closed(t, ReasonServerDisconnect)
		sleep(closeTimeout / 2)
		p.wants(`42["last"]`, "41")
		sleep(closeTimeout / 2)
		p.wants("1")
		p.gone()
	})
}

// TestShutdownPolling ends sessions in every state.
func TestShutdownPolling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{})
		var waiting []<-chan polled
		for range 5 {
			p := h.poll("EIO=4")
			p.connect()
			waiting = append(waiting, p.aside(t.Context(), http.MethodGet, ""))
		}
		behind := h.poll("EIO=4")
		r := behind.connect()
		for i := range 3 {
			if err := r.socket.Emit("message", i); err != nil {
				t.Fatal(err)
			}
		}
		idle := h.poll("EIO=4")
		quiet := h.poll("EIO=4")
		quiet.connect()
		moved := h.poll("EIO=4").upgrade()
		say(t, moved, "5")
		start := time.Now()
		ended := make(chan error, 1)
		go func() { ended <- h.server.Shutdown(t.Context()) }()
		for _, w := range waiting {
			if got := <-w; got != (polled{200, "1"}) {
				t.Errorf("a GET that waited is answered %+v", got)
			}
		}
		if since := time.Since(start); since != 0 {
			t.Errorf("answered after %v", since)
		}
		if _, _, err := moved.ReadMessage(); err == nil {
			t.Error("the one that moved is told something else")
		}
		_ = moved.Close()
		behind.wants(`42["message",0]`, `42["message",1]`, `42["message",2]`, "1")
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if since := time.Since(start); since != closeTimeout { // for the one with a socket that did not poll
			t.Errorf("took %v", since)
		}
		idle.gone()
		quiet.gone()
		idle.url, _, _ = strings.Cut(idle.url, "&sid=")
		if status, _ := idle.do(t.Context(), http.MethodGet, ""); status != http.StatusServiceUnavailable {
			t.Errorf("after it a handshake is answered %d", status)
		}
	})
}

// TestShutdownWaitsForNoStranger: who has no socket and does not poll may be nobody.
func TestShutdownWaitsForNoStranger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{})
		for range 3 {
			h.poll("EIO=4")
		}
		<-time.After(26 * time.Second) // a ping waits for them
		if n := h.server.Stats().Sessions; n != 3 {
			t.Fatalf("%d sessions wait", n)
		}
		start := time.Now()
		if err := h.server.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if since := time.Since(start); since != 0 {
			t.Errorf("took %v", since)
		}
	})
}

// TestCutWhileAnswering: a peer that takes its answer for ever does not hold up
// the end.
func TestCutWhileAnswering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{})
		p := h.poll("EIO=4")
		r := p.connect()
		stuck := rawGet(t, h, p)
		defer stuck.Close()
		if err := r.socket.Emit("message"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if err := h.server.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		synctest.Wait()
		if since := time.Since(start); since != 2*time.Second {
			t.Errorf("took %v", since)
		}
		if n := h.server.Stats().Sessions; n != 0 {
			t.Errorf("%d sessions are left", n)
		}
	})
}

// TestStalledAnswer: an answer that is not taken in WriteTimeout ends the session.
func TestStalledAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{WriteTimeout: 3 * time.Second})
		p := h.poll("EIO=4")
		r := p.connect()
		stuck := rawGet(t, h, p)
		defer stuck.Close()
		start := time.Now()
		if err := r.socket.Emit("message"); err != nil {
			t.Fatal(err)
		}
		r.closed(t, ReasonSlowReader)
		if since := time.Since(start); since != 3*time.Second {
			t.Errorf("ended after %v", since)
		}
	})
}

// rawGet sends a GET whose answer nobody reads.
func rawGet(t *testing.T, h *host, p *poller) net.Conn {
	t.Helper()
	c, err := h.listener.Dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	_, target, _ := strings.Cut(p.url, "chat.example")
	if _, err := io.WriteString(c, "GET "+target+" HTTP/1.1\r\nHost: chat.example\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	return c
}

// TestOldHTTP: HTTP/1.0, with and without a connection that stays.
func TestOldHTTP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{})
		for _, keep := range []bool{false, true} {
			c, err := h.listener.Dial(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			header := ""
			if keep {
				header = "Connection: keep-alive\r\n"
			}
			if _, err := io.WriteString(c, "GET /socket.io/?EIO=4&transport=polling HTTP/1.0\r\n"+header+"\r\n"); err != nil {
				t.Fatal(err)
			}
			b := make([]byte, 1<<10)
			n, err := io.ReadAtLeast(c, b, 300)
			answer := string(b[:n])
			head, body, _ := strings.Cut(answer, "\r\n\r\n")
			if !strings.HasPrefix(head, "HTTP/1.0 200 OK\r\n") || !strings.Contains(head, "Content-Length: "+strconv.Itoa(len(body))) ||
				!strings.HasPrefix(body, `0{"sid"`) || strings.Contains(head, "Connection: keep-alive") != keep {
				t.Errorf("answered %q, %v", answer, err)
			}
			_ = c.SetReadDeadline(time.Now().Add(time.Millisecond))
			if _, err := c.Read(b); errors.Is(err, io.EOF) == keep {
				t.Errorf("keep-alive %v: then %v", keep, err)
			}
			_ = c.Close()
		}
	})
}

// TestGoneWhileHandled: a peer that polls and is gone while its handler waits for it
// to take what is queued is given up in time; one that takes it is not.
func TestGoneWhileHandled(t *testing.T) {
	for _, query := range []string{"EIO=4", "EIO=3"} {
		t.Run(query, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var socket *Socket
				handled := make(chan error, 1)
				h := serve(t, Config{AllowEIO3: true}, func(*Event) {
					_ = socket.Emit("x", strings.Repeat("y", 600_000))
					handled <- socket.Drain(context.Background())
				})
				p := h.poll(query)
				if query == "EIO=3" {
					p.wants("40")
					socket = (<-h.sockets).socket
				} else {
					socket = p.connect().socket
				}
				ctx, cancel := context.WithCancel(t.Context())
				message := `42["message"]`
				if query == "EIO=3" {
					message = "13:" + message
				}
				posted := p.aside(ctx, http.MethodPost, message)
				synctest.Wait()
				cancel()
				<-posted
				p.http.CloseIdleConnections()
				sleep(3 * (h.server.cfg.PingInterval + h.server.cfg.PingTimeout))
				select {
				case err := <-handled:
					if err == nil {
						t.Error("what nobody took was drained")
					}
				default:
					t.Errorf("the handler still waits: %+v", h.server.Stats())
				}
			})
		})
	}
}
