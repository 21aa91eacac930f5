package transport

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

func TestOpenPacket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{}, nil)
		dialer := websocket.Dialer{NetDialContext: h.listener.Dial}
		ws, resp, err := dialWS(&dialer, "ws://chat.example", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer ws.Close()
		if ext := resp.header.Get("Sec-Websocket-Extensions"); ext != "" {
			t.Errorf("compression was agreed to: %s", ext)
		}
		_, b, err := ws.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		open, err := socketio.DecodeOpen(b[1:])
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf(`0{"sid":"%s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`, open.SID)
		if string(b) != want {
			t.Errorf("got %s, want %s", b, want)
		}
	})
}

func TestEventsAndAcks(t *testing.T) {
	tests := []struct {
		name string
		send []string
		want []string
	}{
		{"event", []string{`42["message",1,"2",{"3":[true]}]`}, []string{`42["message-back",1,"2",{"3":[true]}]`}},
		{"no arguments", []string{`42["message"]`}, []string{`42["message-back"]`}},
		{"ack", []string{`42456["message-with-ack",1,"2"]`}, []string{`43456[1,"2"]`}},
		{"ack without arguments", []string{`420["message-with-ack"]`}, []string{`430[]`}},
		{"ack not asked for", []string{`42["message-with-ack",1]`, `42["message",2]`}, []string{`42["message-back",2]`}},
		{
			"binary",
			[]string{`452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`, "b\x01\x02", "b"},
			[]string{`452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`, "b\x01\x02", "b"},
		},
		{
			"binary ack",
			[]string{`451-7["message-with-ack",{"_placeholder":true,"num":0}]`, "bxyz"},
			[]string{`461-7[{"_placeholder":true,"num":0}]`, "bxyz"},
		},
		{"other name", []string{`42["other"]`, `42["message"]`}, []string{`42["message-back"]`}},
		{
			"many in order",
			[]string{`42["message",1]`, `42["message",2]`, `42["message",3]`},
			[]string{`42["message-back",1]`, `42["message-back",2]`, `42["message-back",3]`},
		},
		{"unknown ack", []string{`4312["x"]`, `42["message"]`}, []string{`42["message-back"]`}},
		{"noop, pong, upgrade", []string{"6", "3", "5", `42["message"]`}, []string{`42["message-back"]`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := serve(t, Config{}, echo)
				p, _ := h.connect()
				go func() { // a pipe holds nothing: both sides must be able to write
					for _, m := range tt.send {
						kind := websocket.TextMessage
						if m[0] == 'b' {
							kind, m = websocket.BinaryMessage, m[1:]
						}
						if err := p.ws.WriteMessage(kind, []byte(m)); err != nil {
							t.Error(err)
						}
					}
				}()
				p.expect(tt.want...)
			})
		})
	}
}

