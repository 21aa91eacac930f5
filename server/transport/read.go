package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// maxKept is the largest buffer that is kept for the next message, in bytes.
const maxKept = 64 << 10

// textBuffers are for text messages, which the decoder keeps nothing of.
var textBuffers sync.Pool

// read reads the session until it ends, and returns why.
func (s *session) read() ending {
	if s.revision == socketio.Revision3 && s.server.receive == nil {
		// Its clients do not ask to be connected to the main namespace.
		if end := s.connect(&socketio.Packet{Type: socketio.Connect, Namespace: "/"}, false); end.reason != "" {
			return end
		}
	}
	s.limit()
	for {
		binary, r, err := s.reading.next()
		if errors.Is(err, errUpgraded) {
			s.reading = s.current()
			s.limit()
			continue
		}
		if err != nil {
			return classify(err)
		}
		var end ending
		if binary {
			end = s.binary(r)
		} else {
			end = s.text(r)
		}
		if end.reason != "" {
			return end
		}
		s.await()
		if over := s.ended(); over.reason != "" {
			return over // what gorilla has in its buffer is read no more
		}
	}
}

// limit has the WebSocket that is read take no larger messages than it may have; a
// POST sees to it itself.
func (s *session) limit() {
	if ws, ok := s.reading.(*wsConn); ok {
		ws.ws.SetReadLimit(int64(s.server.cfg.MaxPayload))
	}
}

// admit notes that a socket is no stranger's, and whose it is. Read goroutine only, or
// one that it waits for.
func (s *session) admit(person string) {
	if !s.admitted.Swap(true) {
		s.decoder.MaxBytes = s.maxPacket()
		s.server.settled(s, person)
	}
}

// broken is the end of a session whose peer broke the protocol.
func broken(format string, args ...any) ending {
	err := fmt.Errorf(format, args...)
	e := ending{reason: ReasonParseError, code: closeProtocolError, err: err}
	switch {
	case errors.Is(err, socketio.ErrUTF8):
		e.code = closeInvalidData // RFC 6455 section 8.1
	case errors.Is(err, socketio.ErrTooLarge):
		e.reason, e.code = ReasonTooLarge, closeTooBig
	}
	return e
}

// binary takes a binary message, which in Socket.IO is an attachment.
func (s *session) binary(r io.Reader) ending {
	limit := s.maxPayload()
	b, err := s.take(nil, r, limit, false)
	if err != nil {
		return classify(err)
	}
	if len(b) > limit {
		return broken("%w", socketio.ErrTooLarge)
	}
	if s.typed() {
		var ok bool
		if b, ok = socketio.CutMessageByte(b); !ok {
			return broken("binary packet that is no message")
		}
	}
	p, end := s.bytes(b)
	if end.reason != "" {
		return end
	}
	return s.packet(p)
}

// bytes takes the data of a binary message and returns the Socket.IO packet that
// it completes, or nil.
func (s *session) bytes(b []byte) (*socketio.Packet, ending) {
	if s.server.receive != nil {
		s.handle(func() { s.server.receive(&Engine{s}, true, b) })
		return nil, ending{}
	}
	if s.pace() != nil {
		return nil, s.ended()
	}
	p, err := s.decoder.Binary(b)
	if err != nil {
		return nil, broken("%w", err)
	}
	return p, ending{}
}

// text takes a text message: one Engine.IO packet.
func (s *session) text(r io.Reader) ending {
	buf, ok := textBuffers.Get().(*[]byte)
	if !ok {
		buf = new([]byte)
	}
	limit := s.maxPayload()
	b, err := s.take((*buf)[:0], r, limit, true)
	if err != nil {
		return classify(err)
	}
	if len(b) > limit {
		return s.oversized(b, r)
	}
	var p *socketio.Packet
	var end ending
	if s.server.plain {
		end = s.plain(b)
	} else {
		p, end = s.engine(b)
	}
	if cap(b) <= maxKept {
		*buf = b
		textBuffers.Put(buf)
	}
	if end.reason != "" {
		return end
	}
	return s.packet(p)
}

