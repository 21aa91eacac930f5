package transport

import (
	"bytes"
	"errors"
	"io"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// stranger tells whether the peer has yet to say who they are.
func (s *session) stranger() bool { return s.server.receive == nil && !s.admitted.Load() }

// maxPayload is how much of a message of the peer is kept, in bytes. Strangers are not
// to make us keep more than it takes to say who they are.
func (s *session) maxPayload() int {
	if s.stranger() {
		return min(s.server.cfg.MaxPayload, strangerPayload)
	}
	return s.server.cfg.MaxPayload
}

// oversized takes the head of a stranger's message that is larger than they may send,
// and whose rest is not kept. Where it is a CONNECT it is let by and refused, so that
// whoever shows a token of such a size hears that it is a bad one; anything else ends
// the session, as what is larger than anybody's may be does.
func (s *session) oversized(head []byte, rest io.Reader) ending {
	if !isConnect(head) {
		return ending{reason: ReasonTooLarge, code: closeTooBig, err: socketio.ErrTooLarge}
	}
	namespace := "/"
	if name := head[len(connectHead):]; name[0] == '/' {
		name, _, _ = bytes.Cut(name[:socketio.MaxNamespace+1], []byte{','})
		namespace = string(name)
	}
	if _, err := io.Copy(io.Discard, rest); err != nil {
		return classify(err)
	}
	if s.socket(namespace) != nil {
		return broken("CONNECT to a namespace twice")
	}
	return s.connect(&socketio.Packet{Type: socketio.Connect, Namespace: namespace}, true)
}

// connectHead is how a CONNECT begins, in an Engine.IO message.
const connectHead = "40"

func isConnect(text []byte) bool { return bytes.HasPrefix(text, []byte(connectHead)) }

// untimely judges a Socket.IO packet by its first byte: before CONNECT nothing else is
// even decoded, so that what strangers attach has nothing to belong to.
func (s *session) untimely(text []byte) error {
	if len(s.sockets) == 0 && (len(text) == 0 || text[0] != '0'+byte(socketio.Connect)) {
		return errors.New("packet before CONNECT")
	}
	return nil
}

// maxPacket is how large a packet of the peer may be with its attachments, in bytes: of
// a stranger, whom a Handler may let say something, as large as a message.
func (s *session) maxPacket() int {
	if s.stranger() {
		return s.maxPayload()
	}
	return 2 * s.server.cfg.MaxPayload
}
