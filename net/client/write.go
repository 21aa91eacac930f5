package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

const (
	// writeWait is how long the server may take nothing from us.
	writeWait = 30 * time.Second

	// goodbyeWait is how long Close waits for a socket that takes nothing.
	goodbyeWait = 500 * time.Millisecond
)

// send hands f to the writer, and waits while it is behind.
func (s *session) send(stop <-chan struct{}, f frame) error {
	select {
	case s.frames <- f:
		return nil
	case <-s.ended:
		return ErrOffline
	case <-stop:
		return context.Canceled
	}
}

// write is the one writer of the connection. It ends when the connection ends,
// and ends it when ctx does.
func (s *session) write(ctx context.Context) {
	defer close(s.written)
	resend := time.NewTimer(0)
	defer resend.Stop()
	var wake <-chan struct{}
	var ready <-chan struct{} = s.ready
	for {
		var err error
		select {
		case <-s.ended:
			return
		case <-ctx.Done():
			s.goodbye()
			s.end(ctx.Err())
			return
		case <-s.pong:
			err = s.put(websocket.TextMessage, []byte{byte(socketio.EnginePong)})
		case f := <-s.frames:
			err = s.putFrame(f)
		case <-ready:
			ready, wake = nil, s.c.outbox.wake
			err = s.putDrafts(ctx, resend)
		case <-wake:
			err = s.putDrafts(ctx, resend)
		case <-resend.C:
			if wake != nil {
				err = s.putDrafts(ctx, resend)
			}
		}
		if err != nil {
			s.end(err)
			return
		}
	}
}

func (s *session) put(kind int, b []byte) error {
	if err := s.conn.SetWriteDeadline(time.Now().Add(writeWait)); err != nil {
		return fmt.Errorf("connection: %w", err)
	}
	if err := s.conn.WriteMessage(kind, b); err != nil {
		return fmt.Errorf("connection: %w", err)
	}
	return nil
}

func (s *session) putFrame(f frame) error {
	if err := s.put(websocket.TextMessage, f.text); err != nil {
		return err
	}
	for _, a := range f.attachments {
		if err := s.put(websocket.BinaryMessage, a); err != nil {
			return err
		}
	}
	return nil
}

// putDrafts writes what the outbox gives out, in order, answering pings and
// requests in between.
func (s *session) putDrafts(ctx context.Context, resend *time.Timer) error {
	for {
		var err error
		select {
		case <-s.ended:
			return nil
		case <-ctx.Done():
			return nil // the writer's loop says goodbye
		case <-s.pong:
			err = s.put(websocket.TextMessage, []byte{byte(socketio.EnginePong)})
		case f := <-s.frames:
			err = s.putFrame(f)
		default:
			d, ok, wait := s.c.outbox.next(time.Now())
			if !ok {
				if wait > 0 {
					resend.Reset(wait)
				}
				return nil
			}
			err = s.putDraft(d)
		}
		if err != nil {
			return err
		}
	}
}

// putDraft writes one draft. One that can never be sent fails here: the server
// would end the connection for it, again and again.
func (s *session) putDraft(d chat.Draft) error {
	id := s.register(call{draft: true, done: func(args []socketio.Value, err error) { s.posted(d.ID, args, err) }})
	p, err := encodeDraft(d, &id)
	if err != nil {
		s.unregister(id)
		s.c.failDraft(d.ID, &chat.Error{Code: chat.CodeBadRequest, Message: "this message cannot be sent"})
		return nil //nolint:nilerr // the draft failed, not the connection
	}
	f := encodeFrame(&p)
	if limit := s.limits.Body; limit > 0 && weighBody(d.Body) > limit || s.open.MaxPayload > 0 && f.size() > s.open.MaxPayload {
		s.unregister(id)
		s.c.failDraft(d.ID, &chat.Error{Code: chat.CodeTooLarge, Message: "this message is too long for the server"})
		return nil
	}
	if err := s.putFrame(f); err != nil {
		return err
	}
	s.c.outbox.wrote(d.ID)
	return nil
}

func encodeDraft(d chat.Draft, id *uint64) (socketio.Packet, error) {
	return socketio.EncodeEvent("/", "message", id,
		socketio.Value{JSON: d.Body.JSON, Attachments: d.Body.Attachments},
		chat.PostOptions{Room: d.Room, ID: d.ID, ReplyTo: d.ReplyTo, Thread: d.Thread})
}

// posted is what the server answered to a draft. It runs on the read loop.
func (s *session) posted(id string, args []socketio.Value, err error) {
	if err != nil {
		return // the connection is gone; the draft is sent again on the next
	}
	posted, err := answer[chat.Posted](args)
	var e *chat.Error
	switch {
	case err == nil:
		if s.c.outbox.settle(id, posted.Seq) {
			s.c.cache.settleDraft(id)
		}
	case !errors.As(err, &e):
		s.end(err)
	case e.Code == chat.CodeUnavailable:
		s.c.outbox.postpone(id, time.Now())
	default:
		s.c.failDraft(id, e)
	}
}

// failDraft keeps a draft as refused.
func (c *Client) failDraft(id string, refusal *chat.Error) {
	c.cache.markDraft(id, refusal) // first: what a person does about it comes after
	c.outbox.fail(id, refusal)
}

// goodbye tells the server that we leave, so that others need not wait for a
// heartbeat to see it. Nobody waits for an answer.
func (s *session) goodbye() {
	until := time.Now().Add(goodbyeWait)
	if s.conn.SetWriteDeadline(until) != nil ||
		s.conn.WriteMessage(websocket.TextMessage, encodeFrame(&socketio.Packet{Type: socketio.Disconnect}).text) != nil {
		return
	}
	message := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	s.conn.WriteControl(websocket.CloseMessage, message, until) //nolint:errcheck // see above
}
