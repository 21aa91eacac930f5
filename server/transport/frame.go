package transport

import (
	"encoding/binary"
	"iter"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// opcode is the kind of a WebSocket frame (RFC 6455 section 5.2).
type opcode byte

const (
	opText   opcode = 0x1
	opBinary opcode = 0x2
	opClose  opcode = 0x8
	opPong   opcode = 0xA
)

const (
	maskBit = 0x80 // section 5.2: a peer masks its frames
	finBit  = 0x80 // RFC 6455 section 5.2: the final fragment; ours are never fragmented

	maxHeader  = 10  // bytes: two, and eight of extended length; a server does not mask (section 5.1)
	maxControl = 125 // bytes of a control frame's payload (section 5.5)
)

// Close codes of RFC 6455 section 7.4.1 and its registry.
const (
	closeNormal        = 1000
	closeGoingAway     = 1001
	closeProtocolError = 1002
	closeInvalidData   = 1007 // text that is not UTF-8
	closePolicy        = 1008
	closeTooBig        = 1009
	closeTryLater      = 1013
)

// Prepared is packets encoded once, for any number of sockets: the bytes are
// the same for all, since a server does not mask its frames and we do not
// compress them. It is immutable.
type Prepared struct {
	frames []byte // whole WebSocket frames, joined
	binary bool   // there are binary ones among them
}

// Size is how many bytes it is on the wire, and in a queue.
func (p *Prepared) Size() int { return len(p.frames) }

// minWeight is what a packet weighs at least in a queue: about what keeping one
// costs. A peer that asks for a million answers of two bytes, and reads none,
// must not make us keep forty times as many.
const minWeight = 64

// weight is how much of a queue's bound it takes.
func (p *Prepared) weight() int { return max(len(p.frames), minWeight) }

// Prepare encodes packets, in order. Each names its own namespace; a socket to
// which the result is sent must be of that namespace.
func Prepare(packets ...socketio.Packet) *Prepared {
	size := 0
	for i := range packets {
		size += maxHeader + len(packets[i].Namespace) + len(packets[i].Data) + 32
		for _, a := range packets[i].Attachments {
			size += maxHeader + len(a)
		}
	}
	frames, attached := make([]byte, 0, size), false
	var text []byte
	for i := range packets {
		text = append(text[:0], byte(socketio.EngineMessage))
		text = packets[i].AppendText(text)
		frames = appendFrame(frames, opText, text)
		for _, a := range packets[i].Attachments {
			frames, attached = appendFrame(frames, opBinary, a), true
		}
	}
	return &Prepared{frames: frames, binary: attached}
}

// all returns the frames one by one.
func (p *Prepared) all() iter.Seq2[opcode, []byte] {
	return func(yield func(opcode, []byte) bool) {
		for b := p.frames; len(b) > 0; {
			op, n, start := opcode(b[0]&^finBit), int(b[1]), 2
			switch n {
			case 126:
				n, start = int(binary.BigEndian.Uint16(b[2:])), 4
			case 127:
				n, start = int(binary.BigEndian.Uint64(b[2:])), maxHeader
			}
			if !yield(op, b[start:start+n]) {
				return
			}
			b = b[start+n:]
		}
	}
}

// reframed returns the packets for a WebSocket of a peer that wants binary data
// otherwise: in base64, or in Engine.IO 3 after its type.
func (p *Prepared) reframed(r socketio.Revision, base64 bool) *Prepared {
	if !p.binary {
		return p
	}
	var frames, payload []byte
	for op, data := range p.all() {
		switch {
		case op != opBinary:
			payload = append(payload[:0], data...)
		case base64:
			op, payload = opText, socketio.AppendBase64(payload[:0], data, r)
		default:
			payload = append(socketio.AppendMessageByte(payload[:0]), data...)
		}
		frames = appendFrame(frames, op, payload)
	}
	return &Prepared{frames: frames, binary: !base64}
}

// control makes an Engine.IO packet that is not a message.
func control(t socketio.EngineType, payload []byte) *Prepared {
	return &Prepared{frames: appendFrame(nil, opText, append([]byte{byte(t)}, payload...))}
}

// ping is the same for all.
var ping = control(socketio.EnginePing, nil)

// appendFrame appends one unmasked, unfragmented frame (RFC 6455 section 5.2).
func appendFrame(dst []byte, op opcode, payload []byte) []byte {
	dst = append(dst, finBit|byte(op))
	switch n := len(payload); {
	case n <= 125:
		dst = append(dst, byte(n))
	case n <= 0xFFFF:
		dst = append(dst, 126)
		dst = binary.BigEndian.AppendUint16(dst, uint16(n))
	default:
		dst = append(dst, 127)
		dst = binary.BigEndian.AppendUint64(dst, uint64(n))
	}
	return append(dst, payload...)
}

// closeFrame is a close frame with a code and a reason (RFC 6455 section
// 5.5.1), which is cut to what a control frame may carry.
func closeFrame(code uint16, reason Reason) []byte {
	payload := binary.BigEndian.AppendUint16(nil, code)
	payload = append(payload, reason...)
	if len(payload) > maxControl {
		payload = payload[:2] // a cut in the middle of a character would not be UTF-8
	}
	return appendFrame(nil, opClose, payload)
}
