package client

import (
	"context"
	"errors"
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// Older returns up to limit messages of a room before a seq, oldest first; those
// before the end when before is 0. They come from the cache as far as it goes,
// which may be fewer than limit, otherwise from the server. It blocks until ctx
// ends at the most, and returns ErrOffline when there is nobody to ask.
func (c *Client) Older(ctx context.Context, room string, before uint64, limit int) (chat.History, error) {
	if before == 1 {
		return chat.History{}, nil
	}
	limit = min(max(limit, 1), chat.MaxHistory)
	bound := before
	if before == 0 || before > newest {
		bound = newest
	}
	c.cache.saved(ctx)
	messages, ok, err := c.cache.before(ctx, room, bound, limit)
	if ctx.Err() != nil {
		return chat.History{}, ctx.Err()
	}
	if err != nil {
		c.cache.complain(err) // the server has them too
	}
	if ok {
		return chat.History{Messages: messages, More: messages[0].Seq > 1}, nil
	}
	c.mu.Lock()
	s := c.session
	c.mu.Unlock()
	if s == nil {
		return chat.History{}, ErrOffline
	}
	return s.older(ctx, chat.HistoryRequest{Room: room, Before: before, Limit: limit})
}

// older asks the server.
func (s *session) older(ctx context.Context, q chat.HistoryRequest) (chat.History, error) {
	type result struct {
		chat.History
		err error
	}
	answered := make(chan result, 1)
	id, err := s.request(ctx.Done(), "history", func(args []socketio.Value, err error) {
		var h chat.History
		if err == nil {
			h, err = s.olderPage(q, args)
		}
		answered <- result{h, err}
	}, q)
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return chat.History{}, err
	}
	select {
	case r := <-answered:
		return r.History, r.err
	case <-ctx.Done():
		s.unregister(id)
		return chat.History{}, ctx.Err()
	}
}

// olderPage reads the answer and puts it into the cache where it touches what is
// there. It runs on the read loop.
func (s *session) olderPage(q chat.HistoryRequest, args []socketio.Value) (chat.History, error) {
	h, err := answer[chat.History](args)
	if err != nil {
		return chat.History{}, s.garbled(err)
	}
	if err := isPage(q.Room, h.Messages); err != nil {
		return chat.History{}, s.garbled(err)
	}
	h.Messages = s.sync.corrected(q.Room, h)
	if n := len(h.Messages); n > 0 {
		if q.Before != 0 && h.Messages[n-1].Seq+1 != q.Before {
			return chat.History{}, s.garbled(protocolError("a page of history that is not the one asked for", nil))
		}
		s.sync.save(page{
			epoch: s.sync.epoch, room: q.Room, messages: append([]chat.Message(nil), h.Messages...),
			you: s.sync.v.who.You.ID, older: true,
		}, chat.Position{})
	}
	return h, nil
}

// garbled ends the connection for an answer that was none, and returns what the
// asker is told.
func (s *session) garbled(err error) error {
	if e, ok := errors.AsType[*chat.Error](err); ok {
		return e
	}
	s.end(err)
	return fmt.Errorf("history: %w", err)
}
