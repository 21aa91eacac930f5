package transport

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

// plainEcho is a plain WebSocket that says everything back, and its raw bytes.
func plainEcho(t *testing.T, maxPayload int) (*websocket.Conn, *host) {
	t.Helper()
	h := &host{t: t}
	h.server = NewWebSocket(Config{MaxPayload: maxPayload, MessageTimeout: 30 * time.Second, QueueBytes: 64 << 20}, func(e *Engine, binary bool, data []byte) {
		_ = e.Send(binary, data) // it fails when the peer is gone
	})
	h.listen()
	dialer := websocket.Dialer{NetDialContext: h.listener.Dial, EnableCompression: true}
	ws, resp, err := dialer.Dial("ws://chat.example/any/path", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if ext := resp.Header.Get("Sec-Websocket-Extensions"); ext != "" {
		t.Errorf("%s was agreed to", ext)
	}
	t.Cleanup(func() { _ = ws.Close() })
	if err := ws.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return ws, h
}

// wire is frames on their way.
func wire(frames ...[]byte) []byte { return bytes.Join(frames, nil) }

func closing(code uint16, reason string) string {
	return string(binary.BigEndian.AppendUint16(nil, code)) + reason
}

// TestRFC6455 is a catalogue of what peers do, rightly and wrongly, and of every
// byte that is answered.
func TestRFC6455(t *testing.T) {
	const opCont, opPing = opcode(0), opcode(9)
	text := func(s string) []byte { return appendFrame(nil, opText, []byte(s)) }
	ended := func(code uint16) []byte { return closeFrame(code, "")[:4] }
	reserved := func(bit byte) []byte {
		b := clientFrame(true, opText, "x")
		b[0] |= bit
		return b
	}
	type test struct {
		name string
		send []byte
		want []byte
		code uint16 // of the close frame that follows; 0: the connection goes on
	}
	tests := []test{
		{"two fragments", wire(clientFrame(false, opText, "ab"), clientFrame(true, opCont, "cd")), text("abcd"), 0},
		{"empty fragments", wire(clientFrame(false, opText, ""), clientFrame(false, opCont, "é"), clientFrame(true, opCont, "")), text("é"), 0},
		{"all fragments empty", wire(clientFrame(false, opText, ""), clientFrame(true, opCont, "")), text(""), 0},
		{"a ping between fragments", wire(clientFrame(false, opText, "ab"), clientFrame(true, opPing, "p"), clientFrame(true, opCont, "cd")), wire(appendFrame(nil, opPong, []byte("p")), text("abcd")), 0},
		{"a pong nobody asked for", wire(clientFrame(true, opPong, "p"), clientFrame(true, opText, "a")), text("a"), 0},
		{"ten pings", bytes.Repeat(clientFrame(true, opPing, "p"), 10), bytes.Repeat(appendFrame(nil, opPong, []byte("p")), 10), 0},
		{"ping of 125", clientFrame(true, opPing, strings.Repeat("p", 125)), appendFrame(nil, opPong, []byte(strings.Repeat("p", 125))), 0},
		{"ping of 126", clientFrame(true, opPing, strings.Repeat("p", 126)), nil, closeProtocolError},
		{"ping in fragments", clientFrame(false, opPing, "p"), nil, closeProtocolError},
		{"close in fragments", clientFrame(false, opClose, closing(1000, "")), nil, closeProtocolError},
		{"continuation of nothing", clientFrame(true, opCont, "x"), nil, closeProtocolError},
		{"continuation after the end", wire(clientFrame(true, opText, "a"), clientFrame(true, opCont, "x")), text("a"), closeProtocolError},
		{"new message within one", wire(clientFrame(false, opText, "a"), clientFrame(true, opText, "b")), nil, closeProtocolError},
		{"reserved bit 1, compression", reserved(0x40), nil, closeProtocolError},
		{"reserved bit 2", reserved(0x20), nil, closeProtocolError},
		{"reserved bit 3", reserved(0x10), nil, closeProtocolError},
		{"not masked", text("x"), nil, closeProtocolError},
		{"ping not masked", appendFrame(nil, opPing, nil), nil, closeProtocolError},
		{"not UTF-8", clientFrame(true, opText, "\xce\xba\xed\xa0\x80"), nil, closeInvalidData},
		{"overlong", clientFrame(true, opText, "\xc0\xaf"), nil, closeInvalidData},
		{"beyond Unicode", clientFrame(true, opText, "\xf4\x90\x80\x80"), nil, closeInvalidData},
		{"character over two fragments", wire(clientFrame(false, opText, "\xf0\x9f"), clientFrame(true, opCont, "\x9a\x80")), text("🚀"), 0},
		{"half a character at the end", wire(clientFrame(false, opText, "a"), clientFrame(true, opCont, "\xf0\x9f")), nil, closeInvalidData},
		{"not UTF-8, while more could come", clientFrame(false, opText, "a\xed\xa0\x80"), nil, closeInvalidData},
		{"not UTF-8, in the second fragment", wire(clientFrame(false, opText, "a\xf4"), clientFrame(false, opCont, "\x90")), nil, closeInvalidData},
		{"not UTF-8, in a frame that is not over", clientFrame(true, opText, "\xce\xba\xf4\x90\x80\x80 and more")[:12], nil, closeInvalidData},
		{"the rest of no character", clientFrame(false, opText, "a\x80"), nil, closeInvalidData},
		{"a character in four fragments", wire(clientFrame(false, opText, "\xf0"), clientFrame(false, opCont, "\x9f"), clientFrame(false, opCont, "\x9a"), clientFrame(true, opCont, "\x80")), text("🚀"), 0},
		{"binary in fragments is anything", wire(clientFrame(false, opBinary, "\xff"), clientFrame(true, opCont, "\xfe")), appendFrame(nil, opBinary, []byte("\xff\xfe")), 0},
		{"binary is anything", clientFrame(true, opBinary, "\xff\xfe"), appendFrame(nil, opBinary, []byte("\xff\xfe")), 0},
		{"length of 2^63", binary.BigEndian.AppendUint64([]byte{0x82, 0xFF}, 1<<63), nil, closeTooBig},
		{"length of 2^63-1", append(binary.BigEndian.AppendUint64([]byte{0x82, 0xFF}, 1<<63-1), 0, 0, 0, 0), nil, closeTooBig},
		{"fragments too large together", wire(clientFrame(false, opText, strings.Repeat("x", 65537)), clientFrame(true, opCont, strings.Repeat("x", 65537))), nil, closeTooBig},
		{"close", clientFrame(true, opClose, ""), nil, closeNormal},
		{"close with a reason", clientFrame(true, opClose, closing(1000, "bye")), nil, closeNormal},
		{"close with the longest", clientFrame(true, opClose, closing(1000, strings.Repeat("x", 123))), nil, closeNormal},
		{"close too long", clientFrame(true, opClose, closing(1000, strings.Repeat("x", 124))), nil, closeProtocolError},
		{"close, reason not UTF-8", clientFrame(true, opClose, closing(1000, "\xff")), nil, closeProtocolError},
		{"data after close", wire(clientFrame(true, opClose, closing(1000, "")), clientFrame(true, opText, "late")), nil, closeNormal},
		{"ping after close", wire(clientFrame(true, opClose, closing(1000, "")), clientFrame(true, opPing, "late")), nil, closeNormal},
		{"close within a message", wire(clientFrame(false, opText, "a"), clientFrame(true, opClose, closing(1000, ""))), nil, closeNormal},
		{"close of one byte", clientFrame(true, opClose, "\x03"), nil, closeProtocolError},
		{"close of one byte behind others", wire(clientFrame(true, opText, strings.Repeat("x", 300)), clientFrame(true, opPing, ""), clientFrame(true, opClose, "\x03")), wire(text(strings.Repeat("x", 300)), appendFrame(nil, opPong, nil)), closeProtocolError},
		{"close of one byte within a message", wire(clientFrame(false, opText, "a"), clientFrame(true, opClose, "\x03")), nil, closeProtocolError},
		{"close of one byte after close", wire(clientFrame(true, opClose, ""), clientFrame(true, opClose, "\x03")), nil, closeNormal},
	}
	for op := range opcode(16) {
		if op >= 3 && op <= 7 || op >= 11 {
			tests = append(tests, test{"opcode " + string("0123456789abcdef"[op]), clientFrame(true, op, "x"), nil, closeProtocolError})
		}
	}
	for _, n := range []int{0, 1, 125, 126, 127, 65535, 65536} {
		data := bytes.Repeat([]byte{'x'}, n)
		for _, op := range []opcode{opText, opBinary} {
			tests = append(tests, test{"size", clientFrame(true, op, string(data)), appendFrame(nil, op, data), 0})
		}
	}
	for code, want := range map[uint16]uint16{
		1000: closeNormal, 1001: closeNormal, 1002: closeNormal, 1003: closeNormal, 1007: closeNormal, 1011: closeNormal, 3000: closeNormal, 4999: closeNormal,
		0: closeProtocolError, 999: closeProtocolError, 1004: closeProtocolError, 1005: closeProtocolError, 1006: closeProtocolError,
		1015: closeProtocolError, 1016: closeProtocolError, 2999: closeProtocolError, 5000: closeProtocolError, 65535: closeProtocolError,
	} {
		tests = append(tests, test{"close code", clientFrame(true, opClose, closing(code, "")), nil, want})
	}
	for _, tt := range tests {
		for _, chunk := range []int{1 << 20, 3} { // whole, and as a slow network brings it
			if chunk == 3 && len(tt.send) > 1000 {
				continue
			}
			t.Run(tt.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ws, _ := plainEcho(t, 2*65536)
					c := ws.NetConn()
					go func() { // ends with an error when the server stops reading
						for b := tt.send; len(b) > 0; {
							n := min(chunk, len(b))
							if _, err := c.Write(b[:n]); err != nil {
								return
							}
							b = b[n:]
						}
					}()
					got := make([]byte, len(tt.want))
					if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, tt.want) {
						t.Fatalf("answered % .40x, %v, want % .40x", got, err, tt.want)
					}
					hearEnd(t, c, tt.code, ended)
				})
			})
		}
	}
}

