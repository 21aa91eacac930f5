package transport

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const badRequest = `{"code":3,"message":"Bad request"}`

// TestOneRequestOfAKind has two where only one may be.
func TestOneRequestOfAKind(t *testing.T) {
	t.Run("GET", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := chatter(t, Config{})
			p := h.poll("EIO=4")
			r := p.connect()
			first := p.aside(t.Context(), http.MethodGet, "")
			if status, body := p.do(t.Context(), http.MethodGet, ""); status != 400 || body != badRequest {
				t.Errorf("the second is answered %d %s", status, body)
			}
			if got := <-first; got != (polled{200, "1"}) {
				t.Errorf("the first is answered %+v", got)
			}
			r.closed(t, ReasonParseError)
			p.gone()
		})
	})
	t.Run("POST", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			h := serve(t, Config{}, func(*Event) { <-release })
			p := h.poll("EIO=4")
			r := p.connect()
			first := p.aside(t.Context(), http.MethodPost, `42["message"]`)
			if status, body := p.do(t.Context(), http.MethodPost, `42["message"]`); status != 400 || body != badRequest {
				t.Errorf("the second is answered %d %s", status, body)
			}
			close(release)
			if got := <-first; got != (polled{200, "ok"}) {
				t.Errorf("the first is answered %+v", got)
			}
			r.closed(t, ReasonParseError)
			p.gone()
		})
	})
}

// TestAbortedRequest has a peer hang up in the middle of a request.
func TestAbortedRequest(t *testing.T) {
	t.Run("GET", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := chatter(t, Config{}).poll("EIO=4")
			r := p.connect()
			ctx, abort := context.WithCancel(t.Context())
			answered := p.aside(ctx, http.MethodGet, "")
			start := time.Now()
			abort()
			<-answered
			r.closed(t, ReasonTransportClose)
			p.gone()
			if since := time.Since(start); since != 0 {
				t.Errorf("ended after %v", since)
			}
		})
	})
	t.Run("POST", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := chatter(t, Config{}).poll("EIO=4")
			r := p.connect()
			body, rest := io.Pipe()
			ctx, abort := context.WithCancel(t.Context())
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				p.send(ctx, http.MethodPost, "", body)
			}()
			if _, err := rest.Write([]byte(`42["half`)); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			abort()
			_ = rest.CloseWithError(context.Canceled) // the client waits for its own reader
			<-ended
			r.closed(t, ReasonTransportError)
			p.gone()
		})
	})
}

func TestPeerCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := chatter(t, Config{}).poll("EIO=4")
		r := p.connect()
		waiting := p.aside(t.Context(), http.MethodGet, "")
		p.post("1")
		if got := <-waiting; got != (polled{200, "6"}) {
			t.Errorf("the GET that waited is answered %+v", got)
		}
		r.closed(t, ReasonTransportClose)
		p.gone()
	})
}

// TestPeerClosesBeforeItPolls: a peer says goodbye and polls at once, over two
// connections, of which either may be the faster. It is answered the same.
func TestPeerClosesBeforeItPolls(t *testing.T) {
	for _, tc := range []struct {
		query, packet, want string
	}{{"EIO=4", "1", "6"}, {"EIO=3", "1:1", "1:6"}} {
		t.Run(tc.query, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := chatter(t, Config{AllowEIO3: true})
				p := h.poll(tc.query)
				if tc.query == "EIO=3" {
					p.wants("40")
				} else {
					p.connect()
				}
				p.post(tc.packet)
				sleep(lastPoll / 2)
				if status, body := p.do(t.Context(), http.MethodGet, ""); status != 200 || body != tc.want {
					t.Errorf("a GET that comes after it is answered %d %s", status, body)
				}
				p.gone()
				if n := h.server.Stats(); n.Sessions != 0 || n.Closed[ReasonTransportClose] != 1 {
					t.Errorf("%+v", n)
				}
			})
		})
	}
	t.Run("never", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := chatter(t, Config{})
			p := h.poll("EIO=4")
			p.connect()
			p.post("1")
			sleep(lastPoll)
			synctest.Wait()
			p.gone()
			if n := h.server.Stats().Sessions; n != 0 {
				t.Errorf("%d sessions are left", n)
			}
		})
	})
}

