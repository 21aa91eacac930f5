package transport

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

// from makes every request of a poller come from a page.
type from struct {
	http.RoundTripper
	origin string
}

func (f from) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Origin", f.origin)
	if r.Method == http.MethodOptions {
		r.Header.Set("Access-Control-Request-Method", "POST")
		r.Header.Set("Access-Control-Request-Headers", "authorization, x-own")
	}
	return f.RoundTripper.RoundTrip(r)
}

// TestSharing: a page that is allowed may read every answer, any other is
// refused whatever it asks, and changes nothing for the session it asks about.
func TestSharing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{Origins: []string{"https://app.example"}})
		p := h.poll("EIO=4")
		p.connect()
		plain := p.http.Transport
		for _, origin := range []string{"https://app.example", "https://evil.example"} {
			allowed := origin == "https://app.example"
			p.http.Transport = from{plain, origin}
			for _, method := range []string{http.MethodOptions, http.MethodPost, http.MethodGet} {
				got := p.send(t.Context(), method, "text/plain", strings.NewReader(`42["x"]`))
				want := map[string]int{http.MethodOptions: 204, http.MethodPost: 200, http.MethodGet: 200}[method]
				share := origin
				if !allowed {
					want, share = 403, ""
				}
				if got.status != want || got.header.Get("Access-Control-Allow-Origin") != share {
					t.Errorf("%s from %s: %d %v", method, origin, got.status, got.header)
				}
				if allowed && got.header.Values("Vary")[0] != "Origin" {
					t.Errorf("%s: it varies with %q", method, got.header.Values("Vary"))
				}
				if v, there := got.header["Access-Control-Allow-Credentials"]; there {
					t.Errorf("%s from %s: credentials %q", method, origin, v)
				}
				if allowed && method == http.MethodOptions &&
					(got.header.Get("Access-Control-Allow-Methods") != "GET, POST" || got.header.Get("Access-Control-Allow-Headers") != "authorization, x-own") {
					t.Errorf("preflight: %v", got.header)
				}
			}
		}
		p.http.Transport = plain
		for _, target := range []string{p.url, "http://chat.example/socket.io/?EIO=4&transport=polling"} {
			dialer := websocket.Dialer{NetDialContext: h.listener.Dial}
			target = strings.Replace(strings.Replace(target, "http:", "ws:", 1), "polling", "websocket", 1)
			_, resp, err := dialer.Dial(target, http.Header{"Origin": {"https://evil.example"}})
			if err == nil || resp == nil || resp.StatusCode != http.StatusForbidden {
				t.Fatalf("a WebSocket at %.60s: %v", target, err)
			}
			_ = resp.Body.Close()
		}
		p.post(`42["still"]`)
		p.wants(`42["still"]`)
	})
}

// TestPollOutlivesDeadlines has a GET wait longer than the HTTP server gives
// common requests.
func TestPollOutlivesDeadlines(t *testing.T) {
	sockets := make(chan *receiver, 1)
	server := New(Config{PingInterval: 300 * time.Millisecond}, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
		r := newReceiver(s, nil)
		sockets <- r
		return r, nil
	}))
	ts := httptest.NewUnstartedServer(server)
	ts.Config.ReadTimeout, ts.Config.WriteTimeout = 100*time.Millisecond, 100*time.Millisecond
	ts.Start()
	defer ts.Close()
	p := &poller{t: t, http: ts.Client(), url: ts.URL + "/socket.io/?EIO=4&transport=polling", revision: 4}
	_, sid, _ := strings.Cut(p.next(), `"sid":"`)
	sid, _, _ = strings.Cut(sid, `"`)
	p.url += "&sid=" + sid
	p.post("40")
	r := <-sockets
	p.wants(`40{"sid":"` + r.socket.ID() + `"}`)
	for range 2 {
		p.wants("2") // three times as late as the deadlines
		p.post("3")
	}
	r.socket.Close("enough")
	if got := <-r.reasons; got != "enough" {
		t.Errorf("closed for %q", got)
	}
	if err := server.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}
