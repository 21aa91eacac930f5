package client

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// armed is a connection whose writer panics, once it is armed.
type armed struct {
	net.Conn
	on *atomic.Bool
}

func (a armed) Write(b []byte) (int, error) {
	if a.on.Load() {
		panic("writer")
	}
	return a.Conn.Write(b)
}

// TestPanicsAreHandedOver: a goroutine that panics says so with its stack, and nobody waits
// for it afterwards: not who closes, who writes, or the connection.
func TestPanicsAreHandedOver(t *testing.T) {
	for name, do := range map[string]func(c *Client, f *fake, arm *atomic.Bool){
		"cache": func(c *Client, _ *fake, _ *atomic.Bool) {
			c.cache.put(c.cache.ops, op{apply: func(context.Context, *txn) error { panic("cache") }})
		},
		"token": func(_ *Client, f *fake, _ *atomic.Bool) { f.cutAll() }, // which is asked for again
		"writer": func(c *Client, _ *fake, arm *atomic.Bool) {
			arm.Store(true)
			_ = c.Enqueue(draft("general", "x"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake("general")
			cfg := config(t, f.start(t))
			caught := make(chan string, 8)
			cfg.Panicked = func(_ any, stack []byte) { caught <- string(stack) }
			var arm atomic.Bool
			cfg.dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := new(net.Dialer).DialContext(ctx, network, addr)
				return armed{conn, &arm}, err
			}
			asked := 0
			cfg.Token = func(context.Context) (string, error) {
				if asked++; asked > 1 {
					panic("token")
				}
				return "token", nil
			}
			c, err := Open(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			s := newScreen()
			consumed, ran := make(chan struct{}), make(chan struct{})
			go func() { defer close(consumed); s.consume(c) }()
			go func() {
				defer close(ran)
				cfg.guard(func() { _ = c.Run(context.Background()) })
			}()
			s.waitState(t, chat.Online)
			do(c, f, &arm)
			if stack := <-caught; !strings.Contains(stack, "panic") {
				t.Errorf("the stack is %s", stack)
			}
			for range 2 * cap(c.cache.ops) {
				c.cache.put(c.cache.ops, op{apply: func(context.Context, *txn) error { return nil }})
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			<-ran
			<-consumed
			if err := c.Enqueue(draft("general", "y")); !errors.Is(err, ErrClosed) {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}
