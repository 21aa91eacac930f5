package transport

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestIdleTalk: what means nothing is taken now and then; beyond that it counts as a
// message does, and ends the session of who has no pace.
func TestIdleTalk(t *testing.T) {
	ping, pong := string(clientFrame(true, 0x9, "")), string(clientFrame(true, opPong, ""))
	for name, said := range map[string]string{
		"noop": string(clientFrame(true, opText, "6")), "Engine.IO pong": string(clientFrame(true, opText, "3")),
		"ping": ping, "pong": pong,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var n atomic.Int64
				h := paced(t, Config{}, func() { n.Add(1) })
				friend, r := h.connect()
				friend.discard()
				friend.raw([]byte(strings.Repeat(said, idleBurst)))
				synctest.Wait()
				if got := n.Load(); got != 0 {
					t.Errorf("%d counted of %d", got, idleBurst)
				}
				friend.raw([]byte(strings.Repeat(said, 100)))
				synctest.Wait()
				if got := n.Swap(0); got != 100 {
					t.Errorf("%d counted of 100 too many", got)
				}
				sleep(10 * idleEvery)
				friend.raw([]byte(strings.Repeat(said, 10)))
				synctest.Wait()
				if got := n.Load(); got != 0 {
					t.Errorf("%d counted after a pause", got)
				}
				r.socket.Close("enough")

				stranger := h.dial()
				stranger.raw([]byte(strings.Repeat(said, idleBurst)))
				sleep(idleEvery)
				stranger.raw([]byte(said + said))
				stranger.expectClose(closeProtocolError)
			})
		})
	}
}

// TestEmptyFragments: so do fragments in which nothing comes, of which a message may have
// any number, whoever says them and however they are cut.
func TestEmptyFragments(t *testing.T) {
	begin, empty := clientFrame(false, opText, "4"), string(clientFrame(false, 0, ""))
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int64
		h := paced(t, Config{}, func() { n.Add(1) })
		friend, r := h.connect()
		friend.discard()
		friend.raw(begin)
		friend.raw([]byte(strings.Repeat(empty, idleBurst)))
		synctest.Wait()
		if got := n.Load(); got != 0 {
			t.Errorf("%d counted of %d", got, idleBurst)
		}
		friend.raw([]byte(strings.Repeat(empty, 100)))
		synctest.Wait()
		if got := n.Swap(0); got != 100 {
			t.Errorf("%d counted of 100 too many", got)
		}
		friend.raw(clientFrame(true, 0, `2["message"]`)) // the last, which is a message
		synctest.Wait()
		if got := n.Load(); got != 1 {
			t.Errorf("the message counts as %d", got)
		}
		r.socket.Close("enough")

		stranger := h.dial()
		stranger.raw(begin)
		stranger.raw([]byte(strings.Repeat(empty, idleBurst)))
		sleep(idleEvery)
		stranger.raw([]byte(empty + empty))
		stranger.expectClose(closeProtocolError)
	})
}

// TestEmptyFragmentsOfATry: a WebSocket that is tried for an upgrade bears few of them.
func TestEmptyFragmentsOfATry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := chatter(t, Config{})
		p := h.poll("EIO=4")
		p.connect()
		ws := p.upgrade()
		said := string(clientFrame(false, opText, "2")) + strings.Repeat(string(clientFrame(false, 0, "")), 10*idleBurst)
		if _, err := ws.NetConn().Write([]byte(said + string(clientFrame(true, 0, "probe")))); err == nil {
			if _, b, err := ws.ReadMessage(); err == nil {
				t.Errorf("it is answered %s", b)
			}
		}
		p.post(`42["still"]`) // which carries the session as before
		p.wants(`42["still"]`)
	})
}

// TestAnswersToNothing: what they say is not read, and of strangers they are few.
func TestAnswersToNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &host{t: t, sockets: make(chan *receiver, 16)}
		h.start(Config{}, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
			s.Suspect()
			r := newReceiver(s, echo)
			h.sockets <- r
			return r, nil
		}))
		p, r := h.connect()
		for range idleBurst {
			p.send(`437[not even JSON`)
		}
		p.send(`42["message"]`)
		p.expect(`42["message-back"]`)
		p.send(`437[]`)
		p.expectClose(closeProtocolError)
		r.closed(t, ReasonParseError)
	})
}

// TestPeersPings: a client has all the time in the world to say nothing.
func TestPeersPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int64
		h := paced(t, Config{}, func() { n.Add(1) })
		p, _ := h.connect()
		for range 100 {
			p.expect("2")
			p.send("3")
		}
		sleep(time.Millisecond)
		if got := n.Load(); got != 0 {
			t.Errorf("%d pongs counted", got)
		}
	})
}
