package socketio

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// EncodeEvent makes the packet of an event; with id, one that asks for an ack.
// An argument is a Value, a json.RawMessage, or anything json.Marshal takes (a
// []byte among the latter becomes base64: binary goes into a Value). The packet
// is a BinaryEvent when a Value has attachments.
//
// It fails on reserved names, on JSON that is none, on attachments that no
// client would accept, and when an argument without attachments holds what
// would be taken for a placeholder in a binary packet.
func EncodeEvent(namespace, name string, id *uint64, args ...any) (Packet, error) {
	if Reserved(name) {
		return Packet{}, ErrReserved
	}
	if !utf8.ValidString(name) {
		return Packet{}, ErrUTF8
	}
	p := Packet{Type: Event, Namespace: namespace}
	if id != nil {
		p.ID, p.HasID = *id, true
	}
	return encode(p, BinaryEvent, appendString([]byte{'['}, name), args)
}

// EncodeAck makes the packet that answers an event. Arguments are those of
// EncodeEvent.
func EncodeAck(namespace string, id uint64, args ...any) (Packet, error) {
	p := Packet{Type: Ack, Namespace: namespace, ID: id, HasID: true}
	return encode(p, BinaryAck, []byte{'['}, args)
}

// encode completes p with its arguments; dst is the data's beginning. binary is
// the type p gets when there are attachments.
func encode(p Packet, binary Type, dst []byte, args []any) (Packet, error) {
	if p.Namespace == "" {
		p.Namespace = "/"
	}
	if !validNamespace(p.Namespace) {
		return Packet{}, ErrNamespace
	}
	values := make([]Value, len(args))
	for i, arg := range args {
		v, err := value(arg)
		if err != nil {
			return Packet{}, fmt.Errorf("argument %d: %w", i, err)
		}
		values[i] = v
		p.Attachments = append(p.Attachments, v.Attachments...)
	}
	if len(p.Attachments) > MaxAttachments {
		return Packet{}, ErrTooMany
	}
	if len(p.Attachments) > 0 {
		p.Type = binary
	}
	before := 0
	for _, v := range values {
		if dst[len(dst)-1] != '[' {
			dst = append(dst, ',')
		}
		if p.Type != binary {
			dst = append(dst, v.JSON...)
			continue
		}
		r := rewriter{dst: dst, number: func(n int) (int, error) {
			if n >= len(v.Attachments) {
				return 0, ErrAttachments
			}
			return before + n, nil
		}}
		if err := r.rewrite(v.JSON); err != nil {
			return Packet{}, err
		}
		dst = r.dst
		before += len(v.Attachments)
	}
	dst = append(dst, ']')
	p.Data = dst
	if !shallow(p.Data) {
		return Packet{}, ErrDepth
	}
	return p, nil
}

// value makes an argument a Value of checked, compact JSON.
func value(arg any) (Value, error) {
	var v Value
	switch a := arg.(type) {
	case Value:
		v = a
	case *Value:
		if a == nil {
			return Value{JSON: json.RawMessage("null")}, nil
		}
		v = *a
	case json.RawMessage:
		v.JSON = a
	default:
		b, err := marshal(arg)
		if err != nil {
			return Value{}, err
		}
		if !utf8.Valid(b) { // of a json.RawMessage in it
			return Value{}, ErrUTF8
		}
		return Value{JSON: b}, nil // compact already
	}
	if v.JSON == nil {
		v.JSON = json.RawMessage("null") // as json.Marshal writes it
	}
	if plain(v.JSON) {
		return v, nil
	}
	b, err := compact(v.JSON)
	if err != nil {
		return Value{}, err
	}
	v.JSON = b
	return v, nil
}

// validNamespace tells whether s can stand in a packet as its namespace.
func validNamespace(s string) bool {
	return strings.HasPrefix(s, "/") && len(s) <= MaxNamespace &&
		strings.IndexByte(s, ',') < 0 && utf8.ValidString(s)
}
