package server

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Post asks for a draft to be posted by author. done is called once with where
// the message stands, or with a *chat.Error; it must not block. Drafts posted
// from one goroutine keep their order. Post blocks while the log is behind.
func (s *Service) Post(ctx context.Context, author chat.User, d chat.Draft, done func(chat.Posted, error)) {
	e, err := s.event(ctx, author, d)
	if err != nil {
		done(chat.Posted{}, err)
		return
	}
	err = s.log.Append(ctx, e, func(e chat.Event, err error) {
		if err != nil {
			done(chat.Posted{}, s.fault("append", err))
			return
		}
		done(chat.Posted{ID: e.ID, Room: e.Room, Seq: e.Seq, Position: e.Position, At: e.At}, nil)
	})
	if err != nil {
		done(chat.Posted{}, s.fault("append", err))
	}
}

// event checks a draft and makes the event it asks for.
func (s *Service) event(ctx context.Context, author chat.User, d chat.Draft) (chat.Event, error) {
	if err := s.checkBody(d.Body); err != nil {
		return chat.Event{}, err
	}
	if d.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return chat.Event{}, s.fault("make an ID", err)
		}
		d.ID = id.String()
	}
	if !validID(d.ID) {
		return chat.Event{}, errID()
	}
	if err := checkExtra(&d.Extra); err != nil {
		return chat.Event{}, err
	}
	who := s.Standing(author)
	in, err := s.speak(who, d)
	if err != nil {
		return chat.Event{}, err
	}
	for _, ref := range []struct{ field, id string }{{"reply_to", d.ReplyTo}, {"thread", d.Thread}} {
		if err := s.refers(ctx, in.ID, ref.field, ref.id); err != nil {
			return chat.Event{}, err
		}
	}
	if d.Extra.Mentions, err = s.mentions(who, d.Room, d.Body, d.Extra.Style); err != nil {
		return chat.Event{}, err
	}
	return chat.Event{
		Kind: chat.MessageCreated, ID: d.ID, Author: who.User, At: chat.ToMillis(s.cfg.Now()),
		Room: in.ID, Body: d.Body, ReplyTo: d.ReplyTo, Thread: d.Thread, Extra: d.Extra,
	}, nil
}

// speak tells where a draft goes, whose author may speak there now.
func (s *Service) speak(who chat.Standing, d chat.Draft) (chat.Room, error) {
	in, err := s.at(Post, who, d.Room)
	if err != nil {
		return chat.Room{}, err
	}
	now := s.cfg.Now()
	for _, where := range []string{"", in.ID} {
		if until := who.Mutes[where]; until > chat.ToMillis(now) {
			return chat.Room{}, &chat.Error{Code: chat.CodeMuted, Message: fmt.Sprintf("a moderator has muted you for another %s", span(until.Time().Sub(now)))}
		}
	}
	if in.Slow > 0 && !slices.Contains(admins, who.Role) {
		if wait := s.slow.wait(in.ID, who.ID, in.Slow, now); wait > 0 {
			return chat.Room{}, &chat.Error{Code: chat.CodeSlowMode, Message: fmt.Sprintf("#%s is in slow mode: wait another %s", in.Name, span(wait))}
		}
	}
	return in, nil
}

// checkBody tells whether a body can be a message.
func (s *Service) checkBody(b chat.Body) error {
	if size := bodySize(b); size > s.cfg.MaxBody {
		return &chat.Error{Code: chat.CodeTooLarge, Message: fmt.Sprintf(
			"the message has %d bytes and this server takes %d; send it in parts", size, s.cfg.MaxBody)}
	}
	if depth(b.JSON) > maxDepth {
		return badRequest("the message is nested deeper than %d levels", maxDepth)
	}
	return nil
}

// refers checks that a message speaks of another one of its room.
func (s *Service) refers(ctx context.Context, room, field, id string) error {
	if id == "" {
		return nil
	}
	if !validID(id) {
		return badRequest("%s is not the ID of a message", field)
	}
	found, err := s.model.HasMessage(ctx, room, id)
	if err != nil {
		return s.fault("look up "+field, err)
	}
	if !found {
		return &chat.Error{Code: chat.CodeNotFound, Message: field + " names a message that is not in this room"}
	}
	return nil
}

// History answers a page of a room that who may read.
func (s *Service) History(ctx context.Context, who chat.User, r chat.HistoryRequest) (chat.History, error) {
	in, err := s.at(Read, s.Standing(who), r.Room)
	if err != nil {
		return chat.History{}, err
	}
	if r.Before != 0 && r.After != 0 {
		return chat.History{}, badRequest("history takes before or after, not both")
	}
	if r.Limit < 0 {
		return chat.History{}, badRequest("limit must not be negative")
	}
	if r.Thread != "" && !validID(r.Thread) {
		return chat.History{}, badRequest("thread is not the ID of a message")
	}
	r.Room = in.ID
	page, err := s.model.History(ctx, r)
	if err != nil {
		return chat.History{}, s.fault("read history", err)
	}
	return page, nil
}