// engine takes one Engine.IO packet and returns the Socket.IO packet that it
// completes, or nil.
func (s *session) engine(text []byte) (*socketio.Packet, ending) {
	// A client may send bytes in base64 over any transport.
	packet, err := socketio.TextPacket(text, s.revision)
	if err != nil {
		return nil, broken("%w", err)
	}
	if packet.Binary {
		return s.bytes(packet.Data)
	}
	b := packet.Data
	if !utf8.Valid(b) {
		return nil, broken("%w", socketio.ErrUTF8)
	}
	if len(b) == 0 {
		return nil, broken("empty Engine.IO packet")
	}
	switch t := socketio.EngineType(b[0]); t {
	case socketio.EngineMessage:
		if s.server.receive != nil {
			s.handle(func() { s.server.receive(&Engine{s}, false, b[1:]) })
			return nil, ending{}
		}
		if err := s.untimely(b[1:]); err != nil {
			return nil, broken("%w", err)
		}
		if s.pace() != nil {
			return nil, s.ended()
		}
		p, err := s.decoder.Text(b[1:])
		if err != nil {
			return nil, broken("%w", err)
		}
		if p == nil && s.stranger() {
			return nil, s.idle() // an answer to nothing
		}
		return p, ending{}
	case socketio.EnginePong, socketio.EngineUpgrade, socketio.EngineNoop:
		// A pong has done its work by coming. The others belong to an upgrade;
		// the reference ignores them, too, when there is none.
		return nil, s.idle()
	case socketio.EngineClose:
		return nil, ending{reason: ReasonTransportClose, code: closeNormal, told: true}
	case socketio.EnginePing:
		if s.revision == socketio.Revision3 {
			s.ponged(b[1:])
			return nil, s.idle()
		}
		return nil, broken("ping from a client") // in Engine.IO 4 only the server pings
	default:
		return nil, broken("unexpected Engine.IO packet type %q", b[0])
	}
}

// packet takes one Socket.IO packet; nil is none. It ends the session where
// the reference does (socket.io, lib/client.ts, ondecoded).
func (s *session) packet(p *socketio.Packet) ending {
	if p == nil {
		return ending{}
	}
	if s.revision == socketio.Revision3 {
		p.Namespace, _, _ = strings.Cut(p.Namespace, "?") // a query, where later clients have auth
	}
	socket := s.socket(p.Namespace)
	switch {
	case p.Type == socketio.ConnectError:
		return broken("CONNECT_ERROR from a client")
	case p.Type == socketio.Connect && socket != nil && s.revision == socketio.Revision3:
		return ending{} // it was connected unasked
	case p.Type == socketio.Connect && socket != nil:
		return broken("CONNECT to a namespace twice")
	case p.Type == socketio.Connect:
		return s.connect(p, false)
	case socket == nil:
		return broken("packet before CONNECT")
	}
	switch p.Type {
	case socketio.Disconnect:
		s.leave(socket)
	case socketio.Event, socketio.BinaryEvent:
		name, args, err := p.Event()
		if err != nil {
			return broken("%w", err)
		}
		s.handle(func() {
			socket.receiver.Receive(&Event{Name: name, Args: args, socket: socket, id: p.ID, hasID: p.HasID})
		})
	default: // an ack: the decoder knows no further types
		ack := socket.takeAck(p.ID)
		if ack == nil {
			return ending{} // an answer to nothing is ignored: it may be late
		}
		args, err := p.Args()
		if err != nil {
			return broken("%w", err)
		}
		s.handle(func() { ack(args) })
	}
	return ending{}
}

// socket returns the socket of a namespace, or nil. Read goroutine only.
func (s *session) socket(namespace string) *Socket {
	for _, socket := range s.sockets {
		if socket.namespace == namespace {
			return socket
		}
	}
	return nil
}