// TestLargePOST: what is too large is refused, and the session goes on.
func TestLargePOST(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := chatter(t, Config{MaxPayload: 100}).poll("EIO=4")
		p.connect()
		fits := `42["` + strings.Repeat("x", 94) + `"]`
		p.post(fits)
		p.wants(fits)
		large := strings.Repeat("x", 101)
		for name, body := range map[string]io.Reader{
			"with its length": strings.NewReader(large),
			"chunked":         io.MultiReader(strings.NewReader(large)),
			"unread":          io.LimitReader(forever{}, 1<<40), // its end is never sent
		} {
			if got := p.send(t.Context(), http.MethodPost, "", body); got.status != http.StatusRequestEntityTooLarge {
				t.Errorf("%s: answered %d %s", name, got.status, got.body)
			}
		}
		p.post(`42["still"]`)
		p.wants(`42["still"]`)
	})
}

// forever has no end.
type forever struct{}

func (forever) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '3'
	}
	return len(b), nil
}

// TestDeclaredTooLarge: a body that says it is too large is not waited for.
func TestDeclaredTooLarge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{MaxPayload: 100})
		p := h.poll("EIO=4")
		c, err := h.listener.Dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_, target, _ := strings.Cut(p.url, "chat.example")
		start := time.Now()
		if _, err := io.WriteString(c, "POST "+target+" HTTP/1.1\r\nHost: chat.example\r\nContent-Length: 101\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 64)
		n, err := c.Read(b)
		if err != nil || !strings.HasPrefix(string(b[:n]), "HTTP/1.1 413 ") || time.Since(start) != 0 {
			t.Errorf("after %v answered %q, %v", time.Since(start), b[:n], err)
		}
	})
}

// TestSlowPOST: a body must be complete in time, but its sender lives.
func TestSlowPOST(t *testing.T) {
	cfg := Config{MessageTimeout: 9 * time.Second, PingInterval: time.Second, PingTimeout: time.Second}
	t.Run("never ends", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := chatter(t, cfg).poll("EIO=4")
			r := p.connect()
			start := time.Now()
			body, rest := io.Pipe()
			var wg sync.WaitGroup
			wg.Go(func() { // until nobody reads
				for {
					if _, err := rest.Write([]byte("3\x1e")); err != nil {
						return
					}
					sleep(time.Second / 2)
				}
			})
			wg.Go(func() { // it reads what it is told
				for p.pollOn() {
				}
			})
			p.send(t.Context(), http.MethodPost, "", body)
			r.closed(t, ReasonSlowSender)
			if since := time.Since(start); since != cfg.MessageTimeout {
				t.Errorf("ended after %v", since)
			}
			p.gone()
			_ = body.Close()
			wg.Wait()
		})
	})
	t.Run("ends in time", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := chatter(t, cfg).poll("EIO=4")
			r := p.connect()
			body, rest := io.Pipe()
			go func() {
				for _, b := range `42["message"]` { // which takes three times as long as a pong may
					if _, err := rest.Write([]byte(string(b))); err != nil {
						t.Error(err)
					}
					sleep(time.Second / 2)
				}
				_ = rest.Close()
			}()
			if got := p.send(t.Context(), http.MethodPost, "", body); got.body != "ok" {
				t.Errorf("answered %q", got.body)
			}
			for p.next() != `42["message"]` { // behind pings
			}
			select {
			case reason := <-r.reasons:
				t.Errorf("ended for %q", reason)
			default:
			}
		})
	})
}

// pollOn polls once, and tells whether the session goes on.
func (p *poller) pollOn() bool {
	status, _ := p.do(p.t.Context(), http.MethodGet, "")
	return status == http.StatusOK
}

