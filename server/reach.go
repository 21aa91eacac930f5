package server

import (
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// reach says who hears a stored event. It is asked after the team has applied it.
func (s *Service) reach(e *chat.Event) Reach {
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	c := &e.Change
	switch e.Kind {
	case chat.RoomCreated:
		return Reach{Room: e.Room, Team: c.Kind == chat.RoomPublic, Enter: ids(c.Users)}
	case chat.RoomChanged:
		r := s.team.rooms[e.Room]
		return Reach{Room: e.Room, Team: r != nil && r.Kind == chat.RoomPublic}
	case chat.RoomJoined:
		return Reach{Room: e.Room, Enter: ids(c.Users)}
	case chat.RoomLeft:
		return Reach{Room: e.Room, Users: []string{c.User.ID}, Leave: []string{c.User.ID}}
	case chat.SessionEnded:
		return Reach{Users: []string{c.User.ID}}
	case chat.HookCreated, chat.HookDeleted:
		return Reach{} // it is in the audit trail
	case chat.MarkerMoved, chat.NotifyChanged, chat.ThreadFollowed:
		return Reach{Users: []string{e.Author.ID}}
	case chat.UserEntered:
		if s.presence.many() {
			return Reach{} // thousands would be told of each newcomer, and do not look
		}
		return Reach{Room: chat.GeneralRoom, Team: true}
	case chat.RoleChanged, chat.UserBanned:
		return Reach{Room: chat.GeneralRoom, Team: true}
	case chat.UserMuted:
		return Reach{Room: e.Room, Users: []string{c.User.ID}}
	}
	return Reach{Room: e.Room}
}

// hearer is somebody who was away, and what they hear of a stored event: as reach and
// the hub would have it.
type hearer struct {
	who   chat.Standing
	rooms map[string]bool        // that they are in
	only  func(room string) bool // that their token is for, nil is any
	all   bool                   // it is for what concerns no room, too
}

// hears tells whether they hear an event, and follows where it moves them. Of a room
// that they may read no more they hear that they came into it and went, and nothing of
// what was said meanwhile: whoever was taken out cannot have it told again.
func (s *Service) hears(e *chat.Event, h *hearer) bool {
	in := func(room string) bool { return h.rooms[room] && (h.only == nil || h.only(room)) }
	if e.Kind == chat.MessageCreated {
		return in(e.Room) && s.sees(e.Room, h.who)
	}
	to := s.reach(e)
	enters, leaves := slices.Contains(to.Enter, h.who.ID), slices.Contains(to.Leave, h.who.ID)
	if enters {
		h.rooms[e.Room] = true
	}
	heard := in(to.Room) || (to.Team && h.all && h.who.Role != chat.RoleGuest) ||
		(slices.Contains(to.Users, h.who.ID) && (h.only == nil || h.only(e.Room)))
	if leaves {
		delete(h.rooms, e.Room)
	}
	return heard && (enters || leaves || s.sees(e.Room, h.who))
}

// sees tells whether somebody may read a room today; what concerns none they may.
func (s *Service) sees(room string, who chat.Standing) bool {
	if room == "" {
		return true
	}
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	r := s.team.rooms[room]
	return r == nil || r.visible(who)
}

// lateNow is the room of an event that somebody is told later: as it is by then,
// where they may still know of it; and of one that they may not, nothing that came
// after.
func (s *Service) lateNow(e *chat.Event, who chat.Standing) *chat.Room {
	s.team.mu.RLock()
	defer s.team.mu.RUnlock()
	r := s.team.rooms[e.Room]
	switch {
	case r == nil:
		return &chat.Room{ID: e.Room}
	case !r.visible(who):
		return &chat.Room{ID: e.Room, Kind: r.Kind}
	}
	now := s.team.copy(r)
	return &now
}

// RoomAt is the room of an event, as it is told with it.
func RoomAt(e *chat.Event) chat.Room {
	if e.Now == nil {
		return chat.Room{ID: e.Room}
	}
	return *e.Now
}

func ids(users []chat.User) []string {
	out := make([]string, len(users))
	for i := range users {
		out[i] = users[i].ID
	}
	return out
}
