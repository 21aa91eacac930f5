package client

import (
	"context"
	"net"
	"net/http"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/pipe"
)

// updates is the screen of a client inside a bubble, and what waits until the client
// has told all.
func updates(c *Client) (*screen, func()) {
	s := newScreen()
	done := make(chan struct{})
	go func() { defer close(done); s.consume(c) }()
	return s, func() { <-done }
}

// list is what was told of the connection.
func (s *screen) list() []chat.Connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.conn)
}

// bubble is a client and a server in one synctest bubble.
type bubble struct {
	*screen
	c       *Client
	waiters []func()
}

func newBubble(t *testing.T, f *fake, dir string, refusals int, change ...func(*Config)) *bubble {
	p := pipe.New()
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		if refusals > 0 {
			refusals--
			return nil, syscall.ECONNREFUSED
		}
		return p.Dial(ctx, network, address)
	}
	srv := &http.Server{Handler: f, ReadHeaderTimeout: time.Second}
	served, ran := make(chan struct{}), make(chan struct{})
	go func() { defer close(served); _ = srv.Serve(p) }()
	cfg := Config{
		Server: "http://team", Dir: dir, random: func() float64 { return 1 }, dial: dial,
		Token: func(context.Context) (string, error) { return "token", nil },
	}
	for _, change := range change {
		change(&cfg)
	}
	c, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	s, ended := updates(c)
	go func() { defer close(ran); _ = c.Run(context.Background()) }()
	return &bubble{s, c, []func(){
		func() { c.Close() }, func() { <-ran }, ended, f.cutAll, func() { srv.Close() }, func() { <-served }, f.wg.Wait,
	}}
}

func (b *bubble) last() chat.Connection {
	synctest.Wait()
	told := b.list()
	return told[len(told)-1]
}

// shows checks up to which seq a room is shown when all is at rest.
func (b *bubble) shows(t *testing.T, room string, want uint64) {
	t.Helper()
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	if got := b.screen.last(room); got != want || b.err != nil {
		t.Errorf("%s is shown up to %d, want %d; %v", room, got, want, b.err)
	}
}

func (b *bubble) close() {
	for _, wait := range b.waiters {
		wait()
	}
}

// holdUp has the disk do nothing until what it returns is closed.
func holdUp(c *cache) chan struct{} {
	held := make(chan struct{})
	c.put(c.ops, op{soon: true, apply: func(context.Context, *txn) error { <-held; return nil }})
	return held
}
