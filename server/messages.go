package server

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Post asks for a draft to be posted by author. done is called once with where
// the message stands, or with a *chat.Error; it must not block. Drafts posted
// from one goroutine keep their order. Post blocks while the log is behind.
func (s *Service) Post(ctx context.Context, author chat.User, d chat.Draft, done func(chat.Posted, error)) {
	s.post(ctx, author, d, nil, done)
}

func (s *Service) post(ctx context.Context, author chat.User, d chat.Draft, may func() bool, done func(chat.Posted, error)) {
	e, err := s.event(ctx, author, d)
	if err != nil {
		if p, ok := s.posted(ctx, author, d.ID); ok {
			done(p, nil) // the rules may have changed since; it stands all the same
			return
		}
		done(chat.Posted{}, err)
		return
	}
	// An event is large: what is kept of it until it is stored is what is looked at then.
	room, who, id, body := e.Room, e.Author.ID, e.ID, e.Body
	err = s.log.AppendIf(ctx, e, may, func(stored chat.Event, err error) {
		switch {
		case err != nil:
			s.slow.giveBack(room, who, id)
			done(chat.Posted{}, s.fault("append", err))
		case stored.Kind != chat.MessageCreated || !sameDraft(&stored, room, body):
			done(chat.Posted{}, errUsed())
		default:
			done(chat.Posted{ID: stored.ID, Room: stored.Room, Seq: stored.Seq, Position: stored.Position, At: stored.At}, nil)
		}
	})
	if err != nil {
		s.slow.giveBack(room, who, id)
		done(chat.Posted{}, s.fault("append", err))
	}
}

// sameDraft tells whether what is stored under an ID is what was to be said now. Of what
// was deleted since nobody knows.
func sameDraft(stored *chat.Event, room string, body chat.Body) bool {
	if len(stored.Body.JSON) == 0 {
		return true
	}
	return stored.Room == room && bytes.Equal(stored.Body.JSON, body.JSON) &&
		slices.EqualFunc(stored.Body.Attachments, body.Attachments, bytes.Equal)
}

// posted is where the message stands that a draft which may not be posted now was
// when it was sent before: whoever repeats it has lost the answer.
func (s *Service) posted(ctx context.Context, author chat.User, id string) (chat.Posted, bool) {
	if !validID(id) || s.Standing(author).Banned {
		return chat.Posted{}, false
	}
	p, found, err := s.model.Posted(ctx, author.ID, id)
	if err != nil {
		_ = s.fault("look up a draft", err) // the draft's own error is the answer
		return chat.Posted{}, false
	}
	return p, found
}

// event checks a draft and makes the event it asks for.
func (s *Service) event(ctx context.Context, author chat.User, d chat.Draft) (chat.Event, error) {
	if err := s.checkDraft(&d); err != nil {
		return chat.Event{}, err
	}
	if d.Plain || !s.knows(author.ID) { // on the plain lane nobody says hello
		if err := s.Enter(ctx, author); err != nil {
			return chat.Event{}, err
		}
	}
	who := s.Standing(author)
	in, err := s.at(Post, who, d.Room)
	if err != nil {
		return chat.Event{}, err
	}
	if _, err := s.refers(ctx, in.ID, "reply_to", d.ReplyTo); err != nil {
		return chat.Event{}, err
	}
	thread, err := s.refers(ctx, in.ID, "thread", d.Thread)
	if err != nil {
		return chat.Event{}, err
	}
	if thread != "" {
		d.Thread = thread // an answer to an answer is one in its thread
	}
	if d.Extra.Files, err = s.files(ctx, who, in.ID, d.Extra.Files); err != nil {
		return chat.Event{}, err
	}
	if d.Extra.Mentions, err = s.mentions(who, in.ID, d.Body, d.Extra.Style, nil); err != nil {
		return chat.Event{}, err
	}
	now := s.cfg.Now()
	if in.Slow > 0 && !slices.Contains(admins, who.Role) {
		// Last, for it takes the author's turn.
		if wait := s.slow.wait(in.ID, who.ID, d.ID, time.Duration(in.Slow)*time.Second, now); wait > 0 {
			return chat.Event{}, &chat.Error{Code: chat.CodeSlowMode, Message: fmt.Sprintf("%s is in slow mode: wait another %s", title(in), span(wait))}
		}
	}
	return chat.Event{
		Kind: chat.MessageCreated, ID: d.ID, Author: who.User, At: chat.ToMillis(now),
		Room: in.ID, Body: d.Body, ReplyTo: d.ReplyTo, Thread: d.Thread, Extra: d.Extra,
	}, nil
}

// checkDraft tells whether a draft can be a message, and gives it an ID where it has
// none.
func (s *Service) checkDraft(d *chat.Draft) error {
	if d.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return s.fault("make an ID", err)
		}
		d.ID = id.String()
	}
	if !validID(d.ID) {
		return errID()
	}
	if err := s.checkBody(d.Body); err != nil {
		return err
	}
	if !d.Plain && len(d.Extra.Files) == 0 && blank(d.Body) {
		return badRequest("the message is empty; say something, or attach a file")
	}
	return checkExtra(&d.Extra)
}

