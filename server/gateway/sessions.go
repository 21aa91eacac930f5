package gateway

import (
	"cmp"
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
	"github.com/hobnob-chat/hobnob/server/auth"
)

// names are what a client said in hello of itself.
type names struct{ client, device string }

func namesOf(h chat.Hello) *names { return &names{chat.OwnName(h.Client), chat.OwnName(h.Device)} }

// seen is the session's sign-in, as it is remembered.
func (s *session) seen() chat.SessionSeen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seenNow()
}

// seenNow is seen with s.mu held.
func (s *session) seenNow() chat.SessionSeen {
	one := s.identity.Seen(s.remote, s.since, s.g.cfg.Now())
	if s.names != nil {
		one.Said, one.Client, one.Device = true, s.names.client, s.names.device
	}
	return one
}

// SignedIn implements server.Attendance.
func (g *Gateway) SignedIn(all bool) (list []chat.SessionSeen) {
	for _, s := range g.hub.All() {
		s.mu.Lock()
		if s.in && (all || !s.noted) {
			s.noted = true
			list = append(list, s.seenNow())
		}
		s.mu.Unlock()
	}
	return list
}

// sessions answers where the one who asks is signed in.
func (s *session) sessions(who auth.Identity, _ []socketio.Value) (any, error) {
	type connected struct {
		chat.SessionSeen
		program bool
	}
	var own []connected
	s.g.hub.Each(who.User.ID, func(one *session) {
		one.mu.Lock()
		defer one.mu.Unlock()
		c := connected{one.seenNow(), one.program}
		c.Connected, c.Current = true, one == s
		own = append(own, c)
	})
	// What says last what it is counts: of a sign-in that a person and a script of theirs
	// have, the person's.
	slices.SortFunc(own, func(a, b connected) int {
		switch {
		case a.program == b.program:
			return cmp.Compare(a.Since, b.Since)
		case a.program:
			return -1
		}
		return 1
	})
	list := make([]chat.SessionSeen, len(own))
	for i := range own {
		list[i] = own[i].SessionSeen
	}
	found, err := s.g.cfg.Service.Sessions(s.ctx, who.User, list)
	return struct {
		Sessions []chat.Session `json:"sessions"`
	}{found}, err
}

// endSession ends sign-ins of the one who asks, or of somebody below them.
func (s *session) endSession(who auth.Identity, args []socketio.Value) (any, error) {
	var r chat.SessionEndRequest
	if err := asObject(args, 0, &r); err != nil {
		return nil, err
	}
	return s.g.cfg.Service.EndSession(s.ctx, who.User, who.SignIn, r)
}
