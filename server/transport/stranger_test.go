package transport

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

// TestStrangersSayLittle: before a socket is admitted a message is small, by every
// way, and afterwards it may be as large as any.
func TestStrangersSayLittle(t *testing.T) {
	large := `42["message","` + strings.Repeat("x", 2*strangerPayload) + `"]`
	answer := `42["message-back","` + strings.Repeat("x", 2*strangerPayload) + `"]`
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{}, echo)
		stranger := h.dial()
		stranger.read()
		stranger.send(large)
		stranger.expectClose(closeTooBig)
		friend, _ := h.connect()
		friend.send(large)
		friend.expect(answer)
	})
}

// TestLargeConnect: who shows a token that is larger than a stranger's message may be
// is refused as anybody, by every way, and may try again; what is larger than any
// message ends the session.
func TestLargeConnect(t *testing.T) {
	connect := `{"token":"` + strings.Repeat("x", 2*strangerPayload) + `"}`
	refusal := `{"message":"too large"}`
	synctest.Test(t, func(t *testing.T) {
		h := &host{t: t, sockets: make(chan *receiver, 16)}
		h.start(Config{MaxPayload: 4 * strangerPayload, Namespaces: []string{"/", "/admin"}}, handlerFunc(func(s *Socket, hs *Handshake) (Receiver, error) {
			if hs.Cut {
				if hs.Auth != nil {
					t.Errorf("kept %d bytes", len(hs.Auth))
				}
				return nil, &ConnectError{Message: "too large"}
			}
			r := newReceiver(s, echo)
			h.sockets <- r
			return r, nil
		}))
		p := h.dial()
		p.send("40"+connect, "40/admin,"+connect, "40/none,"+connect)
		p.expect("44"+refusal, "44/admin,"+refusal, `44/none,{"message":"Invalid namespace"}`)
		p.send("40", `42["message"]`)
		p.read()
		p.expect(`42["message-back"]`)
		<-h.sockets

		q := h.poll("EIO=4")
		q.post("40" + connect)
		q.wants("44" + refusal)
		q.connect()
		big := h.poll("EIO=4")
		if status, _ := big.do(t.Context(), http.MethodPost, `40`+strings.Repeat("x", strangerPayload/2)+"\x1e"+`42["message","`+strings.Repeat("x", strangerPayload)+`"]`); status != http.StatusRequestEntityTooLarge {
			t.Errorf("more than a CONNECT is answered %d", status)
		}
		if status, _ := big.do(t.Context(), http.MethodPost, "40"+strings.Repeat("x", 4*strangerPayload)); status != http.StatusRequestEntityTooLarge {
			t.Errorf("too much is answered %d", status)
		}
		larger := h.dial()
		larger.send("40" + strings.Repeat("x", 4*strangerPayload))
		larger.expectClose(closeTooBig)
	})
}

// TestStrangersAttachLittle: what an accepted socket that is kept a stranger says is
// small with its attachments, and once it was admitted is as large as anybody's.
func TestStrangersAttachLittle(t *testing.T) {
	two := `452-["%s",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`
	third, large := strings.Repeat("x", strangerPayload/3), strings.Repeat("x", strangerPayload)
	synctest.Test(t, func(t *testing.T) {
		h := &host{t: t, sockets: make(chan *receiver, 16)}
		h.start(Config{}, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
			s.Suspect()
			r := newReceiver(s, func(e *Event) {
				if e.Name == "admit" {
					s.Admit("ada")
					e.Name = "message"
				}
				echo(e)
			})
			h.sockets <- r
			return r, nil
		}))
		said := func(p *peer, name string, attachments ...string) {
			t.Helper()
			p.send(fmt.Sprintf(two, name))
			for _, a := range attachments {
				p.raw(clientFrame(true, opBinary, a))
			}
		}
		for _, second := range []string{large + "x", large} { // the frame, and the packet
			stranger, r := h.connect()
			said(stranger, "message", third, second)
			stranger.expectClose(closeTooBig)
			r.closed(t, ReasonTooLarge)
		}
		friend, _ := h.connect()
		said(friend, "message", third, third)
		friend.expect(fmt.Sprintf(two, "message-back"), "b"+third, "b"+third)
		said(friend, "admit", third, third)
		friend.expect(fmt.Sprintf(two, "message-back"), "b"+third, "b"+third)
		said(friend, "message", large, large)
		friend.expect(fmt.Sprintf(two, "message-back"), "b"+large, "b"+large)
	})
}

// TestSuspect: an accepted socket that is kept a stranger says little until it is
// admitted, and the session of one that polls goes first.
func TestSuspect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &host{t: t, sockets: make(chan *receiver, 16)}
		h.start(Config{MaxPollers: 2}, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
			s.Suspect()
			r := newReceiver(s, func(e *Event) {
				s.Admit("ada")
				echo(e)
			})
			h.sockets <- r
			return r, nil
		}))
		first, second := h.poll("EIO=4"), h.poll("EIO=4")
		first.connect()
		second.connect()
		second.post(`42["message","me"]`)
		second.wants(`42["message-back","me"]`)
		h.poll("EIO=4").connect() // in whose place?
		synctest.Wait()
		if status, _ := first.do(t.Context(), http.MethodGet, ""); status != http.StatusBadRequest {
			t.Errorf("the stranger is still there: %d", status)
		}
		second.post(`42["message","` + strings.Repeat("x", 2*strangerPayload) + `"]`)
		second.wants(`42["message-back","` + strings.Repeat("x", 2*strangerPayload) + `"]`)
	})
}

// TestShown: of the request that opens a session only what is named is kept, and of
// that no more than it takes to see that it is wrong.
func TestShown(t *testing.T) {
	all := map[string][]string{
		"token":  {"a", "a", strings.Repeat("b", 2*maxShown), "c", "d", "e"},
		"Cookie": {"much"},
	}
	kept, cut := shown(all, []string{"token", "none"})
	if !cut {
		t.Error("something was left out, and nobody is told")
	}
	for _, whole := range [][]string{nil, {"a"}, {"a", "b", "c", "d", "a"}} {
		if _, cut := shown(map[string][]string{"token": whole}, []string{"token"}); cut {
			t.Errorf("nothing of %v was left out", whole)
		}
	}
	if len(kept) != 1 || len(kept["token"]) != maxShownValues || len(kept["token"][1]) != maxShown {
		t.Errorf("kept %d names, %d values", len(kept), len(kept["token"]))
	}
}
