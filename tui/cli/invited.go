package cli

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// inviteLeft is how long a join line must still be good to be shown again: whoever is sent it reads
// it tomorrow.
const inviteLeft = 24 * time.Hour

// invited makes join lines for a chat: the one that it made before as long as that lets somebody in,
// so that who asks for it again leaves no second door open, unless it is for a second person. It is safe from any goroutine.
type invited struct {
	mu   sync.Mutex
	last chat.Invite // "" before there is one
}

// line is a join line of a server, for who has a token that may make one; another than the one before
// where that is for somebody else.
func (i *invited) line(ctx context.Context, server, token string, another bool, now time.Time) (chat.Invite, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !another && i.last.URL != "" && i.last.Expires.Time().Sub(now) >= inviteLeft {
		code := i.last.URL[strings.LastIndexByte(i.last.URL, '/')+1:]
		var good chat.InviteCheck
		if err := ask(ctx, http.MethodPost, server+"/api/invites/check", "", chat.Redeem{Code: code}, &good); err == nil && good.OK {
			return i.last, nil
		}
	}
	invite, err := CreateInvite(ctx, server, token, chat.RoleMember)
	if err == nil {
		i.last = invite
	}
	return invite, err
}
