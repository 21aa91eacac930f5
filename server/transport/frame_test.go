package transport

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// TestFrameHeader has the borders of RFC 6455 section 5.2.
func TestFrameHeader(t *testing.T) {
	tests := []struct {
		size int
		want []byte
	}{
		{0, []byte{0x82, 0}},
		{125, []byte{0x82, 125}},
		{126, []byte{0x82, 126, 0, 126}},
		{0xFFFF, []byte{0x82, 126, 0xFF, 0xFF}},
		{0x10000, []byte{0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}},
	}
	for _, tt := range tests {
		payload := bytes.Repeat([]byte{'x'}, tt.size)
		got := appendFrame([]byte("before"), opBinary, payload)
		if want := append(append([]byte("before"), tt.want...), payload...); !bytes.Equal(got, want) {
			t.Errorf("%d bytes: % x…", tt.size, got[:min(len(got), 16)])
		}
	}
}

func TestCloseFrame(t *testing.T) {
	if got := string(closeFrame(closeTooBig, "é")); got != "\x88\x04\x03\xf1é" {
		t.Errorf("got %q", got)
	}
	long := closeFrame(closeNormal, Reason(strings.Repeat("é", 70)))
	if string(long) != "\x88\x02\x03\xe8" {
		t.Errorf("long reason: %q", long)
	}
}

// TestPushWithoutWriter has a network that takes a part at once.
func TestPushWithoutWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &scriptConn{room: 10, block: make(chan struct{})}
		s := newSession(New(Config{}, nil), c, socketio.Revision4, Handshake{})
		push := func(text string) {
			t.Helper()
			s.mu.Lock()
			defer s.mu.Unlock()
			if err := s.push(&Prepared{frames: []byte(text)}); err != nil {
				t.Fatal(err)
			}
		}
		expect := func(want string, tries int) {
			t.Helper()
			synctest.Wait()
			c.mu.Lock()
			defer c.mu.Unlock()
			if string(c.written) != want || c.tries != tries {
				t.Errorf("%q was written, %d tries, want %q, %d", c.written, c.tries, want, tries)
			}
		}
		push("calm")
		expect("calm", 1)
		push("calmly cut")
		expect("calmcalmly", 2)
		push("1") // a writer is at it, so the network is not tried
		c.mu.Lock()
		c.room = 100
		c.mu.Unlock()
		push("2")
		expect("calmcalmly", 2)
		close(c.block)
		expect("calmcalmly cut12", 2)
		push("3")
		expect("calmcalmly cut123", 3)
		s.run()
		if c.finished != 1 {
			t.Errorf("%d goodbyes", c.finished)
		}
	})
}
