package server

import (
	"cmp"
	"context"
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Standing is what the team knows of somebody whose token was found good: their
// role is the token's unless an admin gave them another, and their name the one they
// entered with. Mutes are those that hold now.
func (s *Service) Standing(u chat.User) chat.Standing {
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	p := s.team.people[u.ID]
	if p == nil {
		p = &chat.Standing{User: u}
		p.User.Scope = ""
	}
	out := *p
	out.Scope = u.Scope
	if !p.SetRole && u.Role != "" {
		out.Role = u.Role
	}
	out.Mutes = nil
	for room, until := range p.Mutes {
		if until <= chat.ToMillis(s.cfg.Now()) {
			continue
		}
		if out.Mutes == nil {
			out.Mutes = make(map[string]chat.Millis, len(p.Mutes))
		}
		out.Mutes[room] = until
	}
	return out
}

// MayInvite tells whether somebody may let others into the team.
func (s *Service) MayInvite(who chat.User) error { return permit(InvitePeople, s.Standing(who), nil) }

// MayMeasure tells whether who may read the server's metrics.
func (s *Service) MayMeasure(who chat.User) error { return permit(Measure, s.Standing(who), nil) }

// Enter makes who one of the team, if they are not yet, or have another name or
// role than before. It waits until that is durable. A name is one person's: whoever
// comes later with one that somebody has gets a number behind it.
func (s *Service) Enter(ctx context.Context, who chat.User) error {
	by := s.Standing(who)
	if by.Banned {
		return permit(Read, by, nil)
	}
	if s.isSo(by.User, who.Name) {
		return nil
	}
	return s.enter(ctx, by.User, who.Name)
}

// knows tells whether somebody is in the team.
func (s *Service) knows(user string) bool {
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	return s.team.people[user] != nil
}

// Overhear is Listen for the plain lane: the room that all are in.
func (s *Service) Overhear(who chat.User, join func(Listener) chat.Position) error {
	s.moving.Lock()
	defer s.moving.Unlock()
	if by := s.Standing(who); by.Banned {
		return permit(Read, by, nil)
	}
	only, _ := hearing(who.Scope)
	join(Listener{Lane: PlainLane, User: who.ID, Rooms: []string{chat.GeneralRoom}, Only: only})
	return nil
}

// Listen says what somebody on the chat lane hears, and has join take it up, which
// answers from where on. No move into a room or out of it comes in between, and no
// ban: who is banned before does not listen, and who is after is found listening.
func (s *Service) Listen(who chat.User, join func(Listener) chat.Position) (chat.Position, error) {
	s.moving.Lock()
	defer s.moving.Unlock()
	by := s.Standing(who)
	if by.Banned {
		return chat.Position{}, permit(Read, by, nil)
	}
	only, team := hearing(by.Scope)
	l := Listener{Lane: ChatLane, User: by.ID, Team: team && by.Role != chat.RoleGuest, Only: only}
	s.team.mu.RLock()
	for id, r := range s.team.rooms {
		if r.has(by.ID) {
			l.Rooms = append(l.Rooms, id)
		}
	}
	s.team.mu.RUnlock()
	return join(l), nil
}

// Members lists who is in a room, or in the team when none is named, by name.
func (s *Service) Members(_ context.Context, who chat.User, r chat.MembersRequest) (chat.Members, error) {
	if r.Limit < 0 {
		return chat.Members{}, badRequest("limit must not be negative")
	}
	list, err := s.members(s.Standing(who), r.Room)
	if err != nil {
		return chat.Members{}, err
	}
	slices.SortFunc(list, func(a, b chat.Member) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	list, more := pageOf(list, r.After, r.Limit, func(m *chat.Member) string { return m.ID })
	for i := range list {
		list[i].Presence = s.presence.of(list[i].ID)
	}
	return chat.Members{Members: list, More: more}, nil
}

func (s *Service) members(by chat.Standing, called string) ([]chat.Member, error) {
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	if called == "" {
		if err := permit(ListMembers, by, nil); err != nil {
			return nil, err
		}
		out := make([]chat.Member, 0, len(s.team.people))
		for _, p := range s.team.people {
			out = append(out, chat.Member{User: p.User, Since: p.Entered, Banned: p.Banned})
		}
		return out, nil
	}
	in, err := s.team.find(called)
	if err != nil {
		return nil, err
	}
	if err := permit(ListMembers, by, in); err != nil {
		return nil, err
	}
	out := make([]chat.Member, 0, len(in.members))
	for id, since := range in.members {
		out = append(out, chat.Member{User: s.team.user(id), Since: since, Banned: s.team.people[id] != nil && s.team.people[id].Banned})
	}
	return out, nil
}

// pageOf is a part of a list: what comes after the one of an ID, from the beginning
// where it has none of it, and whether there is more.
func pageOf[T any](list []T, after string, limit int, id func(*T) string) ([]T, bool) {
	if limit == 0 || limit > chat.MaxList {
		limit = chat.MaxList
	}
	if after != "" {
		list = list[1+slices.IndexFunc(list, func(v T) bool { return id(&v) == after }):]
	}
	if len(list) <= limit {
		return list, false
	}
	return list[:limit], true
}

// person resolves what a request calls somebody.
func (s *Service) person(called string) (chat.Standing, error) {
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	if called == "" {
		return chat.Standing{}, badRequest("say who, in user: by ID or name")
	}
	return s.team.person(called)
}

func notBelow(by, other chat.Standing) error {
	if by.ID == other.ID {
		return &chat.Error{Code: chat.CodeNotAllowed, Message: "that is you; choose somebody else"}
	}
	return &chat.Error{Code: chat.CodeNotAllowed, Message: chat.SanitizeLine(other.Name) + " is an " + string(other.Role) + "; that is for an owner to do"}
}

// SetRole gives somebody another role. One owner at least stays.
func (s *Service) SetRole(ctx context.Context, who chat.User, r chat.UserRequest) (chat.Done, error) {
	by := s.Standing(who)
	if err := permit(ChangeRole, by, nil); err != nil {
		return chat.Done{}, err
	}
	if _, ok := chat.ParseRole(string(r.Role)); !ok {
		return chat.Done{}, badRequest("role is owner, admin, member, guest or bot")
	}
	if err := checkLine("reason", r.Reason); err != nil {
		return chat.Done{}, err
	}
	other, err := s.person(r.User)
	if err != nil {
		return chat.Done{}, err
	}
	u := other.User
	u.Role = r.Role
	return s.done(ctx, chat.Event{Kind: chat.RoleChanged, Author: by.User, Change: chat.Change{User: &u, Reason: r.Reason}})
}

// Ban keeps somebody out of the team, or lets them in again. Their sessions end
// when it is told.
func (s *Service) Ban(ctx context.Context, who chat.User, r chat.UserRequest) (chat.Done, error) {
	by, other, err := s.moderate(Ban, who, r)
	if err != nil {
		return chat.Done{}, err
	}
	return s.done(ctx, chat.Event{
		Kind: chat.UserBanned, Author: by.User,
		Change: chat.Change{User: &other.User, On: on(r.On), Reason: r.Reason},
	})
}

// Mute keeps somebody from posting until a time, in one room or everywhere.
func (s *Service) Mute(ctx context.Context, who chat.User, r chat.UserRequest) (chat.Done, error) {
	by, other, err := s.moderate(Mute, who, r)
	if err != nil {
		return chat.Done{}, err
	}
	if r.Until != 0 && r.Until <= chat.ToMillis(s.cfg.Now()) {
		return chat.Done{}, badRequest("until is a time to come, in milliseconds since 1970, or 0 to let them speak again")
	}
	room := ""
	if r.Room != "" {
		in, err := s.at(Mute, by, r.Room)
		if err != nil {
			return chat.Done{}, err
		}
		room = in.ID
	}
	return s.done(ctx, chat.Event{
		Kind: chat.UserMuted, Author: by.User, Room: room,
		Change: chat.Change{User: &other.User, Until: r.Until, Reason: r.Reason},
	})
}

func (s *Service) moderate(a Action, who chat.User, r chat.UserRequest) (by, other chat.Standing, err error) {
	by = s.Standing(who)
	if err = permit(a, by, nil); err != nil {
		return
	}
	if err = checkLine("reason", r.Reason); err != nil {
		return
	}
	if other, err = s.person(r.User); err != nil {
		return
	}
	if other.ID == by.ID || !above(by, other) {
		err = notBelow(by, other)
	}
	return
}

// AuditTrail answers what moderators did; of rooms that who may not see neither their
// names nor who is in them.
func (s *Service) AuditTrail(ctx context.Context, who chat.User, r chat.AuditRequest) ([]chat.AuditEntry, bool, error) {
	if err := permit(Audit, s.Standing(who), nil); err != nil {
		return nil, false, err
	}
	if r.Limit < 0 {
		return nil, false, badRequest("limit must not be negative")
	}
	if err := s.ours(r.Before); err != nil {
		return nil, false, err
	}
	list, more, err := s.model.Audit(ctx, r.Before.Offset, r.Limit)
	if err != nil {
		return nil, false, s.fault("read the audit trail", err)
	}
	by := s.Standing(who)
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	for i := range list {
		e := &list[i]
		if in := s.team.rooms[e.Room]; in != nil && !in.visible(by) { // that there is one, and no more
			e.Name, e.Topic, e.Purpose, e.Users = nil, nil, nil, nil
		}
	}
	return list, more, nil
}
