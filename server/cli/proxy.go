package cli

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// proxies are the networks of --trusted-proxy.
type proxies []netip.Prefix

// trustedProxies reads the values of --trusted-proxy: addresses, or networks.
func (c *config) trustedProxies() (proxies, error) {
	var p proxies
	for _, s := range c.proxies {
		network, err := netip.ParsePrefix(s)
		if a, bad := netip.ParseAddr(s); bad == nil {
			network, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			return nil, exit.New(exit.Usage, "for example: --trusted-proxy 127.0.0.1, or --trusted-proxy 10.0.0.0/8",
				"--trusted-proxy %q is not an IP address or a network", s)
		}
		p = append(p, network.Masked())
	}
	return p, nil
}

func (p proxies) has(a netip.Addr) bool {
	return slices.ContainsFunc(p, func(network netip.Prefix) bool { return network.Contains(a) })
}

// behind has requests that come through a proxy come from whom the proxy says. Anybody
// may write X-Forwarded-For, and each proxy appends from whom it had the request, so
// what counts is the last address that is not a proxy's. A proxy that says nothing is
// the client.
func (p proxies) behind(next http.Handler) http.Handler {
	if len(p) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.from(r) {
			if client, ok := p.client(r.Header.Values("X-Forwarded-For")); ok {
				seen := *r
				seen.RemoteAddr = net.JoinHostPort(client.String(), "0")
				r = &seen
			}
		}
		next.ServeHTTP(w, r)
	})
}

// known has requests to a server that only this machine reaches be for it only by the
// names it has: by any other, a page's origin is not the server's own. Otherwise any
// page could have its name point to this machine, and be one of the server's. A proxy
// that is trusted passes on the name that people know.
func (p proxies) known(public string, loopbackOnly bool, next http.Handler) http.Handler {
	if !loopbackOnly {
		return next
	}
	name := ""
	if u, err := url.Parse(public); err == nil {
		name = u.Hostname()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		host = strings.Trim(host, "[]")
		if !loopback(strings.ToLower(host)) && !strings.EqualFold(host, name) && !p.from(r) {
			unnamed := *r
			unnamed.Host = ""
			r = &unnamed
		}
		next.ServeHTTP(w, r)
	})
}

// onLoopback tells whether a listener is reached from this machine only.
func onLoopback(l net.Listener) bool {
	tcp, ok := l.Addr().(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// from tells whether a request comes from a proxy.
func (p proxies) from(r *http.Request) bool {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && p.has(at.Addr().Unmap())
}

func (p proxies) client(forwarded []string) (client netip.Addr, ok bool) {
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for _, hop := range slices.Backward(hops) {
		hop = strings.TrimSpace(hop)
		a, err := netip.ParseAddr(hop)
		if at, bad := netip.ParseAddrPort(hop); bad == nil {
			a, err = at.Addr(), nil
		}
		if err != nil {
			return client, ok // whoever wrote that is no proxy of ours
		}
		client, ok = a.Unmap().WithZone(""), true
		if !p.has(client) {
			return client, ok
		}
	}
	return client, ok
}
