package server

import (
	"context"
	"net/url"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// CheckHook tells whether who may make a webhook that is asked for, and how it will be:
// with its room's ID, and the name as it is shown. Whoever may is in the team from then
// on: what the webhook does later is measured against their standing.
func (s *Service) CheckHook(ctx context.Context, who chat.User, r chat.HookRequest) (chat.Hook, error) {
	by := s.Standing(who)
	if err := permit(Hooks, by, nil); err != nil {
		return chat.Hook{}, err
	}
	name, err := chat.ChooseName(r.Name)
	if err != nil {
		return chat.Hook{}, err
	}
	h := chat.Hook{Incoming: r.URL == "", Name: name, URL: r.URL, Private: r.Private, By: by.ID, Created: chat.ToMillis(s.cfg.Now())}
	if h.Incoming || r.Room != "" {
		in, err := s.at(Hooks, by, r.Room)
		if err != nil {
			return chat.Hook{}, err
		}
		h.Room = in.ID
	}
	if h.Incoming {
		if err := s.nameFree(name); err != nil {
			return chat.Hook{}, err
		}
		return h, s.Enter(ctx, who)
	}
	if r.Private && by.Role != chat.RoleOwner {
		return chat.Hook{}, &chat.Error{Code: chat.CodeNotAllowed, Message: "only an owner lets a webhook tell addresses of private networks"}
	}
	u, err := url.Parse(r.URL)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil || len(r.URL) > maxHookURL {
		return chat.Hook{}, badRequest("url is the address of the program that is told, as https://example.com/hook, without a name and password in it")
	}
	return h, s.Enter(ctx, who)
}

// maxHookURL is the longest address of a webhook, in bytes: servers of the web take
// not many more.
const maxHookURL = 2048

// nameFree tells whether a name is nobody's and looks like nobody's: whoever reads it
// could not tell a program from a person.
func (s *Service) nameFree(name string) error {
	folded, skeleton := chat.FoldName(name), chat.Skeleton(name)
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	for _, p := range s.team.people {
		if !chat.IsHook(p.User) && (chat.FoldName(p.Name) == folded || chat.Skeleton(p.Name) == skeleton) {
			return &chat.Error{Code: chat.CodeNameTaken, Message: "somebody in the team has that name, or one that looks just like it; choose another"}
		}
	}
	return nil
}

// MayHooks tells whether who may see and end webhooks.
func (s *Service) MayHooks(who chat.User) error { return permit(Hooks, s.Standing(who), nil) }

// HookMade has the audit trail say that who has a webhook made.
func (s *Service) HookMade(ctx context.Context, who chat.User, h chat.Hook) error {
	return s.recordHook(ctx, chat.HookCreated, who, h)
}

// HookEnded has it say that who ends one.
func (s *Service) HookEnded(ctx context.Context, who chat.User, h chat.Hook) error {
	return s.recordHook(ctx, chat.HookDeleted, who, h)
}

func (s *Service) recordHook(ctx context.Context, kind chat.EventKind, who chat.User, h chat.Hook) error {
	by, as := s.Standing(who), chat.HookUser(h)
	if err := permit(Hooks, by, nil); err != nil {
		return err
	}
	_, err := s.done(ctx, chat.Event{Kind: kind, Author: by.User, Room: h.Room, Change: chat.Change{User: &as, On: h.Incoming}})
	return err
}

// HookStands tells whether a webhook may still do what it does: whoever made it may make
// webhooks and read its room today, and where it tells private networks owns the team.
func (s *Service) HookStands(h chat.Hook) error {
	by := s.Standing(chat.User{ID: h.By})
	no := func(why string) error { return &chat.Error{Code: chat.CodeNotAllowed, Message: why} }
	switch {
	case by.Banned:
		return no("who made this webhook is banned from the team")
	case permit(Hooks, by, nil) != nil:
		return no("who made this webhook may make none any more; an admin of the team can make another")
	case h.Private && by.Role != chat.RoleOwner:
		return no("who made this webhook owns the team no more, and only an owner lets one tell addresses of private networks")
	}
	if h.Room == "" {
		return nil
	}
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	if in := s.team.rooms[h.Room]; in == nil || !in.visible(by) {
		return no("who made this webhook may not read its room any more; somebody who is in it can make another")
	}
	return nil
}

// letIn brings an incoming webhook into its room when it posts for the first time. One
// that was taken out stays out until somebody invites it.
func (s *Service) letIn(ctx context.Context, room string, who chat.User) error {
	if s.isIn(room, who.ID) {
		return nil
	}
	out := false
	err := s.model.Moves(ctx, who.ID, 0, func(in string, came bool) { out = out || (in == room && !came) })
	switch {
	case err != nil:
		return s.fault("read where a webhook was", err)
	case out:
		return &chat.Error{Code: chat.CodeNotAllowed, Message: "this webhook was taken out of its room; somebody who is in it can invite it again, or an admin make another"}
	}
	_, err = s.done(ctx, chat.Event{
		Kind: chat.RoomJoined, Author: chat.System, Room: room, Change: chat.Change{Users: []chat.User{who}},
	})
	if is(err, chat.CodeUnchanged) {
		return nil // another post of its was faster
	}
	return err
}

// PostHook posts what an incoming webhook was sent, into its room alone, and waits for
// where it stands.
func (s *Service) PostHook(ctx context.Context, h chat.Hook, d chat.Draft) (chat.Posted, error) {
	who := chat.HookUser(h)
	if err := s.Throttle(ctx, who.ID, bodySize(d.Body)); err != nil {
		return chat.Posted{}, &chat.Error{Code: chat.CodeUnavailable, Message: "the request ended while it waited for its turn"}
	}
	if err := s.HookStands(h); err != nil {
		return chat.Posted{}, err
	}
	if err := s.Enter(ctx, who); err != nil {
		return chat.Posted{}, err
	}
	if err := s.letIn(ctx, h.Room, who); err != nil {
		return chat.Posted{}, err
	}
	d.Room = h.Room
	return s.PostWait(ctx, who, d)
}

// PostWait is Post for who waits for the answer.
func (s *Service) PostWait(ctx context.Context, author chat.User, d chat.Draft) (chat.Posted, error) {
	type result struct {
		posted chat.Posted
		err    error
	}
	done := make(chan result, 1)
	s.Post(ctx, author, d, func(p chat.Posted, err error) { done <- result{p, err} })
	r := <-done
	return r.posted, r.err
}

// Room answers the room of an ID.
func (s *Service) Room(id string) (chat.Room, bool) {
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	r := s.team.rooms[id]
	if r == nil {
		return chat.Room{}, false
	}
	return s.team.copy(r), true
}
