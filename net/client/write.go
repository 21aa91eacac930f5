package client

import (
	"context"
	"fmt"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/socketio"
)

const (
	// writeWait is how long the server may take nothing from us.
	writeWait = 30 * time.Second

	// goodbyeWait is how long Close waits for a socket that takes nothing.
	goodbyeWait = 500 * time.Millisecond
)

// send hands f to the writer, and waits while it is behind.
func (l *link) send(stop <-chan struct{}, f frame) error {
	select {
	case l.frames <- f:
		return nil
	case <-l.ended:
		return ErrOffline
	case <-stop:
		return context.Canceled
	}
}

// drafting is what a writer has to write beside what it is sent: from when ready
// is closed, and each time wake has something, put is called. All of it is nil where
// there is nothing.
type drafting struct {
	ready <-chan struct{}
	wake  <-chan struct{}
	put   func(ctx context.Context, again *time.Timer) error
}

// write is the one writer of the connection. It ends when the connection ends,
// and ends it when ctx does.
func (l *link) write(ctx context.Context, d drafting) {
	defer close(l.written)
	again := time.NewTimer(0)
	defer again.Stop()
	var wake <-chan struct{}
	for {
		var err error
		select {
		case <-l.ended:
			return
		case <-ctx.Done():
			l.goodbye()
			l.end(ctx.Err())
			return
		case <-l.pong:
			err = l.put(websocket.TextMessage, []byte{byte(socketio.EnginePong)})
		case f := <-l.frames:
			err = l.putFrame(f)
		case <-d.ready:
			d.ready, wake = nil, d.wake
			err = d.put(ctx, again)
		case <-wake:
			err = d.put(ctx, again)
		case <-again.C:
			if wake != nil {
				err = d.put(ctx, again)
			}
		}
		if err != nil {
			l.end(err)
			return
		}
	}
}

func (l *link) put(kind int, b []byte) error {
	if err := l.conn.SetWriteDeadline(time.Now().Add(writeWait)); err != nil {
		return fmt.Errorf("connection: %w", err)
	}
	if err := l.conn.WriteMessage(kind, b); err != nil {
		return fmt.Errorf("connection: %w", err)
	}
	return nil
}

func (l *link) putFrame(f frame) error {
	if err := l.put(websocket.TextMessage, f.text); err != nil {
		return err
	}
	for _, a := range f.attachments {
		if err := l.put(websocket.BinaryMessage, a); err != nil {
			return err
		}
	}
	return nil
}

// goodbye tells the server that we leave, so that others need not wait for a
// heartbeat to see it. Nobody waits for an answer.
func (l *link) goodbye() {
	until := time.Now().Add(goodbyeWait)
	if l.conn.SetWriteDeadline(until) != nil ||
		l.conn.WriteMessage(websocket.TextMessage, encodeFrame(&socketio.Packet{Type: socketio.Disconnect}).text) != nil {
		return
	}
	message := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	l.conn.WriteControl(websocket.CloseMessage, message, until) //nolint:errcheck // see above
}