// TestProtocolErrors has what ends the session that does it, and no other.
func TestProtocolErrors(t *testing.T) {
	tests := []struct {
		name      string
		connected bool
		send      []string // "b…" is binary
		raw       []byte
		code      int
		reason    Reason
	}{
		{"event before CONNECT", false, []string{`42["message"]`}, nil, closeProtocolError, ReasonParseError},
		{"DISCONNECT before CONNECT", false, []string{`41`}, nil, closeProtocolError, ReasonParseError},
		{"attachments before CONNECT", false, []string{`451-["message",{"_placeholder":true,"num":0}]`}, nil, closeProtocolError, ReasonParseError},
		{"binary before CONNECT", false, []string{"bx"}, nil, closeProtocolError, ReasonParseError},
		{"CONNECT with array", false, []string{`40[]`}, nil, closeProtocolError, ReasonParseError},
		{"CONNECT twice", true, []string{`40`}, nil, closeProtocolError, ReasonParseError},
		{"CONNECT_ERROR", true, []string{`44{"message":"x"}`}, nil, closeProtocolError, ReasonParseError},
		{"event in another namespace", true, []string{`42/custom,["message"]`}, nil, closeProtocolError, ReasonParseError},
		{"4abc", true, []string{`4abc`}, nil, closeProtocolError, ReasonParseError},
		{"42{}", true, []string{`42{}`}, nil, closeProtocolError, ReasonParseError},
		{"42abc", true, []string{`42abc["message"]`}, nil, closeProtocolError, ReasonParseError},
		{"no Engine.IO packet", true, []string{`abc`}, nil, closeProtocolError, ReasonParseError},
		{"empty text", true, []string{``}, nil, closeProtocolError, ReasonParseError},
		{"ping from the client", true, []string{`2`}, nil, closeProtocolError, ReasonParseError},
		{"open from the client", true, []string{`0{}`}, nil, closeProtocolError, ReasonParseError},
		{"reserved name", true, []string{`42["disconnect"]`}, nil, closeProtocolError, ReasonParseError},
		{"binary not awaited", true, []string{"bx"}, nil, closeProtocolError, ReasonParseError},
		{"text while binary is awaited", true, []string{`451-["message",{"_placeholder":true,"num":0}]`, `42["message"]`}, nil, closeProtocolError, ReasonParseError},
		{"endless attachments", true, []string{`45999999-["message"]`}, nil, closeProtocolError, ReasonParseError},
		{"placeholder out of range", true, []string{`450-["message",{"_placeholder":true,"num":0}]`}, nil, closeProtocolError, ReasonParseError},
		{"not UTF-8", true, []string{"42[\"message\",\"\xff\"]"}, nil, closeInvalidData, ReasonParseError},
		{"pong not UTF-8", true, []string{"3\xff"}, nil, closeInvalidData, ReasonParseError},
		{"too large", true, []string{`42["message","` + strings.Repeat("x", 2000) + `"]`}, nil, closeTooBig, ReasonTooLarge},
		{"attachments too large together", true, []string{`453-["message"]`, "b" + strings.Repeat("x", 800), "b" + strings.Repeat("x", 800), "b" + strings.Repeat("x", 800)}, nil, closeTooBig, ReasonTooLarge},
		{"length overflows", true, nil, binary.BigEndian.AppendUint64([]byte{0x81, 0xFF}, 1<<63), closeTooBig, ReasonTooLarge},
		{"length is huge", true, nil, append(binary.BigEndian.AppendUint64([]byte{0x81, 0xFF}, 1<<62), 0, 0, 0, 0), closeTooBig, ReasonTooLarge},
		{"fragments too large together", true, nil, bytes.Join([][]byte{clientFrame(false, opText, strings.Repeat("x", 600)), clientFrame(false, 0, strings.Repeat("x", 600))}, nil), closeTooBig, ReasonTooLarge},
		{"not masked", true, nil, []byte{0x81, 0x01, '3'}, closeProtocolError, ReasonParseError},
		{"compressed", true, nil, []byte{0xC1, 0x80, 0, 0, 0, 0}, closeProtocolError, ReasonParseError},
		{"engine close", true, []string{`1`}, nil, closeNormal, ReasonTransportClose},
		{"close frame", true, nil, clientFrame(true, opClose, "\x03\xe9bye"), closeNormal, ReasonTransportClose},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := serve(t, Config{MaxPayload: 1000}, echo)
				other, _ := h.connect()
				var p *peer
				var r *receiver
				if tt.connected {
					p, r = h.connect()
				} else {
					p = h.dial()
				}
				go func() { // ends with an error when the server stops reading
					for _, m := range tt.send {
						kind := websocket.TextMessage
						if strings.HasPrefix(m, "b") {
							kind, m = websocket.BinaryMessage, m[1:]
						}
						_ = p.ws.WriteMessage(kind, []byte(m))
					}
					_, _ = p.ws.NetConn().Write(tt.raw)
				}()
				p.expectClose(tt.code)
				if r != nil {
					r.closed(t, tt.reason)
				}
				synctest.Wait()
				if n := h.server.Stats().Closed[tt.reason]; n != 1 {
					t.Errorf("%d sessions ended for %q, want 1", n, tt.reason)
				}
				other.send(`42["message"]`)
				other.expect(`42["message-back"]`)
			})
		})
	}
}

func TestPeerVanishes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{}, nil)
		p, r := h.connect()
		if err := p.ws.Close(); err != nil {
			t.Fatal(err)
		}
		r.closed(t, ReasonTransportClose)
	})
}

func TestWebSocketPing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, Config{}, echo)
		p, _ := h.connect()
		var pongs []string
		p.ws.SetPongHandler(func(data string) error {
			pongs = append(pongs, data)
			return nil
		})
		go func() {
			p.raw(clientFrame(true, 0x9, "a"))
			// One in the middle of a fragmented message, too.
			p.raw(clientFrame(false, opText, `42["mes`))
			p.raw(clientFrame(true, 0x9, "b"))
			p.raw(clientFrame(true, 0, `sage"]`))
		}()
		p.expect(`42["message-back"]`)
		if got := strings.Join(pongs, ""); got != "ab" {
			t.Errorf("pongs %q, want ab", got)
		}
	})
}
