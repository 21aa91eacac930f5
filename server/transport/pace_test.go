package transport

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// paced has a server whose sockets are counted, and held up by what pace says.
func paced(t *testing.T, cfg Config, pace func()) *host {
	h := &host{t: t, sockets: make(chan *receiver, 16)}
	return h.start(cfg, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
		r := newReceiver(s, echo)
		r.pace = pace
		h.sockets <- r
		return r, nil
	}))
}

// TestPaceCountsWhatComes: a message counts before it is whole, and an attachment
// before its packet is, by every way.
func TestPaceCountsWhatComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int64
		h := paced(t, Config{}, func() { n.Add(1) })
		p, _ := h.connect()
		count := func(want int64) {
			t.Helper()
			synctest.Wait()
			if got := n.Swap(0); got != want {
				t.Errorf("counted %d, want %d", got, want)
			}
		}
		count(0)
		p.send(`42["message"]`)
		p.expect(`42["message-back"]`)
		count(1)
		p.send(`451-["message",{"_placeholder":true,"num":0}]`)
		count(1)
		f := clientFrame(true, opBinary, strings.Repeat("x", 3*paceUnit))
		p.raw(f[:len(f)-1])
		count(2) // and two units of it
		p.raw(f[len(f)-1:])
		if got := p.read(); got[0] != '4' {
			t.Errorf("told %q", got)
		}
		p.read()
		count(2)

		q := h.poll("EIO=4")
		q.connect()
		q.post(`42["message","` + strings.Repeat("x", 2*paceUnit) + `"]`)
		count(3)
		q.get()
	})
}

// TestPaceHoldsUp: nothing more of a peer is read while its receiver counts, and what
// was not counted when it ended is not heard.
func TestPaceHoldsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var heard atomic.Int64
		h := &host{t: t, sockets: make(chan *receiver, 16)}
		h.start(Config{}, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
			r := newReceiver(s, func(*Event) { heard.Add(1) })
			r.pace = func() { <-release }
			h.sockets <- r
			return r, nil
		}))
		p, r := h.connect()
		p.send(`42["message"]`)
		synctest.Wait()
		r.socket.Close("enough")
		close(release)
		r.closed(t, "enough")
		if n := heard.Load(); n != 0 {
			t.Errorf("%d events of a session that has ended", n)
		}
	})
}

// TestUnfinishedPacket: who announces attachments has the time of two messages to
// send them, whatever else they send and however they are held up.
func TestUnfinishedPacket(t *testing.T) {
	t.Run("stalls", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{MessageTimeout: 5 * time.Second}, nil)
			p, r := h.connect()
			start := time.Now()
			p.send(`452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`)
			sleep(8 * time.Second)
			p.raw(clientFrame(true, opBinary, "one"))
			p.expectClose(closePolicy)
			if since := time.Since(start); since != 10*time.Second {
				t.Errorf("closed after %v", since)
			}
			r.closed(t, ReasonSlowSender)
		})
	})
	t.Run("in time", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{MessageTimeout: 5 * time.Second}, echo)
			p, _ := h.connect()
			for range 2 {
				p.send(`451-["message",{"_placeholder":true,"num":0}]`)
				sleep(9 * time.Second)
				p.raw(clientFrame(true, opBinary, "one"))
				p.expect(`451-["message-back",{"_placeholder":true,"num":0}]`, "bone")
			}
		})
	})
	t.Run("polling", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			h := serve(t, Config{MessageTimeout: 5 * time.Second}, nil)
			p := h.poll("EIO=4")
			r := p.connect()
			start := time.Now()
			p.post(`451-["message",{"_placeholder":true,"num":0}]`)
			r.closed(t, ReasonSlowSender)
			if since := time.Since(start); since != 10*time.Second {
				t.Errorf("closed after %v", since)
			}
		})
	})
}
