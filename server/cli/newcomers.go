package cli

import (
	"net"
	"net/http"
	"sync"
)

// newcomers are the connections on which nobody has asked for anything yet. A server
// that ends has nothing to tell them, and net/http would wait for each for seconds.
type newcomers struct {
	mu      sync.Mutex
	conns   map[net.Conn]struct{}
	leaving bool
}

// changed is an http.Server's ConnState.
func (n *newcomers) changed(conn net.Conn, state http.ConnState) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(n.conns, conn)
	case n.leaving:
		_ = conn.Close() // it was accepted at the last moment
	default:
		if n.conns == nil {
			n.conns = make(map[net.Conn]struct{})
		}
		n.conns[conn] = struct{}{}
	}
}

// close hangs up on all of them, and on those that still come.
func (n *newcomers) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.leaving = true
	for conn := range n.conns {
		_ = conn.Close()
	}
}