// checkBody tells whether a body can be a message.
func (s *Service) checkBody(b chat.Body) error {
	if len(b.JSON) == 0 {
		return badRequest("the message has no body")
	}
	if size := bodySize(b); size > s.cfg.MaxBody {
		return &chat.Error{Code: chat.CodeTooLarge, Message: fmt.Sprintf(
			"the message has %d bytes and this server takes %d; send it in parts", size, s.cfg.MaxBody)}
	}
	if depth(b.JSON) > maxDepth {
		return badRequest("the message is nested deeper than %d levels", maxDepth)
	}
	return nil
}

// refers checks that a message speaks of another one of its room, and answers the
// thread that one is an answer in, "" where it is in none.
func (s *Service) refers(ctx context.Context, room, field, id string) (thread string, err error) {
	if id == "" {
		return "", nil
	}
	if !validID(id) {
		return "", badRequest("%s is not the ID of a message", field)
	}
	thread, found, err := s.model.Refers(ctx, room, id)
	if err != nil {
		return "", s.fault("look up "+field, err)
	}
	if !found {
		return "", &chat.Error{Code: chat.CodeNotFound, Message: field + " names a message that is not in this room"}
	}
	return thread, nil
}

// History answers a page of a room that who may read.
func (s *Service) History(ctx context.Context, who chat.User, r chat.HistoryRequest) (chat.History, error) {
	in, err := s.at(Read, s.Standing(who), r.Room)
	if err != nil {
		return chat.History{}, err
	}
	if r.Before != 0 && r.After != nil {
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
	page.Room = in.ID
	return page, nil
}

// Edit replaces the text of one's own message.
func (s *Service) Edit(ctx context.Context, who chat.User, r chat.EditRequest, body chat.Body) (chat.Edited, error) {
	if err := s.checkBody(body); err != nil {
		return chat.Edited{}, err
	}
	if blank(body) {
		return chat.Edited{}, badRequest("the message would be empty; message:delete takes it away")
	}
	by := s.Standing(who)
	m, err := s.message(ctx, EditOwn, by, r.MessageRef)
	if err != nil {
		return chat.Edited{}, err
	}
	if m.From.ID != by.ID {
		return chat.Edited{}, &chat.Error{Code: chat.CodeNotAllowed, Message: "that message is " + chat.SanitizeLine(m.From.Name) + "'s; only they can edit it"}
	}
	mentions, err := s.mentions(by, m.Room, body, m.Style, m.Mentions)
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
	in, err := s.seen(by, r.Room)
	if err != nil {
		return chat.Done{}, err
	}
	m, err := s.messageOf(ctx, in.ID, r.Seq)
	if err == nil {
		action := DeleteOwn
		if m.From.ID != by.ID {
			action = DeleteOthers
		}
		_, err = s.at(action, by, in.ID)
	}
	var done chat.Done
	if err == nil {
		author := m.From
		done, err = s.done(ctx, chat.Event{
			Kind: chat.MessageDeleted, Author: by.User, Room: m.Room,
			Change: chat.Change{Target: r.Seq, User: &author, Reason: reason},
		})
	}
	if is(err, chat.CodeDeleted) {
		return s.settled(), nil
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

// Pins answers the pinned messages of a room, the one pinned last first.
func (s *Service) Pins(ctx context.Context, who chat.User, called string) (chat.Found, error) {
	in, err := s.at(Read, s.Standing(who), called)
	if err != nil {
		return chat.Found{}, err
	}
	found, err := s.model.Pins(ctx, in.ID)
	if err != nil {
		return chat.Found{}, s.fault("read pins", err)
	}
	return found, nil
}

// Trim takes the messages of a room up to a number away for good, as the room's Keep
// has it, a few at a time: others write meanwhile.
func (s *Service) Trim(ctx context.Context, room string, upto uint64) error {
	for {
		e, err := s.change(ctx, chat.Event{Kind: chat.RoomTrimmed, Author: chat.System, Room: room, Change: chat.Change{Target: upto}})
		if is(err, chat.CodeUnchanged) {
			return nil
		}
		if err != nil {
			return err
		}
		if e.Change.Target >= upto {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("trim a room: %w", err)
		}
	}
}

// message finds a message that who may do a with, and that is not deleted.
func (s *Service) message(ctx context.Context, a Action, who chat.Standing, r chat.MessageRef) (chat.Message, error) {
	in, err := s.at(a, who, r.Room)
	if err != nil {
		return chat.Message{}, err
	}
	return s.messageOf(ctx, in.ID, r.Seq)
}

// messageOf finds a message that is not deleted.
func (s *Service) messageOf(ctx context.Context, room string, seq uint64) (chat.Message, error) {
	if seq == 0 {
		return chat.Message{}, badRequest("seq is the number of a message in its room, from 1")
	}
	m, err := s.model.Message(ctx, room, seq)
	if err != nil {
		return chat.Message{}, s.fault("look up a message", err)
	}
	if m.Deleted != 0 {
		return chat.Message{}, &chat.Error{Code: chat.CodeDeleted, Message: "that message was deleted"}
	}
	return m, nil
}
