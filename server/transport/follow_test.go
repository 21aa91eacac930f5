package transport

import (
	"testing"
)

// FuzzFollower: what is found does not depend on how the bytes were cut, and a frame
// of ours that is there is found.
func FuzzFollower(f *testing.F) {
	f.Add(clientFrame(true, opClose, "\x03"), uint8(1))
	f.Add(append(clientFrame(true, opText, "a"), clientFrame(true, opClose, "")...), uint8(3))
	f.Add([]byte{0x82, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3}, uint8(7))
	f.Add([]byte{0x82, 0xFE, 0, 2, 1, 2, 3, 4, 0x88, 0x81, 0x88, 0x80, 0, 0, 0, 0, 0}, uint8(2))
	f.Fuzz(func(t *testing.T, stream []byte, cut uint8) {
		var whole, cuts follower
		whole.follow(stream)
		for rest := stream; len(rest) > 0; {
			n := min(len(rest), int(cut)%16+1)
			cuts.follow(rest[:n])
			rest = rest[n:]
		}
		if whole != cuts {
			t.Fatalf("whole %+v, cut %+v", whole, cuts)
		}
		for payload, short := range map[string]bool{"": false, "\x03": true, "\x03\xe8": false} {
			with := whole
			if with.closed || with.have > 0 || with.left > 0 {
				return // in the middle of another
			}
			with.follow(clientFrame(true, opClose, payload))
			if !with.closed || with.short != short {
				t.Fatalf("a close of %d bytes is found as %+v", len(payload), with)
			}
		}
	})
}
