package socketio

import (
	"encoding/json"
	"strconv"
)

// Type is the type of a Socket.IO packet.
type Type byte

// The types of Socket.IO 5; on the wire they are one ASCII digit.
const (
	Connect Type = iota
	Disconnect
	Event
	Ack
	ConnectError
	BinaryEvent
	BinaryAck
)

const (
	// MaxDepth is how deep the JSON of a packet may be nested. Nobody writes
	// such a message by hand, and it is far below the depth at which the
	// decoders of other languages give up (Python's at about 1,000).
	MaxDepth = 256

	// MaxAttachments is the largest number of attachments in one packet, that
	// of the reference: its decoders refuse more.
	MaxAttachments = 10

	// MaxArguments is how many arguments one event or ack may have. A megabyte
	// of "0," would otherwise become half a million values, each a hundred
	// times as large as what was sent.
	MaxArguments = 256

	// MaxNamespace is the longest name of a namespace, in bytes. A refusal
	// repeats the name, so it must not be the sender's to choose how long.
	MaxNamespace = 255
)

// Packet is one Socket.IO packet with its attachments.
type Packet struct {
	Type        Type
	Namespace   string // "/" for the main one, and "" means the same
	ID          uint64 // ack id, when HasID: always on an ack, sometimes on an event
	HasID       bool
	Data        []byte // compact JSON: array for Event and Ack, object for Connect, object or string for ConnectError; nil when absent
	Attachments [][]byte
}

// Value is one argument of an event or an ack: JSON, and the attachments that
// the placeholders in it point to, numbered from 0. Without attachments, what
// looks like a placeholder is ordinary data.
type Value struct {
	JSON        json.RawMessage
	Attachments [][]byte
}

// binary tells whether packets of type t have attachments.
func (t Type) binary() bool { return t == BinaryEvent || t == BinaryAck }

// event tells whether packets of type t are events.
func (t Type) event() bool { return t == Event || t == BinaryEvent }

// ack tells whether packets of type t are acks.
func (t Type) ack() bool { return t == Ack || t == BinaryAck }

// AppendText appends the packet's text, without the Engine.IO type byte. The
// attachments follow it on the wire, each in its own frame, in order.
func (p *Packet) AppendText(dst []byte) []byte {
	dst = append(dst, '0'+byte(p.Type))
	if p.Type.binary() {
		dst = strconv.AppendInt(dst, int64(len(p.Attachments)), 10)
		dst = append(dst, '-')
	}
	if p.Namespace != "/" && p.Namespace != "" {
		dst = append(dst, p.Namespace...)
		dst = append(dst, ',')
	}
	if p.HasID {
		dst = strconv.AppendUint(dst, p.ID, 10)
	}
	return append(dst, p.Data...)
}

// Event returns the name and arguments of an event. A name that is a number,
// which the protocol allows, is returned as it is written. The arguments share
// the packet's bytes.
func (p *Packet) Event() (name string, args []Value, err error) {
	if !p.Type.event() {
		return "", nil, ErrType
	}
	values, err := p.values()
	if err != nil {
		return "", nil, err
	}
	if len(values) == 0 {
		return "", nil, ErrPayload
	}
	name, err = eventName(values[0].JSON)
	if err != nil {
		return "", nil, err
	}
	return name, values[1:], nil
}

// Args returns the arguments of an ack. They share the packet's bytes.
func (p *Packet) Args() (args []Value, err error) {
	if !p.Type.ack() {
		return nil, ErrType
	}
	return p.values()
}

// values splits the array that is the packet's data. It is safe on a packet of
// any origin, though it is cheap only because Data is known to be checked.
func (p *Packet) values() ([]Value, error) {
	if len(p.Data) < 2 || p.Data[0] != '[' {
		return nil, ErrPayload
	}
	values := make([]Value, 0, 4)
	err := elements(p.Data, func(element []byte) error {
		if len(values) > MaxArguments { // the event's name is one
			return ErrArguments
		}
		v := Value{JSON: element}
		if p.Type.binary() {
			var err error
			if v, err = p.own(element); err != nil {
				return err
			}
		}
		values = append(values, v)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return values, nil
}

// own makes one element of a binary packet a Value with its own attachments:
// those it mentions, in the order it first mentions them.
func (p *Packet) own(element []byte) (Value, error) {
	var v Value
	renumbered := make(map[int]int)
	r := rewriter{number: func(n int) (int, error) {
		if n >= len(p.Attachments) {
			return 0, ErrAttachments
		}
		own, ok := renumbered[n]
		if !ok {
			own = len(v.Attachments)
			renumbered[n] = own
			v.Attachments = append(v.Attachments, p.Attachments[n])
		}
		return own, nil
	}}
	if err := r.rewrite(element); err != nil {
		return Value{}, err
	}
	v.JSON = r.dst
	return v, nil
}

// eventName reads the first element of an event: a string that is not
// reserved, or a number.
func eventName(b []byte) (string, error) {
	if len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9') {
		return string(b), nil
	}
	if len(b) == 0 || b[0] != '"' {
		return "", ErrPayload
	}
	name, err := unquote(b)
	if err != nil {
		return "", err
	}
	if Reserved(name) {
		return "", ErrReserved
	}
	return name, nil
}

// Reserved tells whether an event of this name may not be sent: the libraries
// at the other end emit these themselves (socket.io-parser, RESERVED_EVENTS),
// so that a peer could feign what only they can know.
func Reserved(name string) bool {
	switch name {
	case "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener":
		return true
	}
	return false
}