// hearEnd expects a close frame and the end, or with 0 that neither comes.
func hearEnd(t *testing.T, c net.Conn, code uint16, ended func(uint16) []byte) {
	t.Helper()
	if code == 0 {
		if _, err := c.Write(clientFrame(true, 9, "there?")); err != nil {
			t.Fatal(err)
		}
		want, got := appendFrame(nil, opPong, []byte("there?")), make([]byte, 8)
		if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, want) {
			t.Errorf("then % x, %v", got, err)
		}
		return
	}
	got, err := io.ReadAll(c)
	want := ended(code)
	if err != nil || len(got) < 4 || !bytes.Equal(got[2:4], want[2:4]) || got[0] != want[0] || len(got) != 2+int(got[1]) {
		t.Errorf("ended with % x, %v, want code %d and nothing else", got, err, code)
	}
}

// TestMillionFragments: a message of a million pieces is one message, or too
// large, or too late; never more memory than its bytes.
func TestMillionFragments(t *testing.T) {
	pieces := 1_000_000
	if testing.Short() {
		pieces = 50_000
	}
	synctest.Test(t, func(t *testing.T) {
		ws, h := plainEcho(t, pieces/2)
		c := ws.NetConn()
		failed := make(chan error, 1)
		go func() {
			piece := clientFrame(false, 0, "x")
			many := bytes.Repeat(piece, 1000)
			_, err := c.Write(clientFrame(false, opBinary, "x"))
			for range pieces / 1000 {
				if err == nil {
					_, err = c.Write(many)
				}
			}
			failed <- err
		}()
		b, err := io.ReadAll(c)
		if want := closeFrame(closeTooBig, ReasonTooLarge); err != nil || !bytes.Equal(b, want) {
			t.Errorf("ended with %q, %v", b, err)
		}
		if err := <-failed; err == nil {
			t.Log("all of it was taken in, and dropped")
		}
		if n := h.server.Stats().Closed[ReasonTooLarge]; n > 1 {
			t.Errorf("%d were counted", n)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ws, _ := plainEcho(t, 1000)
		c, start := ws.NetConn(), time.Now()
		go func() { // fragments of nothing never grow too large
			_, err := c.Write(clientFrame(false, opBinary, ""))
			for err == nil {
				_, err = c.Write(clientFrame(false, 0, ""))
				sleep(time.Second)
			}
		}()
		b, err := io.ReadAll(c)
		if err != nil && !errors.Is(err, io.EOF) || time.Since(start) > 32*time.Second || len(b) < 4 {
			t.Errorf("ended with %q, %v, after %v", b, err, time.Since(start))
		}
		sleep(2 * time.Second)
	})
}
