package server

import (
	"context"
	"net/url"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// CheckHook tells whether who may make a webhook that is asked for, and how it will be:
// with its room's ID, and the name as it is shown.
func (s *Service) CheckHook(_ context.Context, who chat.User, r chat.HookRequest) (chat.Hook, error) {
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
		return h, s.nameFree(name)
	}
	if r.Private && by.Role != chat.RoleOwner {
		return chat.Hook{}, &chat.Error{Code: chat.CodeNotAllowed, Message: "only an owner lets a webhook tell addresses of private networks"}
	}
	u, err := url.Parse(r.URL)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil || len(r.URL) > maxHookURL {
		return chat.Hook{}, badRequest("url is the address of the program that is told, as https://example.com/hook, without a name and password in it")
	}
	return h, nil
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

// PostHook posts what an incoming webhook was sent, into its room alone, and waits for
// where it stands.
func (s *Service) PostHook(ctx context.Context, h chat.Hook, d chat.Draft) (chat.Posted, error) {
	who := chat.HookUser(h)
	if err := s.Throttle(ctx, who.ID, bodySize(d.Body)); err != nil {
		return chat.Posted{}, &chat.Error{Code: chat.CodeUnavailable, Message: "the request ended while it waited for its turn"}
	}
	if err := s.Enter(ctx, who); err != nil {
		return chat.Posted{}, err
	}
	if !s.isIn(h.Room, who.ID) {
		_, err := s.done(ctx, chat.Event{
			Kind: chat.RoomJoined, Author: chat.System, Room: h.Room, Change: chat.Change{Users: []chat.User{who}},
		})
		if err != nil {
			return chat.Posted{}, err
		}
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
