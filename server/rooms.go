package server

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// at finds the room somebody calls by a name, in which they may do a. It has neither
// Members nor People.
func (s *Service) at(a Action, who chat.Standing, called string) (chat.Room, error) {
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	in, err := s.team.find(called)
	if err != nil {
		return chat.Room{}, err
	}
	if err := permit(a, who, in); err != nil {
		return chat.Room{}, err
	}
	return in.Room, nil
}

// seen finds a room that somebody may know of, whatever they may do there.
func (s *Service) seen(who chat.Standing, called string) (chat.Room, error) {
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	in, err := s.team.find(called)
	switch {
	case who.Banned:
		return chat.Room{}, permit(Read, who, nil)
	case err != nil:
		return chat.Room{}, err
	case !in.visible(who):
		return chat.Room{}, unknownRoom()
	}
	return in.Room, nil
}

// done makes something happen and answers where it stands.
func (s *Service) done(ctx context.Context, e chat.Event) (chat.Done, error) {
	e, err := s.change(ctx, e)
	if is(err, chat.CodeUnchanged) {
		return s.settled(), nil
	}
	if err != nil {
		return chat.Done{}, err
	}
	return chat.Done{Position: e.Position}, nil
}

// settled answers a request that found all as it asked for it: with the place of
// the newest event that was told, and that nothing changed.
func (s *Service) settled() chat.Done {
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	return chat.Done{Position: s.team.position, Unchanged: true}
}

// MayPost answers the ID of the room somebody calls by a name, in which they may
// upload a file.
func (s *Service) MayPost(_ context.Context, who chat.User, called string) (string, error) {
	in, err := s.at(Upload, s.Standing(who), called)
	return in.ID, err
}

// MayRead tells whether somebody may read the room of an ID.
func (s *Service) MayRead(_ context.Context, who chat.User, id string) error {
	_, err := s.at(Read, s.Standing(who), id)
	return err
}

