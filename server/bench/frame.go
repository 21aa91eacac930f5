package bench

import (
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
)

// The opcodes of RFC 6455, section 5.2, that a server sends.
const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10
)

// maxFrame bounds what one frame may make us keep, in bytes: no message that was
// sent to be measured is near it.
const maxFrame = 16 << 20

var (
	errFragment = errors.New("the server sent a WebSocket message in fragments, which this generator does not read")
	errMasked   = errors.New("the server sent a masked WebSocket frame")
	errFrame    = errors.New("the server sent a WebSocket frame of more than 16 MiB")
)

// frames cuts what a server writes into frames. One goroutine at a time.
type frames struct {
	r          io.Reader
	buf        []byte
	start, end int // what of buf was read from r and not yet returned
}

// fill blocks for bytes to come. What next returned is no longer valid.
func (f *frames) fill() error {
	if f.start == f.end {
		f.start, f.end = 0, 0
	}
	if f.end == len(f.buf) {
		if f.start == 0 {
			f.buf = append(f.buf, make([]byte, len(f.buf))...) // next bounds what is asked for
		}
		f.end = copy(f.buf, f.buf[f.start:f.end])
		f.start = 0
	}
	n, err := f.r.Read(f.buf[f.end:])
	f.end += n
	if n > 0 {
		return nil // an error comes again with the next read
	}
	return err
}

// next returns the next whole frame, or ok false where more bytes are needed.
func (f *frames) next() (op byte, payload []byte, ok bool, err error) {
	b := f.buf[f.start:f.end]
	if len(b) < 2 {
		return 0, nil, false, nil
	}
	head, size := 2, uint64(b[1]&0x7f)
	switch {
	case b[1]&0x80 != 0:
		return 0, nil, false, errMasked
	case b[0]&0x80 == 0 || b[0]&0x0f == 0:
		return 0, nil, false, errFragment
	case size == 126:
		if len(b) < 4 {
			return 0, nil, false, nil
		}
		head, size = 4, uint64(binary.BigEndian.Uint16(b[2:]))
	case size == 127:
		if len(b) < 10 {
			return 0, nil, false, nil
		}
		head, size = 10, binary.BigEndian.Uint64(b[2:])
	}
	if size > maxFrame {
		return 0, nil, false, errFrame
	}
	whole := head + int(size)
	if len(b) < whole {
		return 0, nil, false, nil
	}
	f.start += whole
	return b[0] & 0x0f, b[head:whole:whole], true, nil
}

// appendFrame appends a client's frame: whole, and masked as section 5.3 wants.
func appendFrame(dst []byte, op byte, payload []byte) []byte {
	dst = append(dst, 0x80|op)
	switch n := len(payload); {
	case n < 126:
		dst = append(dst, 0x80|byte(n))
	case n < 1<<16:
		dst = append(dst, 0x80|126)
		dst = binary.BigEndian.AppendUint16(dst, uint16(n))
	default:
		dst = append(dst, 0x80|127)
		dst = binary.BigEndian.AppendUint64(dst, uint64(n))
	}
	var key [4]byte
	binary.LittleEndian.PutUint32(key[:], rand.Uint32()) //nolint:gosec // nobody is between this generator and the server it measures
	dst = append(dst, key[:]...)
	for i, c := range payload {
		dst = append(dst, c^key[i&3])
	}
	return dst
}
