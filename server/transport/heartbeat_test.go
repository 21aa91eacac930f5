package transport

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestPing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{}, nil)
		p, r := h.connect()
		start := time.Now()
		for i := range 4 {
			p.expect("2")
			if since, want := time.Since(start), time.Duration(i+1)*defaultPingInterval; since != want {
				t.Errorf("ping %d came after %v, want %v", i, since, want)
			}
			p.send("3")
		}
		p.expect("2") // is not answered
		p.expectClose(closeGoingAway)
		if since, want := time.Since(start), 5*defaultPingInterval+defaultPingTimeout; since != want {
			t.Errorf("ended after %v, want %v", since, want)
		}
		r.closed(t, ReasonPingTimeout)
	})
}

// TestPingTimeoutIsLonger has a timeout over the interval: pings go on while
// the peer has time to answer.
// TestLatePing: a timer that is late takes nothing from when a dead peer is given up,
// unless the peer would have no time to answer.
func TestLatePing(t *testing.T) {
	due := time.Now()
	const timeout = 20 * time.Second
	for _, tc := range []struct{ late, left time.Duration }{
		{0, timeout},
		{99 * time.Millisecond, timeout - 99*time.Millisecond},
		{150 * time.Millisecond, timeout - 150*time.Millisecond},
		{3 * time.Second, timeout - 3*time.Second},
		{timeout/2 - 1, timeout/2 + 1},
		{timeout / 2, timeout},
		{time.Hour, timeout},
	} {
		now := due.Add(tc.late)
		if left := askedAt(due, now, timeout).Add(timeout).Sub(now); left != tc.left {
			t.Errorf("%v late: the peer has %v, want %v", tc.late, left, tc.left)
		}
	}
}

// TestLatePingOfASession has the session of a peer that is dead ping late.
func TestLatePingOfASession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := chatter(t, beats).poll("EIO=4").connect()
		s, start := r.socket.session, time.Now()
		const late = 500 * time.Millisecond
		s.mu.Lock()
		s.nextPing = start.Add(-late)
		s.mu.Unlock()
		s.beat()
		r.closed(t, ReasonPingTimeout)
		if took := time.Since(start); took != beats.PingTimeout-late {
			t.Errorf("given up after %v", took)
		}
	})
}

func TestPingTimeoutIsLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{PingInterval: 10 * time.Second, PingTimeout: 35 * time.Second}, nil)
		p, r := h.connect()
		start := time.Now()
		for i := range 3 {
			p.expect("2")
			if since, want := time.Since(start), time.Duration(i+1)*10*time.Second; since != want {
				t.Errorf("ping %d came after %v, want %v", i, since, want)
			}
			p.send("3")
		}
		p.expect("2")
		p.expectClose(closeGoingAway)
		if since, want := time.Since(start), 75*time.Second; since != want {
			t.Errorf("ended after %v, want %v", since, want)
		}
		r.closed(t, ReasonPingTimeout)
	})
}

// TestAnythingIsLife answers pings by anything but a pong.
func TestAnythingIsLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{}, nil)
		p, r := h.connect()
		frames := [][]byte{
			clientFrame(true, 0x9, ""),                 // a WebSocket ping
			clientFrame(true, opPong, ""),              // a WebSocket pong
			clientFrame(true, opText, `42["message"]`), // an event
			clientFrame(false, opText, `42["message`),  // the beginning of one
			clientFrame(true, 0, `"]`),
		}
		for _, f := range frames {
			p.expect("2")
			p.raw(f)
		}
		p.expect("2")
		p.expectClose(closeGoingAway)
		r.closed(t, ReasonPingTimeout)
	})
}

// TestBlockedReceiverIsNoDeadPeer holds a sender for an hour. It is pinged all
// the time, and its pongs wait unread.
func TestBlockedReceiverIsNoDeadPeer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		h := serve(t, Config{}, func(e *Event) {
			if e.Name == "slow" {
				<-release
			}
			_ = e.Ack()
		})
		p, r := h.connect()
		p.send(`421["slow"]`)
		start := time.Now()
		pings := 0
		for time.Since(start) < time.Hour {
			p.expect("2")
			pings++
		}
		if pings < int(time.Hour/defaultPingInterval) {
			t.Errorf("%d pings", pings)
		}
		close(release)
		p.expect(`431[]`)
		p.expect("2") // the peer is given its time anew
		p.send("3")
		p.expect("2")
		p.expectClose(closeGoingAway)
		r.closed(t, ReasonPingTimeout)
	})
}

func TestConnectTimeout(t *testing.T) {
	t.Run("no CONNECT", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{}, nil)
			p := h.dial()
			start := time.Now()
			p.expect("2")
			p.send("3")
			p.expectClose(closePolicy)
			if since := time.Since(start); since != defaultConnectTimeout {
				t.Errorf("closed after %v", since)
			}
		})
	})
	t.Run("refused", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{}, nil)
			p := h.dial()
			start := time.Now()
			p.send("40/nope,")
			p.expect(`44/nope,{"message":"Invalid namespace"}`, "2")
			p.send("3")
			p.expectClose(closePolicy)
			if since := time.Since(start); since != defaultConnectTimeout {
				t.Errorf("closed after %v", since)
			}
		})
	})
	t.Run("gone", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{ConnectTimeout: time.Second}, nil)
			p, r := h.connect()
			sleep(10 * time.Second)
			p.send("41")
			r.closed(t, ReasonClientDisconnect)
			start := time.Now()
			p.expectClose(closePolicy)
			if since := time.Since(start); since != time.Second {
				t.Errorf("closed after %v", since)
			}
		})
	})
	t.Run("handler thinks", func(t *testing.T) {
		for range 100 { // it decides in the very instant the time is over: either may come first
			synctest.Test(t, func(t *testing.T) {
				h := &host{t: t, sockets: make(chan *receiver, 1)}
				h.start(Config{ConnectTimeout: time.Second}, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
					sleep(10 * time.Second)
					r := newReceiver(s, echo)
					h.sockets <- r
					return r, nil
				}))
				p, _ := h.connect()
				p.send(`42["message"]`)
				p.expect(`42["message-back"]`)
			})
		}
	})
}

