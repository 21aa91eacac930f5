package transport

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
)

func TestHTTPErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{Origins: []string{"https://app.example", "nonsense"}}, nil)
		p := h.dial()
		upgrade := http.Header{
			"Connection": {"Upgrade"}, "Upgrade": {"websocket"},
			"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"AAAAAAAAAAAAAAAAAAAAAA=="},
		}
		with := func(key, value string) http.Header {
			header := upgrade.Clone()
			header.Set(key, value)
			return header
		}
		tests := []struct {
			name, method, query string
			header              http.Header
			status              int
			body                string
		}{
			{"no transport", "GET", "EIO=4", upgrade, 400, `{"code":0,"message":"Transport unknown"}`},
			{"polling, unknown session", "GET", "EIO=4&transport=polling&sid=abc", nil, 400, `{"code":1,"message":"Session ID unknown"}`},
			{"polling, POST", "POST", "EIO=4&transport=polling", nil, 400, `{"code":2,"message":"Bad handshake method"}`},
			{"polling, PUT", "PUT", "EIO=4&transport=polling", nil, 400, `{"code":2,"message":"Bad handshake method"}`},
			{"polling, foreign origin", "GET", "EIO=4&transport=polling", with("Origin", "https://evil.example"), 403, `{"code":4,"message":"Forbidden"}`},
			{"polling, no version", "GET", "transport=polling", nil, 400, `{"code":5,"message":"Unsupported protocol version"}`},
			{"polling, version 3", "GET", "EIO=3&transport=polling", nil, 400, `{"code":5,"message":"Unsupported protocol version"}`},
			{"polling, JSONP", "GET", "EIO=4&transport=polling&j=0", nil, 400, `{"code":3,"message":"Bad request"}`},
			{"polling, of a WebSocket's session", "GET", "EIO=4&transport=polling&sid=" + url.QueryEscape(p.open.SID), nil, 400, `{"code":3,"message":"Bad request"}`},
			{"unknown transport", "GET", "EIO=4&transport=abc", nil, 400, `{"code":0,"message":"Transport unknown"}`},
			{"two transports", "GET", "EIO=4&transport=websocket&transport=polling", upgrade, 400, `{"code":0,"message":"Transport unknown"}`},
			{"unknown session", "GET", "EIO=4&transport=websocket&sid=abc", upgrade, 400, `{"code":1,"message":"Session ID unknown"}`},
			{"known session, no upgrade", "GET", "EIO=4&transport=websocket&sid=" + url.QueryEscape(p.open.SID), nil, 400, `{"code":3,"message":"Bad request"}`},
			{"POST", "POST", "EIO=4&transport=websocket", upgrade, 400, `{"code":2,"message":"Bad handshake method"}`},
			{"PUT", "PUT", "EIO=4&transport=websocket", nil, 400, `{"code":2,"message":"Bad handshake method"}`},
			{"no upgrade", "GET", "EIO=4&transport=websocket", nil, 400, `{"code":3,"message":"Bad request"}`},
			{"upgrade to another", "GET", "EIO=4&transport=websocket", with("Upgrade", "h2c"), 400, `{"code":3,"message":"Bad request"}`},
			{"bad key", "GET", "EIO=4&transport=websocket", with("Sec-Websocket-Key", "x"), 400, `{"code":3,"message":"Bad request"}`},
			{"old WebSocket", "GET", "EIO=4&transport=websocket", with("Sec-Websocket-Version", "8"), 400, `{"code":3,"message":"Bad request"}`},
			{"foreign origin", "GET", "EIO=4&transport=websocket", with("Origin", "https://evil.example"), 403, `{"code":4,"message":"Forbidden"}`},
			{"null origin", "GET", "EIO=4&transport=websocket", with("Origin", "null"), 403, `{"code":4,"message":"Forbidden"}`},
			{"no version", "GET", "transport=websocket", upgrade, 400, `{"code":5,"message":"Unsupported protocol version"}`},
			{"version 3", "GET", "EIO=3&transport=websocket", upgrade, 400, `{"code":5,"message":"Unsupported protocol version"}`},
			{"version 5", "GET", "EIO=5&transport=websocket", upgrade, 400, `{"code":5,"message":"Unsupported protocol version"}`},
			{"own origin", "GET", "EIO=4&transport=websocket", with("Origin", "http://CHAT.example:80"), 101, ""},
			{"allowed origin", "GET", "EIO=4&transport=websocket", with("Origin", "https://app.example"), 101, ""},
		}
		client := http.Client{Transport: &http.Transport{DialContext: h.listener.Dial, MaxIdleConns: 1}}
		for _, tt := range tests {
			req, err := http.NewRequestWithContext(t.Context(), tt.method, "http://chat.example/socket.io/?"+tt.query, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header = tt.header.Clone()
			if req.Header == nil {
				req.Header = http.Header{}
			}
			resp, err := client.Do(req)
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			body := make([]byte, 200)
			n := 0
			if tt.status != http.StatusSwitchingProtocols {
				n, _ = resp.Body.Read(body)
				if !resp.Close {
					t.Errorf("%s: the connection stays open", tt.name)
				}
				if got := resp.Header.Get("Content-Type"); got != "application/json" {
					t.Errorf("%s: content type %q", tt.name, got)
				}
			}
			if err := resp.Body.Close(); err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			if resp.StatusCode != tt.status || string(body[:n]) != tt.body {
				t.Errorf("%s: got %d %s, want %d %s", tt.name, resp.StatusCode, body[:n], tt.status, tt.body)
			}
		}
	})
}

