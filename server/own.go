package server

import (
	"context"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// MarkRead moves who's marker of a room on. It never goes back.
func (s *Service) MarkRead(ctx context.Context, who chat.User, r chat.ReadRequest) (chat.Marker, error) {
	by, in, err := s.ownIn(who, r.Room)
	if err != nil {
		return chat.Marker{}, err
	}
	at, err := s.marker(ctx, by.ID, in.ID)
	if err != nil || min(r.Seq, in.LastSeq) <= at.Read {
		return at, err
	}
	e, err := s.change(ctx, chat.Event{
		Kind: chat.MarkerMoved, Author: by.User, Room: in.ID, Change: chat.Change{Target: min(r.Seq, in.LastSeq)},
	})
	if is(err, chat.CodeUnchanged) { // another device was faster
		return s.marker(ctx, by.ID, in.ID)
	}
	if err != nil {
		return chat.Marker{}, err
	}
	return Marker(&e), nil
}

// marker is where somebody is in a room, and the place in the log that it is of: what is told
// after that changes it.
func (s *Service) marker(ctx context.Context, user, room string) (chat.Marker, error) {
	list, at, err := s.model.Memberships(ctx, user, room)
	if err != nil {
		return chat.Marker{}, s.fault("read a marker", err)
	}
	if len(list) == 0 { // they left it meanwhile
		return chat.Marker{}, unknownRoom()
	}
	return chat.Marker{Room: room, Read: list[0].Read, Mentions: list[0].Mentions, Position: at}, nil
}

// Marker is where an event of kind MarkerMoved left its author.
func Marker(e *chat.Event) chat.Marker {
	return chat.Marker{Room: e.Room, Read: e.Change.Target, Mentions: int(e.Seq), Position: e.Position}
}

// ownIn finds a room that who is in, for what is their own there.
func (s *Service) ownIn(who chat.User, called string) (chat.Standing, chat.Room, error) {
	by := s.Standing(who)
	in, err := s.at(KeepPlace, by, called)
	return by, in, err
}

// SetNotify says what who wants to be told of a room.
func (s *Service) SetNotify(ctx context.Context, who chat.User, r chat.NotifyRequest) (chat.Done, error) {
	by, in, err := s.ownIn(who, r.Room)
	if err != nil {
		return chat.Done{}, err
	}
	switch r.Level {
	case chat.NotifyAll, chat.NotifyMentions, chat.NotifyNone:
	default:
		return chat.Done{}, badRequest("level is all, mentions or none")
	}
	return s.done(ctx, chat.Event{Kind: chat.NotifyChanged, Author: by.User, Room: in.ID, Change: chat.Change{Level: r.Level}})
}

// Follow says whether who follows a thread.
func (s *Service) Follow(ctx context.Context, who chat.User, r chat.FollowRequest) (chat.Done, error) {
	by, in, err := s.ownIn(who, r.Room)
	if err != nil {
		return chat.Done{}, err
	}
	thread, err := s.thread(ctx, in.ID, r.Thread)
	if err != nil {
		return chat.Done{}, err
	}
	return s.done(ctx, chat.Event{
		Kind: chat.ThreadFollowed, Author: by.User, Room: in.ID, Thread: thread, Change: chat.Change{On: on(r.On)},
	})
}

// thread is the ID of the thread that a message began, or is an answer in.
func (s *Service) thread(ctx context.Context, room, id string) (string, error) {
	if id == "" {
		return "", badRequest("thread is the ID of the message that began it")
	}
	of, err := s.refers(ctx, room, "thread", id)
	if err == nil && of == "" {
		of = id
	}
	return of, err
}

// Followers answers the IDs of who follows a thread.
func (s *Service) Followers(ctx context.Context, who chat.User, r chat.FollowRequest) ([]string, error) {
	in, err := s.at(Read, s.Standing(who), r.Room)
	if err != nil {
		return nil, err
	}
	thread, err := s.thread(ctx, in.ID, r.Thread)
	if err != nil {
		return nil, err
	}
	list, err := s.model.Followers(ctx, in.ID, thread)
	if err != nil {
		return nil, s.fault("read who follows a thread", err)
	}
	return list, nil
}

// ours fails for a place in another log: of one that was restored since.
func (s *Service) ours(p chat.Position) error {
	if p.Epoch != "" && p.Epoch != s.settled().Position.Epoch {
		return badRequest("before is a place in what the team's log was before it was restored; begin anew, without it")
	}
	return nil
}

// Inbox answers the messages that mention who, in rooms they may read.
func (s *Service) Inbox(ctx context.Context, who chat.User, r chat.InboxRequest) (chat.Found, error) {
	if r.Limit < 0 {
		return chat.Found{}, badRequest("limit must not be negative")
	}
	by := s.Standing(who)
	if by.Banned {
		return chat.Found{}, permit(Read, by, nil)
	}
	if err := s.ours(r.Before); err != nil {
		return chat.Found{}, err
	}
	found, err := s.model.Inbox(ctx, by.ID, s.Visible(who, true), r.Before.Offset, r.Limit)
	if err != nil {
		return chat.Found{}, s.fault("read mentions", err)
	}
	return found, nil
}
