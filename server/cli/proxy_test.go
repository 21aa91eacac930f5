package cli

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/exit"
)

func TestTrustedProxy(t *testing.T) {
	c := config{proxies: []string{"127.0.0.1", "10.0.0.7/8", "fd00::/8"}}
	p, err := c.trustedProxies()
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		from string
		says []string
		want string
	}{
		"a proxy":                          {"127.0.0.1:9", []string{"192.0.2.1"}, "192.0.2.1:0"},
		"a proxy of IPv6":                  {"[fd00::1]:9", []string{"2001:db8::1"}, "[2001:db8::1]:0"},
		"a proxy on both":                  {"[::ffff:127.0.0.1]:9", []string{"192.0.2.1:4711"}, "192.0.2.1:0"},
		"two proxies":                      {"127.0.0.1:9", []string{"192.0.2.1, 10.1.2.3"}, "192.0.2.1:0"},
		"two headers":                      {"127.0.0.1:9", []string{"192.0.2.1", "10.1.2.3"}, "192.0.2.1:0"},
		"what a client made up":            {"127.0.0.1:9", []string{"198.51.100.1", "192.0.2.1"}, "192.0.2.1:0"},
		"made up, and not even an address": {"127.0.0.1:9", []string{"eve, 10.1.2.3"}, "10.1.2.3:0"},
		"a proxy itself":                   {"127.0.0.1:9", nil, "127.0.0.1:9"},
		"no proxy":                         {"192.0.2.9:9", []string{"127.0.0.1"}, "192.0.2.9:9"},
		"nonsense":                         {"127.0.0.1:9", []string{"unknown"}, "127.0.0.1:9"},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
			r.RemoteAddr, r.Header["X-Forwarded-For"] = tc.from, tc.says
			var got string
			p.behind(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr })).ServeHTTP(nil, r)
			if got != tc.want || r.RemoteAddr != tc.from {
				t.Errorf("comes from %s, want %s", got, tc.want)
			}
		})
	}
	for _, bad := range []string{"", "chat.example", "10.0.0.0/33"} {
		c := config{proxies: []string{bad}}
		if _, err := c.trustedProxies(); exit.CodeOf(err) != exit.Usage {
			t.Errorf("%q is %v", bad, err)
		}
	}
}

// TestKnownNames: on a server that only this machine reaches a page is not its own
// because its name was made to point here.
func TestKnownNames(t *testing.T) {
	p := proxies{netip.MustParsePrefix("10.0.0.7/32")}
	for _, tc := range []struct {
		host, from string
		everybody  bool
		known      bool
	}{
		{"127.0.0.1:4626", "127.0.0.1:9", false, true},
		{"LOCALHOST:8080", "127.0.0.1:9", false, true},
		{"[::1]:4626", "127.0.0.1:9", false, true},
		{"[::1]", "127.0.0.1:9", false, true},
		{"Chat.test:4626", "127.0.0.1:9", false, true},
		{"evil.example:4626", "127.0.0.1:9", false, false},
		{"evil.example", "127.0.0.1:9", false, false},
		{"127.0.0.1.evil.example:4626", "127.0.0.1:9", false, false},
		{"chat.example", "10.0.0.7:9", false, true},
		{"chat.example", "192.0.2.1:9", true, true},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Host, r.RemoteAddr = tc.host, tc.from
		var got string
		seen := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.Host })
		p.known("http://chat.test:4626", !tc.everybody, seen).ServeHTTP(nil, r)
		if known := got == tc.host; known != tc.known || (!known && got != "") {
			t.Errorf("%s from %s is %q", tc.host, tc.from, got)
		}
	}
}

// TestRebinding asks a server as a page does whose name was made to point to it.
func TestRebinding(t *testing.T) {
	h, err := start(t.Context(), defaults(t), "test", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(h.url, "http://"))
	for host, want := range map[string]int{"evil.example:" + port: http.StatusForbidden, "localhost:" + port: http.StatusOK} {
		for _, path := range []string{"/socket.io/?EIO=4&transport=polling", "/api/server"} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = host
			r.Header.Set("Origin", "http://"+host)
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			if answer.StatusCode != want {
				t.Errorf("%s asked as %s answers %d, want %d", path, host, answer.StatusCode, want)
			}
		}
	}
	http.DefaultClient.CloseIdleConnections()
}
