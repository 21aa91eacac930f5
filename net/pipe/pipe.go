// Package pipe is a network in memory, for tests: all that goes over it is in the bubble
// of synctest in which it was made. A pipe holds nothing, so what a peer does not read
// waits in who writes it.
package pipe

import (
	"context"
	"net"
	"sync"
)

// Listener accepts what is dialled by its Dial. Its methods are safe from any goroutine.
type Listener struct {
	// Wrap makes what the server gets of a connection; nil for the connection itself. It
	// is set before anything is dialled.
	Wrap func(net.Conn) net.Conn

	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

// New makes a Listener. End it with Close.
func New() *Listener {
	return &Listener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

// Accept implements net.Listener.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener. Connections that were accepted go on.
func (l *Listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements net.Listener. There is nothing at it.
func (*Listener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4626} }

// Dial connects, whatever the network and address. It blocks until that is accepted, the
// Listener is closed, or ctx is done.
func (l *Listener) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	if l.Wrap != nil {
		server = l.Wrap(server)
	}
	select {
	case l.conns <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
