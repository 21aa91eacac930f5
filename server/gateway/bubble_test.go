package gateway

import (
	"context"
	"net"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/server"
)

// memoryListener accepts pipes, so that all that happens is in a synctest bubble. A
// pipe holds nothing: what a peer does not read waits in the server.
type memoryListener struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *memoryListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (*memoryListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4626} }

func (l *memoryListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// inBubble runs a test against a server in a synctest bubble.
func inBubble(t *testing.T, change setup, test func(t *testing.T, s *served)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, serveInBubble(t, change)) })
}

// serveInBubble is serveWith where a bubble has begun.
func serveInBubble(t *testing.T, change setup) *served {
	t.Helper()
	change.listener = &memoryListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	return serveWith(t, change)
}

// paced is a server whose people say so much in a second, and so much at once.
func paced(perSecond float64, burst int) setup {
	return setup{service: func(c *server.Config) { c.Rate = server.Rate{PerSecond: perSecond, Burst: burst} }}
}
