package server

import (
	"context"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// files are those that a draft names by their IDs, all of them uploaded by who into
// the room of that ID.
func (s *Service) files(ctx context.Context, who chat.Standing, room string, named []chat.File) ([]chat.File, error) {
	if len(named) == 0 {
		return nil, nil
	}
	ids := make([]string, len(named))
	for i, f := range named {
		ids[i] = f.ID
	}
	list, err := s.model.Files(ctx, who.ID, room, ids, s.cfg.Now())
	if err != nil {
		return nil, s.fault("look up files", err)
	}
	return list, nil
}