// TestMessageTimeout has peers that begin a message and never finish.
func TestMessageTimeout(t *testing.T) {
	t.Run("stalls", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{MessageTimeout: 5 * time.Second}, nil)
			p, r := h.connect()
			sleep(time.Second)
			start := time.Now()
			f := clientFrame(true, opText, `42["message"]`)
			p.raw(f[:len(f)-1])
			p.expectClose(closePolicy)
			if since := time.Since(start); since != 5*time.Second {
				t.Errorf("closed after %v", since)
			}
			r.closed(t, ReasonSlowSender)
		})
	})
	t.Run("tiny fragments", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{MessageTimeout: 5 * time.Second}, nil)
			p, r := h.connect()
			start := time.Now()
			var wg sync.WaitGroup
			defer wg.Wait()
			wg.Go(func() {
				f := clientFrame(false, opText, "")
				for {
					if _, err := p.ws.NetConn().Write(f); err != nil {
						return
					}
					f = clientFrame(false, 0, "")
					sleep(time.Millisecond)
				}
			})
			p.expectClose(closePolicy)
			if since := time.Since(start); since != 5*time.Second {
				t.Errorf("closed after %v", since)
			}
			r.closed(t, ReasonSlowSender)
		})
	})
	t.Run("slow but in time", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{MessageTimeout: 5 * time.Second}, echo)
			p, _ := h.connect()
			for range 2 {
				f := clientFrame(true, opText, `42["message"]`)
				p.raw(f[:3])
				sleep(4 * time.Second)
				p.raw(f[3:])
				p.expect(`42["message-back"]`)
				sleep(10 * time.Second) // between messages there is no limit
			}
		})
	})
}

// TestStalledReader has peers that no longer read.
func TestStalledReader(t *testing.T) {
	t.Run("write timeout", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{WriteTimeout: 3 * time.Second}, nil)
			_, r := h.connect()
			start := time.Now()
			if err := r.socket.Emit("message"); err != nil {
				t.Fatal(err)
			}
			r.closed(t, ReasonSlowReader)
			if since := time.Since(start); since != 3*time.Second {
				t.Errorf("ended after %v", since)
			}
		})
	})
	t.Run("queue is full", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{QueueBytes: 1000}, nil)
			_, r := h.connect()
			start := time.Now()
			sent := 0
			for {
				err := r.socket.Emit("message", "0123456789")
				if errors.Is(err, ErrQueueFull) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				sent++
			}
			if sent < 15 || sent > 17 { // of 28 bytes, which count as 64
				t.Errorf("%d events were queued", sent)
			}
			sess := r.socket.session
			sess.mu.Lock()
			if len(sess.queue) > 0 {
				t.Error("what nobody reads is kept")
			}
			sess.mu.Unlock()
			r.closed(t, ReasonSlowReader)
			if since := time.Since(start); since != 0 {
				t.Errorf("told after %v", since)
			}
			sleep(closeTimeout)
			synctest.Wait()
			if n := h.server.Stats(); n.Sessions != 0 || n.Closed[ReasonSlowReader] != 1 {
				t.Errorf("%+v", n)
			}
		})
	})
	t.Run("one large packet fits", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{QueueBytes: 1000}, nil)
			p, r := h.connect()
			for _, size := range []int{10, 5000} {
				if err := r.socket.Emit("message", make([]byte, size)); err != nil {
					t.Fatal(err)
				}
			}
			if err := r.socket.Emit("message"); !errors.Is(err, ErrQueueFull) {
				t.Errorf("a third: %v", err)
			}
			p.discard()
			r.closed(t, ReasonSlowReader)
		})
	})
}

func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{QueueBytes: 1000}, nil)
		p, r := h.connect()
		if err := r.socket.Drain(t.Context()); err != nil {
			t.Errorf("empty queue: %v", err)
		}
		const events = 200 // several queues full
		failed := make(chan error, 1)
		go func() {
			for range events {
				if err := r.socket.Drain(context.Background()); err != nil {
					failed <- err
					return
				}
				if err := r.socket.Emit("message", "0123456789"); err != nil {
					failed <- err
					return
				}
			}
			failed <- nil
		}()
		for range events {
			sleep(time.Millisecond)
			p.expect(`42["message","0123456789"]`)
		}
		if err := <-failed; err != nil {
			t.Fatal(err)
		}

		for range 14 {
			if err := r.socket.Emit("message", "0123456789"); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := r.socket.Drain(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("nobody reads: %v", err)
		}
		time.AfterFunc(time.Second, func() { r.socket.Close("enough") })
		if err := r.socket.Drain(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("socket ends: %v", err)
		}
		r.closed(t, "enough")
	})
}