// TestBrokenPayloads has what ends the session of who posts it.
func TestBrokenPayloads(t *testing.T) {
	tests := []struct {
		name, query, kind, body string
		status                  int
	}{
		{"octets in revision 4", "EIO=4", "application/octet-stream", "\x01\x02", 400},
		{"octets with a parameter", "EIO=4", "application/octet-stream; x=y", "42[\"message\"]", 400},
		{"no packet", "EIO=4", "", "", 200},
		{"empty packet", "EIO=4", "", "3\x1e", 200},
		{"no base64", "EIO=4", "", "b!!", 200},
		{"unknown packet", "EIO=4", "", "abc", 200},
		{"ping", "EIO=4", "", "2", 200},
		{"endless attachments", "EIO=4", "", `45999999-["message"]`, 200},
		{"attachment not awaited", "EIO=4", "", "bAQID", 200},
		{"not UTF-8", "EIO=4", "text/plain", "42[\"message\",\"\xff\"]", 200},
		{"nested too deep", "EIO=4", "", `42["message",` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "]", 200},
		{"never closed", "EIO=4", "", `42["message",` + strings.Repeat("[", 100_000), 200},
		{"revision 3, no length", "EIO=3", "", "abc", 200},
		{"revision 3, too long", "EIO=3", "", "9999:4", 200},
		{"revision 3, revision 4's", "EIO=3", "", `42["message"]`, 200},
		{"revision 3, octets", "EIO=3", "application/octet-stream", "\x00\x09\xff4", 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := chatter(t, Config{AllowEIO3: true})
				other, _ := h.connect()
				p := h.poll(tt.query)
				var r *receiver
				if tt.query == "EIO=4" {
					r = p.connect()
				} else {
					r = <-h.sockets
					p.wants("40")
				}
				waiting := p.aside(t.Context(), http.MethodGet, "")
				posted := p.send(t.Context(), http.MethodPost, tt.kind, strings.NewReader(tt.body))
				if posted.status != tt.status {
					t.Errorf("answered %d %s", posted.status, posted.body)
				}
				if got := <-waiting; got.status != 200 || got.body != "1" && got.body != "1:1" {
					t.Errorf("the GET that waited is answered %+v", got)
				}
				r.closed(t, ReasonParseError)
				p.gone()
				other.send(`42["message"]`)
				other.expect(`42["message"]`)
			})
		})
	}
}

// TestBlockedReceive: a handler that blocks holds the answer to the POST, and
// its sender is not declared dead for what it cannot say.
func TestBlockedReceive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := Config{PingInterval: time.Second, PingTimeout: time.Second}
		release := make(chan struct{})
		p := serve(t, cfg, func(*Event) { <-release }).poll("EIO=4")
		r := p.connect()
		posted := p.aside(t.Context(), http.MethodPost, `42["message"]`)
		for range 10 { // it reads pings, and has no way to answer
			p.wants("2")
		}
		select {
		case got := <-posted:
			t.Errorf("answered %+v while the handler blocks", got)
		case reason := <-r.reasons:
			t.Errorf("ended for %q", reason)
		default:
		}
		close(release)
		if got := <-posted; got != (polled{200, "ok"}) {
			t.Errorf("answered %+v", got)
		}
		for range 3 {
			p.wants("2")
			p.post("3")
		}
	})
}

// slowFlush is a response whose peer has read it before Flush returns.
type slowFlush struct {
	*httptest.ResponseRecorder
	flushed func()
}

func (w slowFlush) Flush() { w.flushed() }

// TestPOSTFollowsAnswer: a client sends its next POST when it has read "ok",
// which may be before the goroutine that said so is back.
func TestPOSTFollowsAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{})
		p := h.poll("EIO=4")
		w := slowFlush{httptest.NewRecorder(), func() { p.post("3") }}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, p.url, strings.NewReader("40"))
		h.server.ServeHTTP(w, r)
		if w.Body.String() != "ok" {
			t.Errorf("answered %q", w.Body)
		}
		p.get()
	})
}
