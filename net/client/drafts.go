package client

import (
	"context"
	"errors"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

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
	f, refusal := fitDraft(d, &id, s.limits, s.open)
	if refusal != nil {
		s.unregister(id)
		s.c.outbox.fail(d.ID, refusal)
		return nil
	}
	if err := s.putFrame(f); err != nil {
		return err
	}
	s.c.outbox.wrote(d.ID)
	return nil
}

// fitDraft makes the frame of a draft, or says why no server, or not this one, would
// take it.
func fitDraft(d chat.Draft, id *uint64, limits chat.Limits, open socketio.Open) (frame, *chat.Error) {
	p, err := encodeDraft(d, id)
	if err != nil {
		return frame{}, &chat.Error{Code: chat.CodeBadRequest, Message: "this message cannot be sent"}
	}
	f := encodeFrame(&p)
	if limits.Body > 0 && weighBody(d.Body) > limits.Body || open.MaxPayload > 0 && f.size() > open.MaxPayload {
		return frame{}, &chat.Error{Code: chat.CodeTooLarge, Message: "this message is too long for the server"}
	}
	return f, nil
}

func encodeDraft(d chat.Draft, id *uint64) (socketio.Packet, error) {
	body, options := draftArgs(d)
	return socketio.EncodeEvent("/", "message", id, body, options)
}

// draftArgs are the arguments of "message".
func draftArgs(d chat.Draft) (socketio.Value, chat.PostOptions) {
	o := chat.PostOptions{
		Room: d.Room, ID: d.ID, ReplyTo: d.ReplyTo, Thread: d.Thread, Style: d.Extra.Style, Block: d.Extra.Block,
	}
	for _, f := range d.Extra.Files {
		o.Files = append(o.Files, f.ID)
	}
	return socketio.Value{JSON: d.Body.JSON, Attachments: d.Body.Attachments}, o
}

// posted is what the server answered to a draft. It runs on the read loop.
func (s *session) posted(id string, args []socketio.Value, err error) {
	if err != nil {
		return // the connection is gone; the draft is sent again on the next
	}
	posted, err := answer[chat.Posted](args)
	if err == nil && (posted.ID != id || posted.Seq == 0) {
		err = protocolError("an answer about another message", nil) // it is said again, and stored once
	}
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
		s.c.outbox.fail(id, e)
	}
}
