package gateway

import (
	"context"
	"net"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
	"github.com/hobnob-chat/hobnob/server"
)

// memoryListener accepts pipes, so that all that happens is in a synctest bubble.
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

// serveInBubble is serve in a synctest bubble.
func serveInBubble(t *testing.T, change func(*Config), rate ...server.Rate) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(nil)
	_ = s.Listener.Close()
	s.Listener = &memoryListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	serveOn(t, s, change, rate...)
	return s
}

// TestClockIsSet has a token that ends while the clock on the wall is set: the timer
// fires too early by it, or ends much too late.
func TestClockIsSet(t *testing.T) {
	for name, c := range map[string]struct {
		token      string
		step, wait time.Duration
	}{
		"back":     {"eve@1s", -100 * time.Millisecond, 2 * time.Second},
		"far back": {"eve@1s", -5 * time.Minute, 6 * time.Minute},
		"forward":  {"eve@10m", 30 * time.Minute, lookAgain + time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var step atomic.Int64
				s := serveInBubble(t, func(cfg *Config) {
					cfg.Now = func() time.Time { return time.Now().Add(time.Duration(step.Load())).Round(0) }
				})
				eve := dial(t, s, "&token="+c.token, "")
				eve.expect(socketio.Connect)
				heard := make(chan told, 1)
				go func() { heard <- eve.next() }()
				step.Store(int64(c.step))
				time.Sleep(c.wait)
				bob := dial(t, s, "&token=bob@3h", "")
				bob.expect(socketio.Connect)
				bob.emit("message", "secret")
				if got := <-heard; got.name != "unauthorized" {
					t.Fatalf("who has no token any more hears %s %s", got.name, got.args[0].JSON)
				}
				eve.expect(socketio.Disconnect)
			})
		})
	}
}

// TestClockIsSetAndTheTokenHolds: nobody is sent away before their time, and a
// session that is over looks at nothing any more.
func TestClockIsSetAndTheTokenHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serveInBubble(t, nil)
		eve := dial(t, s, "&token=eve@90s", "")
		eve.expect(socketio.Connect)
		begun := time.Now()
		if got := eve.next(); got.name != "unauthorized" {
			t.Errorf("told %s", got.name)
		}
		if since := time.Since(begun); since != 90*time.Second {
			t.Errorf("ended after %v", since)
		}
		eve.expect(socketio.Disconnect)
	})
}
