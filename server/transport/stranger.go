package transport

import (
	"errors"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

// untimely judges a Socket.IO packet by its first byte: before CONNECT nothing else
// is even decoded, and of somebody who was not admitted nothing with attachments, as
// strangers are not to make us keep any. To say who one is takes none.
func (s *session) untimely(text []byte) error {
	first := byte(0)
	if len(text) > 0 {
		first = text[0]
	}
	switch {
	case len(s.sockets) == 0 && first != '0'+byte(socketio.Connect):
		return errors.New("packet before CONNECT")
	case !s.admitted.Load() && (first == '0'+byte(socketio.BinaryEvent) || first == '0'+byte(socketio.BinaryAck)):
		return errors.New("attachments of a stranger")
	}
	return nil
}