// Visible answers the IDs of the rooms that somebody may read: those they are in,
// and where all is set those they could join as well.
func (s *Service) Visible(who chat.User, all bool) []string {
	by := s.Standing(who)
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	var out []string
	for id, r := range s.team.rooms {
		if (all || r.has(by.ID)) && permit(Read, by, r) == nil {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// Rooms lists the rooms somebody is in and may read, by name, the direct ones last,
// and the place in the log that this is of.
func (s *Service) Rooms(ctx context.Context, who chat.User) ([]chat.Membership, chat.Position, error) {
	by := s.Standing(who)
	if by.Banned {
		return nil, chat.Position{}, permit(Read, by, nil)
	}
	list, at, err := s.model.Memberships(ctx, by.ID, "")
	if err != nil {
		return nil, chat.Position{}, s.fault("read rooms", err)
	}
	s.team.mu.RLock()
	list = slices.DeleteFunc(list, func(m chat.Membership) bool {
		in := s.team.rooms[m.ID] // none where that has not been told yet
		return in == nil || permit(Read, by, in) != nil
	})
	s.team.mu.RUnlock()
	sortRooms(list)
	return list, at, nil
}

// RoomList lists the rooms somebody is in or may join, as Rooms does.
func (s *Service) RoomList(ctx context.Context, who chat.User, r chat.RoomListRequest) (chat.RoomList, error) {
	switch {
	case len(r.Query) > maxCalled:
		return chat.RoomList{}, badRequest("query is a part of a room's name")
	case r.Limit < 0:
		return chat.RoomList{}, badRequest("limit must not be negative")
	}
	list, at, err := s.Rooms(ctx, who)
	if err != nil {
		return chat.RoomList{}, err
	}
	by := s.Standing(who)
	query := chat.FoldName(strings.TrimPrefix(r.Query, "#"))
	listed := make(map[string]bool, len(list))
	for i := range list {
		listed[list[i].ID] = true
	}
	s.team.mu.RLock()
	for id, other := range s.team.rooms {
		if !listed[id] && !other.has(by.ID) && permit(Read, by, other) == nil {
			list = append(list, chat.Membership{Room: s.team.copy(other), Read: other.LastSeq, Notify: chat.NotifyAll})
		}
	}
	list = slices.DeleteFunc(list, func(m chat.Membership) bool {
		return (m.Archived && !r.Archived) || !strings.Contains(s.team.foldedName(m.ID), query)
	})
	s.team.mu.RUnlock()
	sortRooms(list)
	list, more := pageOf(list, r.After, r.Limit, func(m *chat.Membership) string { return m.ID })
	return chat.RoomList{Rooms: list, RoomsAt: at, More: more}, nil
}

// sortRooms orders rooms by name, the direct ones last.
func sortRooms(list []chat.Membership) {
	slices.SortFunc(list, func(a, b chat.Membership) int {
		direct := cmp.Compare(min(len(b.Name), 1), min(len(a.Name), 1))
		return cmp.Or(direct, cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
}

// answer is a room as somebody is in it after an event.
func (s *Service) answer(ctx context.Context, who, id string, at chat.Position) (chat.RoomAnswer, error) {
	list, _, err := s.model.Memberships(ctx, who, id)
	if err != nil {
		return chat.RoomAnswer{}, s.fault("read a room", err)
	}
	if len(list) == 0 { // they were taken out of it meanwhile
		return chat.RoomAnswer{}, unknownRoom()
	}
	return chat.RoomAnswer{Room: list[0], Position: at}, nil
}

// CreateRoom makes a room with who in it, and those it names.
func (s *Service) CreateRoom(ctx context.Context, who chat.User, r chat.RoomCreateRequest) (chat.RoomAnswer, error) {
	by := s.Standing(who)
	action := CreatePublic
	switch r.Kind {
	case "":
		r.Kind = chat.RoomPublic
	case chat.RoomPublic:
	case chat.RoomPrivate:
		action = CreatePrivate
	default:
		return chat.RoomAnswer{}, badRequest("kind is public or private; dm makes a direct message")
	}
	if err := permit(action, by, nil); err != nil {
		return chat.RoomAnswer{}, err
	}
	name, err := chat.ChooseRoomName(r.Name)
	if err != nil {
		return chat.RoomAnswer{}, err
	}
	for field, text := range map[string]string{"topic": r.Topic, "purpose": r.Purpose} {
		if err := checkLine(field, text); err != nil {
			return chat.RoomAnswer{}, err
		}
	}
	users, err := s.users(r.Users)
	if err != nil {
		return chat.RoomAnswer{}, err
	}
	if err := s.roomFor(by, true, with(by.User, users)); err != nil {
		return chat.RoomAnswer{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return chat.RoomAnswer{}, s.fault("make an ID", err)
	}
	e, err := s.change(ctx, chat.Event{
		Kind: chat.RoomCreated, ID: r.ID, Author: by.User, Room: id.String(),
		Change: chat.Change{Kind: r.Kind, Name: &name, Topic: &r.Topic, Purpose: &r.Purpose, Users: with(by.User, users)},
	})
	if err != nil {
		return chat.RoomAnswer{}, err
	}
	if len(e.Change.Users) > 1 {
		s.chargeRoom(by.ID)
	}
	return s.answer(ctx, by.ID, e.Room, e.Position)
}

// Direct finds the room between who and those they name, or makes it. It is the
// same for the same people, whoever of them asks.
func (s *Service) Direct(ctx context.Context, who chat.User, names []string) (chat.RoomAnswer, error) {
	by := s.Standing(who)
	if err := permit(Direct, by, nil); err != nil {
		return chat.RoomAnswer{}, err
	}
	users, banned, err := s.anybody(names)
	if err != nil {
		return chat.RoomAnswer{}, err
	}
	all := with(by.User, users)
	if len(all) < 2 {
		return chat.RoomAnswer{}, badRequest("a direct message is to somebody else: name at least one other person")
	}
	id := chat.DirectRoom(ids(all))
	s.team.mu.RLock()
	_, there := s.team.rooms[id]
	s.team.mu.RUnlock()
	at := s.settled().Position
	if !there && banned != "" {
		return chat.RoomAnswer{}, &chat.Error{Code: chat.CodeBanned, Message: chat.SanitizeLine(banned) + " is banned"}
	}
	if !there {
		if err := s.roomFor(by, len(all) > 2, all); err != nil {
			return chat.RoomAnswer{}, err
		}
		// Whoever of them is first makes it; the others find it.
		e, err := s.change(ctx, chat.Event{
			Kind: chat.RoomCreated, Author: by.User, Room: id, Change: chat.Change{Kind: chat.RoomDirect, Users: all},
		})
		switch {
		case err == nil:
			if at = e.Position; len(all) > 2 {
				s.chargeRoom(by.ID)
			}
		case is(err, chat.CodeNameTaken):
			at = s.settled().Position
		default:
			return chat.RoomAnswer{}, err
		}
	}
	return s.answer(ctx, by.ID, id, at)
}

// roomFor tells whether each of those who would come into a room may be in one more,
// and whether who asks may make one more, where that is what they do.
func (s *Service) roomFor(by chat.Standing, making bool, users []chat.User) error {
	in, made := make([]int, len(users)), 0
	s.team.mu.RLock()
	for _, r := range s.team.rooms {
		if r.creator == by.ID && (r.Kind != chat.RoomDirect || len(r.members) > 2) {
			made++
		}
		for i := range users {
			if _, member := r.members[users[i].ID]; member {
				in[i]++
			}
		}
	}
	s.team.mu.RUnlock()
	if making && made >= s.maxMade && !slices.Contains(admins, by.Role) {
		return &chat.Error{Code: chat.CodeTooLarge, Message: fmt.Sprintf("you have made %d rooms, as many as one may; an owner or admin can make another", made)}
	}
	for i := range users {
		if in[i] >= s.maxIn {
			who := "you are"
			if users[i].ID != by.ID {
				who = chat.SanitizeLine(users[i].Name) + " is"
			}
			return &chat.Error{Code: chat.CodeTooLarge, Message: fmt.Sprintf("%s in %d rooms, as many as one may be in; leaving some makes place", who, in[i])}
		}
	}
	return nil
}

// with is users with one more, each once.
func with(u chat.User, users []chat.User) []chat.User {
	out := []chat.User{u}
	for _, other := range users {
		if !slices.ContainsFunc(out, func(o chat.User) bool { return o.ID == other.ID }) {
			out = append(out, other)
		}
	}
	return out
}

// users resolves what a request calls people. None may be banned.
func (s *Service) users(called []string) ([]chat.User, error) {
	out, banned, err := s.anybody(called)
	if err == nil && banned != "" {
		return nil, &chat.Error{Code: chat.CodeBanned, Message: chat.SanitizeLine(banned) + " is banned"}
	}
	return out, err
}

// anybody is users, also of who is banned: one of their names is banned.
func (s *Service) anybody(called []string) (out []chat.User, banned string, err error) {
	if len(called) > chat.MaxPeople {
		return nil, "", badRequest("a request names at most %d people", chat.MaxPeople)
	}
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	out = make([]chat.User, 0, len(called))
	for _, c := range called {
		p, err := s.team.person(c)
		if err != nil {
			return nil, "", err
		}
		if p.Banned {
			banned = p.Name
		}
		out = append(out, p.User)
	}
	return out, banned, nil
}

// JoinRoom brings who into a public room. Who is in it already is answered as
// well.
func (s *Service) JoinRoom(ctx context.Context, who chat.User, called string) (chat.RoomAnswer, error) {
	by := s.Standing(who)
	in, err := s.seen(by, called)
	if err != nil {
		return chat.RoomAnswer{}, err
	}
	if s.isIn(in.ID, by.ID) {
		return s.answer(ctx, by.ID, in.ID, s.settled().Position)
	}
	if _, err := s.at(Join, by, in.ID); err != nil {
		return chat.RoomAnswer{}, err
	}
	if err := s.roomFor(by, false, []chat.User{by.User}); err != nil {
		return chat.RoomAnswer{}, err
	}
	done, err := s.done(ctx, chat.Event{Kind: chat.RoomJoined, Author: by.User, Room: in.ID, Change: chat.Change{Users: []chat.User{by.User}}})
	if err != nil {
		return chat.RoomAnswer{}, err
	}
	return s.answer(ctx, by.ID, in.ID, done.Position)
}

// InviteTo lets people into a room.
func (s *Service) InviteTo(ctx context.Context, who chat.User, r chat.RoomRequest) (chat.RoomAnswer, error) {
	by := s.Standing(who)
	in, err := s.at(Invite, by, r.Room)
	if err != nil {
		return chat.RoomAnswer{}, err
	}
	if r.User != "" {
		r.Users = append(r.Users, r.User)
	}
	users, err := s.users(r.Users)
	if err != nil {
		return chat.RoomAnswer{}, err
	}
	users = slices.DeleteFunc(users, func(u chat.User) bool { return s.isIn(in.ID, u.ID) })
	if len(r.Users) == 0 {
		return chat.RoomAnswer{}, badRequest("name who is to come in, in users")
	}
	if len(users) == 0 {
		return s.answer(ctx, by.ID, in.ID, s.settled().Position)
	}
	if err := s.roomFor(by, false, users); err != nil {
		return chat.RoomAnswer{}, err
	}
	done, err := s.done(ctx, chat.Event{Kind: chat.RoomJoined, Author: by.User, Room: in.ID, Change: chat.Change{Users: users}})
	if err != nil {
		return chat.RoomAnswer{}, err
	}
	s.chargeRoom(by.ID)
	return s.answer(ctx, by.ID, in.ID, done.Position)
}

// count is how many people are in a room.
func (s *Service) count(room string) int {
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	return len(s.team.rooms[room].members)
}

// LeaveRoom takes who out of a room.
func (s *Service) LeaveRoom(ctx context.Context, who chat.User, r chat.RoomRequest) (chat.Done, error) {
	by := s.Standing(who)
	in, err := s.at(Leave, by, r.Room)
	if err != nil {
		return chat.Done{}, err
	}
	if in.Kind == chat.RoomPrivate && s.count(in.ID) == 1 {
		return chat.Done{}, &chat.Error{
			Code: chat.CodeNotAllowed, Message: "you are the last one in " + title(in) + ", which nobody could see any more: archive it, or let somebody in first",
		}
	}
	return s.done(ctx, chat.Event{Kind: chat.RoomLeft, Author: by.User, Room: in.ID, Change: chat.Change{User: &by.User}})
}

// RemoveFrom takes somebody else out of a room.
func (s *Service) RemoveFrom(ctx context.Context, who chat.User, r chat.RoomRequest) (chat.Done, error) {
	if err := checkLine("reason", r.Reason); err != nil {
		return chat.Done{}, err
	}
	by := s.Standing(who)
	in, err := s.at(Remove, by, r.Room)
	if err != nil {
		return chat.Done{}, err
	}
	other, err := s.person(r.User)
	switch {
	case err != nil:
		return chat.Done{}, err
	case other.ID == by.ID:
		return chat.Done{}, badRequest("that is you; leave the room instead")
	case !above(by, other):
		return chat.Done{}, notBelow(by, other)
	case in.ID == chat.GeneralRoom:
		return chat.Done{}, &chat.Error{Code: chat.CodeNotAllowed, Message: "nobody is taken out of " + title(in) + ": the whole team is in it"}
	case in.Kind == chat.RoomDirect:
		return chat.Done{}, &chat.Error{Code: chat.CodeNotAllowed, Message: "nobody is taken out of a direct message"}
	case !s.isIn(in.ID, other.ID):
		return chat.Done{}, &chat.Error{Code: chat.CodeNotMember, Message: chat.SanitizeLine(other.Name) + " is not in this room"}
	}
	return s.done(ctx, chat.Event{Kind: chat.RoomLeft, Author: by.User, Room: in.ID, Change: chat.Change{User: &other.User, Reason: r.Reason}})
}

func (s *Service) isIn(id, user string) bool {
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	r := s.team.rooms[id]
	return r != nil && r.has(user)
}