// connect takes a CONNECT packet; cut tells that its payload was too large to be kept.
func (s *session) connect(p *socketio.Packet, cut bool) ending {
	if !s.server.namespaces[p.Namespace] {
		return s.refuse(nil, p.Namespace, &ConnectError{Message: "Invalid namespace"})
	}
	socket := &Socket{
		session: s, id: newID(), namespace: p.Namespace,
		done: make(chan struct{}), acks: make(map[uint64]func([]socketio.Value)),
	}
	s.mu.Lock()
	if over := s.over; over.reason != "" {
		s.mu.Unlock()
		return over
	}
	s.sockets = append(s.sockets, socket)
	s.mu.Unlock()

	h := s.handshake
	h.Auth, h.Cut = json.RawMessage(p.Data), h.Cut || cut
	var over ending
	// The answer belongs to the handling: were the time for CONNECT to end between
	// the two, who was let in would be cut off.
	s.handle(func() { over = s.ask(socket, &h) })
	return over
}

// ask has the handler decide on a socket, and answers its CONNECT.
func (s *session) ask(socket *Socket, h *Handshake) ending {
	var err error
	// On a goroutine of its own: checking a token needs more stack than all that
	// follows, and this one would keep it for as long as the session lives.
	done := make(chan struct{})
	go func() {
		defer close(done)
		socket.receiver, err = s.server.handler.Connect(socket, h)
	}()
	<-done
	if err == nil && socket.receiver == nil {
		err = errors.New("handler returned no receiver")
	}
	if err != nil {
		return s.refuse(socket, socket.namespace, err)
	}
	s.server.countSockets(1)
	if !socket.stranger {
		s.admit("")
	}
	return socket.accept()
}

// refuse answers a CONNECT with CONNECT_ERROR. socket is nil when the namespace
// does not exist.
func (s *session) refuse(socket *Socket, namespace string, err error) ending {
	var refused *ConnectError
	if !errors.As(err, &refused) {
		s.server.cfg.Logger.Error("connect failed", "remote", s.handshake.RemoteAddr, "error", err)
		refused = &ConnectError{Message: "Internal error"}
	}
	answer, err := refused.packet(namespace, s.revision)
	if err != nil {
		s.server.cfg.Logger.Error("connect error cannot be told", "error", err)
		answer, _ = (&ConnectError{Message: "Internal error"}).packet(namespace, s.revision)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	leaving := false
	if socket != nil {
		leaving = socket.leaving
		socket.endLocked()
		s.forget(socket)
	}
	if s.push(Prepare(answer)) != nil {
		return s.over
	}
	s.refusals++
	if s.refusals >= maxRefusals || leaving {
		return ending{reason: ReasonServerDisconnect, code: closePolicy, flush: s.server.cfg.WriteTimeout}
	}
	return ending{}
}

// leave takes a DISCONNECT packet. The session stays: there may be another
// CONNECT, for which it has as long as for its first.
func (s *session) leave(socket *Socket) {
	s.mu.Lock()
	socket.endLocked()
	s.forget(socket)
	if len(s.sockets) == 0 {
		s.setConnectBy(time.Now().Add(s.server.cfg.ConnectTimeout))
	}
	s.mu.Unlock()
	s.server.countSockets(-1)
	s.handle(func() { socket.receiver.Closed(ReasonClientDisconnect) })
}

// forget takes a socket off the list. s.mu is held.
func (s *session) forget(socket *Socket) {
	s.sockets = slices.DeleteFunc(s.sockets, func(other *Socket) bool { return other == socket })
	s.choosePacer()
}

// packet is the refusal as it goes on the wire. Clients of Socket.IO 2 take the
// message alone.
func (e *ConnectError) packet(namespace string, revision socketio.Revision) (socketio.Packet, error) {
	var payload any = e.Message
	if revision != socketio.Revision3 {
		payload = struct {
			Message string `json:"message"`
			Data    any    `json:"data,omitempty"`
		}{e.Message, e.Data}
	}
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(payload)
	return socketio.Packet{
		Type: socketio.ConnectError, Namespace: namespace,
		Data: bytes.TrimSuffix(buf.Bytes(), []byte{'\n'}),
	}, err
}
