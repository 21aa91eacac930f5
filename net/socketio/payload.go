package socketio

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"unicode/utf8"
)

// Revision is a revision of the Engine.IO protocol, the EIO of a request.
type Revision byte

// The revisions that are spoken: 3 by clients of Socket.IO 2, 4 by those of 3
// and 4.
const (
	Revision3 Revision = 3
	Revision4 Revision = 4
)

// EnginePacket is one Engine.IO packet of an HTTP long-polling payload. Text
// begins with its type's byte. Binary data is that of a message, and has no
// type.
type EnginePacket struct {
	Binary bool
	Data   []byte
}

const (
	separator  = 0x1E // revision 4: between two packets of a payload
	binaryMark = 'b'  // before a packet in base64
	lengthEnd  = 0xFF // revision 3: after the digits of a length in a binary payload
	maxDigits  = 9    // of a length in revision 3; no payload is longer than that says

	messageByte = byte(EngineMessage - '0') // revision 3: the type of a binary packet
)

// AppendPayload appends a payload of revision 4: packets with a separator
// between each two, binary ones in base64.
func AppendPayload(dst []byte, packets []EnginePacket) []byte {
	for i, p := range packets {
		if i > 0 {
			dst = append(dst, separator)
		}
		if p.Binary {
			dst = AppendBase64(dst, p.Data, Revision4)
			continue
		}
		dst = append(dst, p.Data...)
	}
	return dst
}

// AppendPayload3 appends a payload of revision 3 for a client that takes only
// text: each packet after its length and a colon, binary ones in base64.
// Lengths are in UTF-16 code units, as JavaScript counts.
func AppendPayload3(dst []byte, packets []EnginePacket) []byte {
	for _, p := range packets {
		if p.Binary {
			dst = strconv.AppendInt(dst, int64(2+base64.StdEncoding.EncodedLen(len(p.Data))), 10)
			dst = AppendBase64(append(dst, ':'), p.Data, Revision3)
			continue
		}
		dst = strconv.AppendInt(dst, int64(units(p.Data)), 10)
		dst = append(append(dst, ':'), p.Data...)
	}
	return dst
}

// AppendBinaryPayload3 appends a payload of revision 3 for a client that takes
// binary: each packet after a byte that is 1 for binary and 0 for text, its
// length's decimal digits a byte each, and 0xFF. Lengths are in bytes.
func AppendBinaryPayload3(dst []byte, packets []EnginePacket) []byte {
	for _, p := range packets {
		kind, n := byte(0), len(p.Data)
		if p.Binary {
			kind, n = 1, n+1
		}
		dst = append(dst, kind)
		for _, digit := range strconv.Itoa(n) {
			dst = append(dst, byte(digit-'0'))
		}
		dst = append(dst, lengthEnd)
		if p.Binary {
			dst = append(dst, messageByte)
		}
		dst = append(dst, p.Data...)
	}
	return dst
}

// units counts the UTF-16 code units of text.
func units(text []byte) int {
	n := 0
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		n++
		if r > 0xFFFF {
			n++
		}
		text = text[size:]
	}
	return n
}

// OnePacket tells whether the beginning of a payload of revision 4 is all of one packet.
func OnePacket(payload []byte) bool { return bytes.IndexByte(payload, separator) < 0 }

// Payload reads the packets of a payload one by one, so that a payload of a
// million empty packets costs no more than its bytes. It is the caller's, and
// keeps the bytes it was given.
type Payload struct {
	rest     []byte
	revision Revision
	binary   bool // revision 3: the body is application/octet-stream
	more     bool // revision 4: there is a packet, if an empty one
}

// NewPayload begins to read a payload. Binary tells, for revision 3 only, that
// it came as application/octet-stream.
func NewPayload(body []byte, revision Revision, binary bool) *Payload {
	return &Payload{rest: body, revision: revision, binary: binary, more: true}
}

