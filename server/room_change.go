package server

import (
	"context"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// maxSlow and maxKeep bound what a room can be set to: a day, and twenty years.
const (
	maxSlow = 24 * 60 * 60
	maxKeep = 20 * 366
)

// ChangeRoom changes what is said of a room and how it is used.
func (s *Service) ChangeRoom(ctx context.Context, who chat.User, r chat.RoomChangeRequest) (chat.RoomAnswer, error) {
	by := s.Standing(who)
	asks := []struct {
		action Action
		asked  bool
	}{
		{Topic, r.Topic != nil || r.Purpose != nil},
		{Rename, r.Name != nil},
		{Archive, r.Archived != nil},
		{Slow, r.Slow != nil},
		{Keep, r.Keep != nil},
	}
	id := ""
	for _, a := range asks {
		if !a.asked {
			continue
		}
		in, err := s.at(a.action, by, r.Room)
		if err != nil {
			return chat.RoomAnswer{}, err
		}
		id = in.ID
	}
	if id == "" {
		return chat.RoomAnswer{}, badRequest("say what is to change: name, topic, purpose, archived, slow or keep")
	}
	if err := s.checkChange(id, &r); err != nil {
		return chat.RoomAnswer{}, err
	}
	done, err := s.done(ctx, chat.Event{Kind: chat.RoomChanged, Author: by.User, Room: id, Change: chat.Change{
		Name: r.Name, Topic: r.Topic, Purpose: r.Purpose, Archived: r.Archived, Slow: r.Slow, Keep: r.Keep,
	}})
	if err != nil {
		return chat.RoomAnswer{}, err
	}
	return s.answer(ctx, by.ID, id, done.Position)
}

// checkChange tells whether a room can be as it is asked for, and cleans its name.
func (s *Service) checkChange(id string, r *chat.RoomChangeRequest) error {
	if r.Name != nil {
		name, err := chat.ChooseRoomName(*r.Name)
		if err != nil {
			return err
		}
		r.Name = &name
	}
	for field, text := range map[string]*string{"topic": r.Topic, "purpose": r.Purpose} {
		if text != nil {
			if err := checkLine(field, *text); err != nil {
				return err
			}
		}
	}
	switch {
	case r.Slow != nil && (*r.Slow < 0 || *r.Slow > maxSlow):
		return badRequest("slow is seconds between two messages of one member, from 0 to %d", maxSlow)
	case r.Keep != nil && (*r.Keep < 0 || *r.Keep > maxKeep):
		return badRequest("keep is days, from 1 to %d, or 0 for ever", maxKeep)
	case r.Archived != nil && *r.Archived && id == chat.GeneralRoom:
		return &chat.Error{Code: chat.CodeNotAllowed, Message: "everybody is in this room; it cannot be archived"}
	}
	return nil
}
