package client

import (
	"context"
	"encoding/json"

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