// Next returns the next packet, whose data is part of the payload unless it
// came in base64; ok is false at the end.
func (p *Payload) Next() (packet EnginePacket, ok bool, err error) {
	switch {
	case p.revision == Revision4:
		return p.separated()
	case len(p.rest) == 0:
		return EnginePacket{}, false, nil
	case p.binary:
		return p.counted()
	}
	return p.measured()
}

// separated reads a packet of revision 4.
func (p *Payload) separated() (EnginePacket, bool, error) {
	if !p.more {
		return EnginePacket{}, false, nil
	}
	var b []byte
	b, p.rest, p.more = bytes.Cut(p.rest, []byte{separator})
	packet, err := TextPacket(b, Revision4)
	return packet, err == nil, err
}

// measured reads a packet of a text payload of revision 3.
func (p *Payload) measured() (EnginePacket, bool, error) {
	colon := bytes.IndexByte(p.rest[:min(len(p.rest), maxDigits+1)], ':')
	if colon < 0 {
		return EnginePacket{}, false, ErrFrame
	}
	n, err := strconv.ParseUint(string(p.rest[:colon]), 10, 32)
	if err != nil || n == 0 {
		return EnginePacket{}, false, ErrFrame
	}
	rest, end := p.rest[colon+1:], 0
	for left := int(n); left > 0; {
		r, size := utf8.DecodeRune(rest[end:])
		left--
		if r > 0xFFFF {
			left--
		}
		if end += size; size == 0 || left < 0 {
			return EnginePacket{}, false, ErrFrame
		}
	}
	b := rest[:end]
	p.rest = rest[end:]
	packet, err := TextPacket(b, Revision3)
	return packet, err == nil, err
}

// counted reads a packet of a binary payload of revision 3.
func (p *Payload) counted() (EnginePacket, bool, error) {
	kind, rest := p.rest[0], p.rest[1:]
	end := bytes.IndexByte(rest[:min(len(rest), maxDigits+1)], lengthEnd)
	if kind > 1 || end <= 0 {
		return EnginePacket{}, false, ErrFrame
	}
	n := 0
	for _, digit := range rest[:end] {
		if digit > 9 {
			return EnginePacket{}, false, ErrFrame
		}
		n = n*10 + int(digit)
	}
	rest = rest[end+1:]
	if n == 0 || n > len(rest) {
		return EnginePacket{}, false, ErrFrame
	}
	b := rest[:n]
	p.rest = rest[n:]
	if kind == 0 {
		return EnginePacket{Data: b}, true, nil
	}
	b, ok := CutMessageByte(b)
	if !ok {
		return EnginePacket{}, false, ErrFrame
	}
	return EnginePacket{Binary: true, Data: b}, true, nil
}

// CutMessageByte takes the type off a binary packet of revision 3, where every
// one begins with it; ok is false when it is not that of a message.
func CutMessageByte(b []byte) (data []byte, ok bool) {
	if len(b) == 0 || b[0] != messageByte {
		return nil, false
	}
	return b[1:], true
}

// AppendMessageByte appends the type that a binary packet of revision 3 begins
// with.
func AppendMessageByte(dst []byte) []byte { return append(dst, messageByte) }

// TextPacket returns the packet that a text is, over whichever transport it
// came: a binary one where it is in base64. Its data is else part of text.
func TextPacket(text []byte, r Revision) (EnginePacket, error) {
	if len(text) == 0 || text[0] != binaryMark {
		return EnginePacket{Data: text}, nil
	}
	text = text[1:]
	if r == Revision3 {
		if len(text) == 0 || text[0] != byte(EngineMessage) {
			return EnginePacket{}, ErrFrame
		}
		text = text[1:]
	}
	data, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		return EnginePacket{}, ErrFrame
	}
	return EnginePacket{Binary: true, Data: data}, nil
}

// AppendBase64 appends binary data as the text of a packet, for clients that
// take only text.
func AppendBase64(dst, data []byte, r Revision) []byte {
	dst = append(dst, binaryMark)
	if r == Revision3 {
		dst = append(dst, byte(EngineMessage))
	}
	return base64.StdEncoding.AppendEncode(dst, data)
}
