package cli

import (
	"net/http"
	"net/http/httptest"
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
