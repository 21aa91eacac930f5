package server

import (
	"context"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// MarkRead moves who's marker of a room on. It never goes back.
func (s *Service) MarkRead(ctx context.Context, who chat.User, r chat.ReadRequest) (chat.Marker, error) {
	by := s.Standing(who)
	in, err := s.at(SetPresence, by, r.Room)
	if err != nil {
		return chat.Marker{}, err
	}
	if !s.isIn(in.ID, by.ID) {
		return chat.Marker{}, notIn(in)
	}
	e, err := s.change(ctx, chat.Event{
		Kind: chat.MarkerMoved, Author: by.User, Room: in.ID, Change: chat.Change{Target: min(r.Seq, in.LastSeq)},
	})
	if err != nil {
		return chat.Marker{}, err
	}
	return Marker(&e), nil
}

// Marker is where an event of kind MarkerMoved left its author.
func Marker(e *chat.Event) chat.Marker {
	return chat.Marker{Room: e.Room, Read: e.Change.Target, Mentions: int(e.Seq), Position: e.Position}
}

func notIn(in chat.Room) error {
	return &chat.Error{Code: chat.CodeNotMember, Message: "you are not in #" + in.Name + "; join it first"}
}

// SetNotify says what who wants to be told of a room.
func (s *Service) SetNotify(ctx context.Context, who chat.User, r chat.NotifyRequest) (chat.Done, error) {
	by := s.Standing(who)
	in, err := s.at(SetPresence, by, r.Room)
	if err != nil {
		return chat.Done{}, err
	}
	switch r.Level {
	case chat.NotifyAll, chat.NotifyMentions, chat.NotifyNone:
	default:
		return chat.Done{}, badRequest("level is all, mentions or none")
	}
	if !s.isIn(in.ID, by.ID) {
		return chat.Done{}, notIn(in)
	}
	return s.done(ctx, chat.Event{Kind: chat.NotifyChanged, Author: by.User, Room: in.ID, Change: chat.Change{Level: r.Level}})
}

// Follow says whether who follows a thread.
func (s *Service) Follow(ctx context.Context, who chat.User, r chat.FollowRequest) (chat.Done, error) {
	by := s.Standing(who)
	in, err := s.at(SetPresence, by, r.Room)
	if err != nil {
		return chat.Done{}, err
	}
	if !s.isIn(in.ID, by.ID) {
		return chat.Done{}, notIn(in)
	}
	if r.Thread == "" {
		return chat.Done{}, badRequest("thread is the ID of the message that began it")
	}
	if err := s.refers(ctx, in.ID, "thread", r.Thread); err != nil {
		return chat.Done{}, err
	}
	return s.done(ctx, chat.Event{
		Kind: chat.ThreadFollowed, Author: by.User, Room: in.ID, Thread: r.Thread, Change: chat.Change{On: on(r.On)},
	})
}

// Followers answers the IDs of who follows a thread.
func (s *Service) Followers(ctx context.Context, who chat.User, r chat.FollowRequest) ([]string, error) {
	in, err := s.at(Read, s.Standing(who), r.Room)
	if err != nil {
		return nil, err
	}
	if err := s.refers(ctx, in.ID, "thread", r.Thread); err != nil {
		return nil, err
	}
	list, err := s.model.Followers(ctx, in.ID, r.Thread)
	if err != nil {
		return nil, s.fault("read who follows a thread", err)
	}
	return list, nil
}

// Inbox answers the messages that mention who, in rooms they are in.
func (s *Service) Inbox(ctx context.Context, who chat.User, r chat.InboxRequest) (chat.Found, error) {
	if r.Limit < 0 {
		return chat.Found{}, badRequest("limit must not be negative")
	}
	by := s.Standing(who)
	if err := permit(Read, by, nil); err != nil {
		return chat.Found{}, err
	}
	found, err := s.model.Inbox(ctx, by.ID, s.Visible(who, false), r.Before.Offset, r.Limit)
	if err != nil {
		return chat.Found{}, s.fault("read mentions", err)
	}
	return found, nil
}
