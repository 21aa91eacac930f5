package client

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Ask makes a request of the chat lane by its name and reads the answer into out,
// which is a pointer, or nil for who does not want to know; an arg of chat.Args is
// several. It blocks until ctx ends
// at the most. The error is a *chat.Error when the server refuses, and ErrOffline when
// there is nobody to ask or the connection ends meanwhile; then nobody knows whether
// it was done.
func (c *Client) Ask(ctx context.Context, request string, arg, out any) error {
	c.mu.Lock()
	s := c.session
	c.mu.Unlock()
	if s == nil {
		return ErrOffline
	}
	all, several := arg.(chat.Args)
	if !several {
		all = chat.Args{arg}
	}
	args, err := s.ask(ctx, request, all...)
	if err != nil {
		return err
	}
	raw, err := answer[json.RawMessage](args)
	if err != nil {
		return s.garbled(err)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return s.garbled(protocolError("an answer", err))
	}
	return nil
}

// marks are how far rooms were read, as the user of this client saw it, until the
// server knows. What is not told when the client is closed is seen again.
type marks struct {
	wake chan struct{} // capacity 1

	mu    sync.Mutex
	rooms map[string]uint64
}

func newMarks() *marks {
	return &marks{wake: make(chan struct{}, 1), rooms: make(map[string]uint64)}
}

// put remembers a mark, unless there is a later one.
func (m *marks) put(room string, seq uint64) {
	m.mu.Lock()
	m.rooms[room] = max(m.rooms[room], seq)
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// take is some mark that is to be told.
func (m *marks) take() (room string, seq uint64, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for room, seq := range m.rooms {
		delete(m.rooms, room)
		return room, seq, true
	}
	return "", 0, false
}

// MarkRead tells the server that the user has read a room up to a message, at once or
// when it can be reached. It returns at once. Of several marks of a room the furthest
// counts.
func (c *Client) MarkRead(room string, seq uint64) { c.marks.put(room, seq) }

// tellMarks tells the marks there are, and those that come, for as long as the
// connection lives.
func (s *session) tellMarks(ctx context.Context) {
	m := s.c.marks
	for {
		room, seq, ok := m.take()
		if !ok {
			select {
			case <-m.wake:
				continue
			case <-ctx.Done():
				return
			case <-s.ended:
				return
			}
		}
		args, err := s.ask(ctx, "read", chat.ReadRequest{Room: room, Seq: seq})
		if err != nil {
			m.put(room, seq) // the next connection tells it
			return
		}
		if _, err := answer[chat.Marker](args); err != nil {
			s.log.Debug("a room could not be marked as read", "room", room, "error", err)
		}
	}
}
