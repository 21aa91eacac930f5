package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

func TestShutdown(t *testing.T) {
	t.Run("flushes", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{}, nil)
			p, r := h.connect()
			idle := h.dial() // has no socket
			for i := range 50 {
				if err := r.socket.Emit("message", i); err != nil {
					t.Fatal(err)
				}
			}
			var wg sync.WaitGroup
			wg.Go(func() {
				if err := h.server.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
			})
			idle.expectClose(closeGoingAway)
			for i := range 50 {
				sleep(10 * time.Millisecond) // slower than the server, but reading
				p.expect(`42["message",` + strconv.Itoa(i) + `]`)
			}
			p.expectClose(closeGoingAway)
			r.closed(t, ReasonShutdown)
			wg.Wait()
			dialer := websocket.Dialer{NetDialContext: h.listener.Dial}
			_, resp, err := dialWS(&dialer, "ws://chat.example", nil)
			if err == nil || resp.status != http.StatusServiceUnavailable {
				t.Errorf("after shutdown: %v", err)
			}
		})
	})
	t.Run("cuts who does not read", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{}, nil)
			_, r := h.connect()
			if err := r.socket.Emit("message"); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			start := time.Now()
			if err := h.server.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("shutdown: %v", err)
			}
			if since := time.Since(start); since != time.Second {
				t.Errorf("took %v", since)
			}
			r.closed(t, ReasonShutdown)
		})
	})
	t.Run("ends by itself", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{WriteTimeout: 4 * time.Second}, nil)
			_, r := h.connect()
			if err := r.socket.Emit("message"); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			if err := h.server.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			if since := time.Since(start); since > 4*time.Second {
				t.Errorf("took %v", since)
			}
			r.closed(t, ReasonShutdown)
		})
	})
	t.Run("wakes a blocked receiver", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{}, func(e *Event) { <-e.socket.Done() })
			p, r := h.connect()
			p.raw(append(clientFrame(true, opText, `42["message"]`), clientFrame(true, opText, `42["message"]`)...))
			synctest.Wait()
			p.discard()
			if err := h.server.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			r.closed(t, ReasonShutdown)
		})
	})
	t.Run("receiver does not let go", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			h := serve(t, Config{}, func(*Event) { <-release })
			p, _ := h.connect()
			p.send(`42["message"]`)
			p.discard()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if err := h.server.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("shutdown: %v", err)
			}
			close(release)
		})
	})
}

// countingConn counts writes, and can hold them.
type countingConn struct {
	net.Conn
	mu     sync.Mutex
	writes int
	bytes  []byte
}

func (c *countingConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	c.writes++
	c.bytes = append(c.bytes, b...)
	c.mu.Unlock()
	return c.Conn.Write(b)
}

func TestJoinedWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{}, nil)
		var count *countingConn
		h.listener.Wrap = func(c net.Conn) net.Conn {
			count = &countingConn{Conn: c}
			return count
		}
		p, r := h.connect()
		synctest.Wait()
		count.writes = 0
		const events = 500
		for i := range events {
			if err := r.socket.Emit("message", i); err != nil {
				t.Fatal(err)
			}
		}
		for i := range events {
			p.expect(`42["message",` + strconv.Itoa(i) + `]`)
		}
		synctest.Wait()
		// The first goes alone, the rest while it is stuck.
		if count.writes > 2 {
			t.Errorf("%d events took %d writes, want at most 2", events, count.writes)
		}
		if r.socket.session.writing || r.socket.session.queued != 0 || r.socket.session.queue != nil {
			t.Error("the queue is not left as it was")
		}
	})
}

func TestWriteSplitsLargeBatches(t *testing.T) {
	client, server := net.Pipe()
	count := &countingConn{Conn: server}
	c := &wsConn{gate: &gate{Conn: count}, writeTimeout: time.Minute}
	var batch []*Prepared
	var want []byte
	for i, size := range []int{10, joined - 5, 3 * joined, 1, 0, joined} {
		b := bytes.Repeat([]byte{byte('a' + i)}, size)
		batch, want = append(batch, &Prepared{frames: b}), append(want, b...)
	}
	got := make(chan []byte)
	go func() {
		b, _ := io.ReadAll(client)
		got <- b
	}()
	if err := c.write(batch); err != nil {
		t.Fatal(err)
	}
	c.cut()
	if !bytes.Equal(<-got, want) {
		t.Error("bytes were lost or mixed up")
	}
	if limit := len(want)/joined + 1; count.writes > limit {
		t.Errorf("%d writes, want at most %d", count.writes, limit)
	}
	if c.write(batch[:1]) == nil || c.write(batch) == nil {
		t.Error("a closed connection was written to")
	}
}
