package server

import (
	"context"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// EndSession ends sign-ins: no token of theirs is good any more, and their sessions end
// when it is told. here is the sign-in of who asks, which stays when they end all
// others of their own.
func (s *Service) EndSession(ctx context.Context, who chat.User, here string, r chat.SessionEndRequest) (chat.Done, error) {
	by := s.Standing(who)
	if err := permit(EndOwn, by, nil); err != nil {
		return chat.Done{}, err
	}
	if err := checkLine("reason", r.Reason); err != nil {
		return chat.Done{}, err
	}
	of := by
	if r.User != "" {
		var err error
		if of, err = s.person(r.User); err != nil {
			return chat.Done{}, err
		}
	}
	if of.ID != by.ID {
		if err := permit(EndOthers, by, nil); err != nil {
			return chat.Done{}, err
		}
		if !above(by, of) {
			return chat.Done{}, notBelow(by, of)
		}
		here = "" // none of theirs
	}
	switch {
	case r.Others == (r.ID != ""):
		return chat.Done{}, badRequest("say which session: id as the request sessions has it, or others for all but this one")
	case len(r.ID) > chat.MaxSignIn:
		return chat.Done{}, badRequest("id is not that of a session")
	}
	c := chat.Change{User: &of.User, SignIn: r.ID, Reason: r.Reason}
	if r.Others {
		c.SignIn, c.On = here, true
	}
	return s.done(ctx, chat.Event{Kind: chat.SessionEnded, Author: by.User, Change: c})
}