// Edit replaces the text of one's own message.
func (s *Service) Edit(ctx context.Context, who chat.User, r chat.EditRequest, body chat.Body) (chat.Edited, error) {
	if err := s.checkBody(body); err != nil {
		return chat.Edited{}, err
	}
	by := s.Standing(who)
	m, err := s.message(ctx, EditOwn, by, r.MessageRef)
	if err != nil {
		return chat.Edited{}, err
	}
	if m.From.ID != by.ID {
		return chat.Edited{}, &chat.Error{Code: chat.CodeNotAllowed, Message: "that message is " + chat.SanitizeLine(m.From.Name) + "'s; only they can edit it"}
	}
	mentions, err := s.mentions(by, m.Room, body, m.Style)
	if err != nil {
		return chat.Edited{}, err
	}
	e, err := s.change(ctx, chat.Event{
		Kind: chat.MessageEdited, Author: by.User, Room: m.Room, Body: body,
		Extra: chat.Extra{Mentions: mentions}, Change: chat.Change{Target: r.Seq, Revision: r.Revision},
	})
	if err != nil {
		return chat.Edited{}, err
	}
	return chat.Edited{Revision: int(e.Seq), Position: e.Position, At: e.At}, nil
}

// Delete takes a message away for good: one's own, or as a moderator another's.
// One that is gone already is as it was asked for.
func (s *Service) Delete(ctx context.Context, who chat.User, r chat.MessageRef, reason string) (chat.Done, error) {
	by := s.Standing(who)
	if err := checkLine("reason", reason); err != nil {
		return chat.Done{}, err
	}
	m, err := s.message(ctx, Read, by, r)
	if err != nil {
		if is(err, chat.CodeDeleted) {
			return chat.Done{Position: s.log.Last()}, nil
		}
		return chat.Done{}, err
	}
	action := DeleteOwn
	if m.From.ID != by.ID {
		action = DeleteOthers
	}
	if _, err := s.at(action, by, m.Room); err != nil {
		return chat.Done{}, err
	}
	author := m.From
	done, err := s.done(ctx, chat.Event{
		Kind: chat.MessageDeleted, Author: by.User, Room: m.Room,
		Change: chat.Change{Target: r.Seq, User: &author, Reason: reason},
	})
	if is(err, chat.CodeDeleted) {
		return chat.Done{Position: s.log.Last()}, nil
	}
	return done, err
}

// React puts a reaction under a message, or takes it back.
func (s *Service) React(ctx context.Context, who chat.User, r chat.ReactRequest) (chat.Done, error) {
	if err := checkEmoji(r.Emoji); err != nil {
		return chat.Done{}, err
	}
	return s.toggle(ctx, React, who, r.MessageRef, chat.Event{
		Kind: chat.MessageReacted, Change: chat.Change{Target: r.Seq, Emoji: r.Emoji, On: on(r.On)},
	})
}

// Pin pins a message, or takes the pin away.
func (s *Service) Pin(ctx context.Context, who chat.User, r chat.PinRequest) (chat.Done, error) {
	return s.toggle(ctx, Pin, who, r.MessageRef, chat.Event{
		Kind: chat.MessagePinned, Change: chat.Change{Target: r.Seq, On: on(r.On)},
	})
}

func (s *Service) toggle(ctx context.Context, a Action, who chat.User, r chat.MessageRef, e chat.Event) (chat.Done, error) {
	by := s.Standing(who)
	m, err := s.message(ctx, a, by, r)
	if err != nil {
		return chat.Done{}, err
	}
	e.Author, e.Room = by.User, m.Room
	return s.done(ctx, e)
}

// Edits answers the texts a message had.
func (s *Service) Edits(ctx context.Context, who chat.User, r chat.MessageRef) (chat.Edits, error) {
	m, err := s.message(ctx, Read, s.Standing(who), r)
	if err != nil {
		return chat.Edits{}, err
	}
	out, err := s.model.Edits(ctx, m.Room, r.Seq)
	if err != nil {
		return chat.Edits{}, s.fault("read edits", err)
	}
	return out, nil
}

// Pins answers the pinned messages of a room.
func (s *Service) Pins(ctx context.Context, who chat.User, called string) ([]chat.Message, error) {
	in, err := s.at(Read, s.Standing(who), called)
	if err != nil {
		return nil, err
	}
	list, err := s.model.Pins(ctx, in.ID)
	if err != nil {
		return nil, s.fault("read pins", err)
	}
	return list, nil
}

// message finds a message that who may do a with, and that is not deleted.
func (s *Service) message(ctx context.Context, a Action, who chat.Standing, r chat.MessageRef) (chat.Message, error) {
	in, err := s.at(a, who, r.Room)
	if err != nil {
		return chat.Message{}, err
	}
	if r.Seq == 0 {
		return chat.Message{}, badRequest("seq is the number of a message in its room, from 1")
	}
	m, err := s.model.Message(ctx, in.ID, r.Seq)
	if err != nil {
		return chat.Message{}, s.fault("look up a message", err)
	}
	if m.Deleted != 0 {
		return chat.Message{}, &chat.Error{Code: chat.CodeDeleted, Message: "that message was deleted"}
	}
	return m, nil
}
