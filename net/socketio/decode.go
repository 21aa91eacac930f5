package socketio

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// defaultMaxBytes is Decoder.MaxBytes when it is not set: the reference's
// maxHttpBufferSize.
const defaultMaxBytes = 1_000_000

// Decoder makes packets of the messages of one connection, in their order. Its
// zero value is ready. After an error the connection is of no use: the peer
// and the decoder no longer agree on what comes next. One goroutine at a time.
type Decoder struct {
	MaxAttachments int // in one packet; 0 means MaxAttachments
	MaxBytes       int // of a packet's text and attachments together; 0 means 1,000,000

	// Awaited tells of an ack, of which only namespace and ID are set, whether anybody
	// waits for it. Others are let by as they are, their attachments too: what they
	// say is neither read nor kept. nil is all.
	Awaited func(ack *Packet) bool

	pending *Packet // has its text and awaits attachments
	unread  bool    // nobody waits for pending
	missing int     // how many
	size    int     // bytes of pending so far
}

// Text takes the text of a packet, without the Engine.IO type byte, and keeps
// no reference to it. It returns nil, nil for a packet whose attachments follow, and
// for an ack that nobody awaits.
func (d *Decoder) Text(b []byte) (p *Packet, err error) {
	if d.pending != nil {
		d.pending = nil
		return nil, ErrAwaited
	}
	if len(b) > d.maxBytes() {
		return nil, ErrTooLarge
	}
	p, count, err := d.parse(b)
	if err != nil {
		return nil, err
	}
	if count == 0 && !d.unread {
		return p, nil
	}
	if count > 0 {
		d.pending, d.missing, d.size = p, count, len(b)
	}
	return nil, nil
}

// Binary takes one attachment, whose bytes then belong to the packet. It
// returns nil, nil until the packet is complete, and for one that nobody awaits.
func (d *Decoder) Binary(b []byte) (p *Packet, err error) {
	p = d.pending
	if p == nil {
		return nil, ErrUnexpected
	}
	d.size += len(b)
	if d.size > d.maxBytes() {
		d.pending = nil
		return nil, ErrTooLarge
	}
	if !d.unread {
		p.Attachments = append(p.Attachments, b)
	}
	d.missing--
	if d.missing > 0 {
		return nil, nil
	}
	d.pending = nil
	if d.unread {
		return nil, nil
	}
	return p, nil
}

// Pending tells whether a packet awaits attachments.
func (d *Decoder) Pending() bool { return d.pending != nil }

func (d *Decoder) maxBytes() int {
	if d.MaxBytes > 0 {
		return d.MaxBytes
	}
	return defaultMaxBytes
}

// parse reads a packet's text; count is the number of attachments that follow.
func (d *Decoder) parse(b []byte) (p *Packet, count int, err error) {
	if !utf8.Valid(b) {
		return nil, 0, ErrUTF8
	}
	if len(b) == 0 || b[0] < '0' || b[0] > '0'+byte(BinaryAck) {
		return nil, 0, ErrType
	}
	p = &Packet{Type: Type(b[0] - '0'), Namespace: "/"}
	b = b[1:]
	if p.Type.binary() {
		if count, b, err = d.count(b); err != nil {
			return nil, 0, err
		}
	}
	if len(b) > 0 && b[0] == '/' {
		// Without a comma the namespace is all there is, as the clients'
		// "40/admin" says.
		name, rest, _ := bytes.Cut(b, []byte{','})
		if len(name) > MaxNamespace {
			return nil, 0, ErrNamespace
		}
		p.Namespace, b = string(name), rest
	}
	digits := 0
	for digits < len(b) && b[digits] >= '0' && b[digits] <= '9' {
		digits++
	}
	if digits > 0 {
		// Leading zeros are JavaScript's Number() to ignore, and so ours.
		if p.ID, err = strconv.ParseUint(string(b[:digits]), 10, 64); err != nil {
			return nil, 0, ErrID
		}
		p.HasID, b = true, b[digits:]
	}
	if p.Type.ack() != p.HasID && !p.Type.event() {
		return nil, 0, ErrID
	}
	if d.unread = p.Type.ack() && d.Awaited != nil && !d.Awaited(p); d.unread {
		return p, count, nil
	}
	if err := p.payload(b, count); err != nil {
		return nil, 0, err
	}
	return p, count, nil
}

// count reads the number of attachments and the dash behind it.
func (d *Decoder) count(b []byte) (n int, rest []byte, err error) {
	digits, rest, ok := bytes.Cut(b, []byte{'-'})
	if !ok || len(digits) == 0 {
		return 0, nil, ErrAttachments
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, nil, ErrAttachments
		}
	}
	limit := d.MaxAttachments
	if limit <= 0 {
		limit = MaxAttachments
	}
	n, err = strconv.Atoi(string(digits))
	if err != nil || n > limit {
		return 0, nil, ErrTooMany
	}
	return n, rest, nil
}

// payload checks the JSON of a packet as the reference does
// (socket.io-parser, Decoder.isPayloadValid) and sets Data. It is stricter in
// one point: an event or an ack without any JSON is malformed.
func (p *Packet) payload(b []byte, count int) error {
	if len(b) == 0 {
		if p.Type.event() || p.Type.ack() {
			return ErrPayload
		}
		return nil
	}
	ok := false
	switch p.Type {
	case Connect:
		ok = b[0] == '{'
	case ConnectError:
		ok = b[0] == '{' || b[0] == '"'
	case Event, BinaryEvent, Ack, BinaryAck:
		ok = b[0] == '['
	default: // DISCONNECT says nothing
	}
	if !ok {
		return ErrPayload
	}
	data, err := compact(b)
	if err != nil {
		return err
	}
	if p.Type.event() {
		if _, err := eventName(first(data)); err != nil {
			return err
		}
	}
	if p.Type.binary() {
		// Official clients throw on a placeholder without its attachment, so
		// such a packet must never get as far as being relayed.
		r := rewriter{dst: make([]byte, 0, len(data)), number: func(n int) (int, error) {
			if n >= count {
				return 0, ErrAttachments
			}
			return n, nil
		}}
		if err := r.rewrite(data); err != nil {
			return err
		}
		data = r.dst
	}
	p.Data = data
	return nil
}
