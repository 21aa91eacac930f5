package client

import (
	"context"
	"net"
	"sync"
	"time"
)

// hurried is the network's end of a connection, whose reads are paced, and whose
// writes can be told to give up soon. It is below TLS and the framing, which set their
// own deadlines and would put off ours with them.
type hurried struct {
	net.Conn
	pace pace

	mu    sync.Mutex
	until time.Time // no write takes longer; zero until hurry
}

// Read implements net.Conn.
func (h *hurried) Read(b []byte) (int, error) {
	h.pace.wait()
	n, err := h.Conn.Read(b)
	h.pace.reads(n == len(b))
	return n, err
}

// SetWriteDeadline implements net.Conn.
func (h *hurried) SetWriteDeadline(t time.Time) error {
	h.mu.Lock() // also while it is set: hurry must not come between and be undone
	defer h.mu.Unlock()
	if !h.until.IsZero() && (t.IsZero() || t.After(h.until)) {
		t = h.until
	}
	return h.Conn.SetWriteDeadline(t)
}

// hurry makes the write that is under way, and all that follow, give up within
// goodbyeWait. It is safe from any goroutine.
func (h *hurried) hurry() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.until = time.Now().Add(goodbyeWait)
	h.Conn.SetWriteDeadline(h.until) //nolint:errcheck // it is about to be closed
}

// hurried makes what the WebSocket is spoken over, and notes it in h.
func (p *peer) hurried(h **hurried) func(ctx context.Context, network, addr string) (net.Conn, error) {
	dial := p.dialer
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		*h = &hurried{Conn: conn}
		return *h, nil
	}
}
