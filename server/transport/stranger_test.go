package transport

import (
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

// TestStrangersAttachNothing: an accepted socket that is kept a stranger announces no
// attachments, and once it was admitted may.
func TestStrangersAttachNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &host{t: t, sockets: make(chan *receiver, 16)}
		h.start(Config{}, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
			s.Suspect()
			r := newReceiver(s, func(e *Event) {
				s.Admit("ada")
				echo(e)
			})
			h.sockets <- r
			return r, nil
		}))
		for _, packet := range []string{
			`451-["message",{"_placeholder":true,"num":0}]`, `461-7[{"_placeholder":true,"num":0}]`,
		} {
			stranger, r := h.connect()
			stranger.send(packet)
			stranger.expectClose(closeProtocolError)
			r.closed(t, ReasonParseError)
		}
		friend, _ := h.connect()
		friend.send(`42["message"]`, `451-["message",{"_placeholder":true,"num":0}]`)
		friend.raw(clientFrame(true, opBinary, "one"))
		friend.expect(`42["message-back"]`, `451-["message-back",{"_placeholder":true,"num":0}]`, "bone")
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