func TestOrigins(t *testing.T) {
	tests := []struct {
		name    string
		origins []string
		host    string
		origin  []string
		tls     bool
		want    bool
	}{
		{"no browser", nil, "a.example", nil, false, true},
		{"same", nil, "a.example", []string{"http://a.example"}, false, true},
		{"same, case", nil, "A.example", []string{"HTTP://a.EXAMPLE"}, false, true},
		{"same, default port said", nil, "a.example:80", []string{"http://a.example"}, false, true},
		{"same, behind a TLS proxy", nil, "a.example", []string{"https://a.example"}, false, true},
		{"same, own port", nil, "a.example:4626", []string{"http://a.example:4626"}, false, true},
		{"same, IPv6", nil, "[::1]:4626", []string{"http://[::1]:4626"}, false, true},
		{"same, TLS", nil, "a.example", []string{"https://a.example:443"}, true, true},
		{"plain page, TLS server", nil, "a.example", []string{"http://a.example"}, true, false},
		{"other port", nil, "a.example:4626", []string{"http://a.example"}, false, false},
		{"other host", nil, "a.example", []string{"http://b.example"}, false, false},
		{"subdomain", nil, "a.example", []string{"http://x.a.example"}, false, false},
		{"prefix", nil, "a.example", []string{"http://a.example.evil"}, false, false},
		{"user", nil, "a.example", []string{"http://a.example@evil"}, false, false},
		{"path", nil, "a.example", []string{"http://a.example/"}, false, false},
		{"null", nil, "a.example", []string{"null"}, false, false},
		{"empty", nil, "a.example", []string{""}, false, false},
		{"two", nil, "a.example", []string{"http://a.example", "http://a.example"}, false, false},
		{"listed", []string{"https://B.example"}, "a.example", []string{"https://b.example:443"}, false, true},
		{"listed, other scheme", []string{"https://b.example"}, "a.example", []string{"http://b.example"}, false, false},
		{"null listed", []string{"null"}, "a.example", []string{"null"}, false, true},
		{"all", []string{"*"}, "a.example", []string{"http://evil.example"}, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, bad := newOrigins(tt.origins)
			if len(bad) > 0 {
				t.Fatal(bad)
			}
			r := &http.Request{Host: tt.host, Header: http.Header{}}
			if tt.origin != nil {
				r.Header["Origin"] = tt.origin
			}
			if tt.tls {
				r.TLS = new(tls.ConnectionState)
			}
			if got := o.allow(r); got != tt.want {
				t.Errorf("allowed: %v, want %v", got, tt.want)
			}
		})
	}
}

// TestIsOrigin: what could never be the origin of a page is told from what could.
func TestIsOrigin(t *testing.T) {
	for s, want := range map[string]bool{
		"*": true, "null": true, "https://ok.example": true, "HTTP://OK.example:8080": true, "http://[::1]:3000": true,
		"http://localhost:5173": true, "https://xn--bcher-kva.example": true, "chrome-extension://abcdef": true,
		"": false, "ok.example": false, "https://x/path": false, "https://x/": false, "https://*.x.example": false,
		"https://x:99999": false, "https://bücher.example": false, "https://x?": false, "https://a b": false, "https://u@x": false,
	} {
		if got := IsOrigin(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}
