package transport

import (
	"encoding/binary"
	"errors"
)

// errShortClose is worded as what gorilla says of a peer that breaks RFC 6455.
var errShortClose = errors.New("websocket: close frame of one byte")

// follower follows the frames of a peer as far as its first close frame, and tells what
// gorilla does not: whether that has a payload of one byte, less than a code and more
// than none (RFC 6455 section 5.5.1); and how many fragments with nothing in them came,
// which gorilla reads over, however many. All else it leaves to gorilla, which does not
// read on after a frame that is wrong.
type follower struct {
	head   [14]byte // of the frame that comes: two, eight of extended length, and the mask
	have   byte     // bytes of head
	closed bool     // the close frame was there
	short  bool     // and had one byte
	empty  int      // fragments that bring nothing, and are not a message's last
	left   uint64   // bytes of the payload that are still to come
}

// follow takes the next bytes, however they were cut.
func (f *follower) follow(b []byte) {
	for len(b) > 0 && !f.closed {
		if f.left > 0 {
			n := min(f.left, uint64(len(b)))
			f.left -= n
			b = b[n:]
			continue
		}
		f.head[f.have] = b[0]
		f.have++
		b = b[1:]
		if f.have < 2 {
			continue
		}
		size, length := byte(2), uint64(f.head[1]&^maskBit)
		switch length {
		case 126:
			size = 4
			length = uint64(binary.BigEndian.Uint16(f.head[2:]))
		case 127:
			size = maxHeader
			length = binary.BigEndian.Uint64(f.head[2:])
		}
		if f.head[1]&maskBit != 0 {
			size += 4
		}
		if f.have < size {
			continue
		}
		switch op := opcode(f.head[0] & 0xF); {
		case op == opClose:
			f.closed, f.short = true, length == 1
		case length == 0 && f.head[0]&finBit == 0:
			f.empty++
		}
		f.have, f.left = 0, length
	}
}
