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

// TestStrangersAttachNothing: an accepted socket that is kept a stranger announces no
// attachments, and once it was admitted may.
func TestStrangersAttachNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &host{t: t, sockets: make(chan *receiver, 16)}
		h.start(Config{}, handlerFunc(func(s *Socket, _ *Handshake) (Receiver, error) {
			s.Suspect()
			r := newReceiver(s, func(e *Event) {
				s.Admit()
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
				s.Admit()
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
	kept := shown(all, []string{"token", "none"})
	if len(kept) != 1 || len(kept["token"]) != maxShownValues || len(kept["token"][1]) != maxShown {
		t.Errorf("kept %d names, %d values", len(kept), len(kept["token"]))
	}
}
