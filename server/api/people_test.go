package api

import (
	"slices"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// everybody is a team in which all are what their tokens say, but for who is called
// mallory.
type everybody struct{}

func (everybody) Standing(u chat.User) chat.Standing {
	out := chat.Standing{User: u, Scope: u.Scope, Banned: u.Name == "mallory"}
	if u.Name == "lost" { // whose sign-ins were all ended
		out.Ended.Before = chat.ToMillis(time.Now().Add(time.Hour))
	}
	return out
}

func (everybody) MayInvite(u chat.User) error {
	if slices.Contains([]chat.Role{chat.RoleOwner, chat.RoleAdmin}, u.Role) {
		return nil
	}
	return &chat.Error{Code: chat.CodeNotAllowed, Message: "only an owner or admin invites people"}
}
