package gateway

import (
	"cmp"
	"net"
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
	"github.com/hobnob-chat/hobnob/server/auth"
)

// maxClient is how many bytes of what a client calls itself are kept.
const maxClient = 100

// clientName is what a client calls itself, as it may be shown to its user.
func clientName(s string) string {
	s = chat.SanitizeLine(s[:min(len(s), maxClient)])
	return s[:min(len(s), maxClient)]
}

// sessions answers where the one who asks is signed in and connected now, the oldest
// first.
func (s *session) sessions(who auth.Identity, _ []socketio.Value) (any, error) {
	if err := s.g.cfg.Service.MaySessions(who.User); err != nil {
		return nil, err
	}
	found := make(map[string]*chat.Session)
	s.g.hub.Each(who.User.ID, func(one *session) {
		one.mu.Lock()
		defer one.mu.Unlock()
		since := chat.ToMillis(one.since)
		if at := found[one.identity.SignIn]; at != nil {
			at.Since, at.Client, at.Current = min(at.Since, since), cmp.Or(at.Client, one.client), at.Current || one == s
			return
		}
		address, _, err := net.SplitHostPort(one.remote)
		if err != nil {
			address = one.remote
		}
		found[one.identity.SignIn] = &chat.Session{
			ID: one.identity.SignIn, Client: one.client, Address: address, Since: since, Current: one == s,
		}
	})
	list := make([]chat.Session, 0, len(found))
	for _, one := range found {
		list = append(list, *one)
	}
	slices.SortFunc(list, func(a, b chat.Session) int { return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.ID, b.ID)) })
	return struct {
		Sessions []chat.Session `json:"sessions"`
	}{list}, nil
}

// endSession ends sign-ins of the one who asks, or of somebody below them.
func (s *session) endSession(who auth.Identity, args []socketio.Value) (any, error) {
	var r chat.SessionEndRequest
	if err := asObject(args, 0, &r); err != nil {
		return nil, err
	}
	return s.g.cfg.Service.EndSession(s.ctx, who.User, who.SignIn, r)
}
