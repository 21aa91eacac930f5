package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/user"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/api"
	"github.com/hobnob-chat/hobnob/server/store"
)

// settle makes what a team has from its first start on: its name and its host's
// own account. Later starts find them, and may rename the team.
func (h *host) settle(ctx context.Context, db *store.Store) error {
	if err := h.settleOwner(ctx, db); err != nil {
		return err
	}
	team, err := db.Team(ctx)
	if err != nil {
		return err
	}
	h.team = team
	name := chat.SanitizeLine(strings.TrimSpace(h.config.team))
	if name == "" && team.Name == "" {
		if name, err = h.newTeam(ctx); err != nil {
			return err
		}
	}
	if name != "" {
		h.team.Name = name
	}
	h.noteNames(team.Name)
	if h.team.Name == team.Name {
		return nil
	}
	return db.SetTeamName(ctx, name)
}

// invites is where the store keeps what the API makes.
type invites struct{ *store.Store }

// CreateInvite implements api.Invites.
func (i invites) CreateInvite(ctx context.Context, codeHash []byte, by string, role chat.Role, expires time.Time) error {
	return i.Store.CreateInvite(ctx, codeHash, store.Invite{By: by, Role: role, Expires: expires, Uses: 1})
}

// OpenInvites implements api.Invites.
func (i invites) OpenInvites(ctx context.Context, now time.Time) (int, error) {
	return i.Store.OpenInvites(ctx, now)
}

// OpenInvite implements api.Invites.
func (i invites) OpenInvite(ctx context.Context, codeHash []byte, now time.Time) (chat.Role, time.Time, bool, error) {
	invite, open, err := i.Store.OpenInvite(ctx, codeHash, now)
	return invite.Role, invite.Expires, open, err
}

// CheckInvite implements api.Invites.
func (i invites) CheckInvite(ctx context.Context, codeHash []byte, now time.Time) error {
	return i.Store.CheckInvite(ctx, codeHash, now)
}

// Redeem implements api.Invites.
func (i invites) Redeem(ctx context.Context, r api.Redemption) (chat.User, bool, error) {
	return i.Store.Redeem(ctx, store.Redemption(r))
}

// settleOwner finds or makes the host's own account. The file is first, and the
// account follows it at any start: neither a crash between the two nor the loss
// of one can keep the team from being served.
func (h *host) settleOwner(ctx context.Context, db *store.Store) error {
	account, err := readHost(h.folder.path)
	h.owner, h.ownSignIn = account.User, account.signIn()
	if errors.Is(err, fs.ErrNotExist) {
		var id uuid.UUID
		if id, err = uuid.NewV7(); err != nil {
			return err
		}
		var name string
		if name, err = h.newOwner(ctx); err != nil {
			return err
		}
		h.owner = chat.User{ID: id.String(), Name: name, Role: chat.RoleOwner}
		err = h.writeOwner()
	}
	if err != nil {
		return err
	}
	name := h.owner.Name
	for n := 2; ; n++ {
		err = db.CreateAccount(ctx, h.owner, chat.FoldName(h.owner.Name))
		if !errors.Is(err, &chat.Error{Code: chat.CodeNameTaken}) {
			break
		}
		h.owner.Name = fmt.Sprintf("%s-%d", name, n)
	}
	if errors.Is(err, store.ErrAccountExists) {
		return nil
	}
	if err != nil || h.owner.Name == name {
		return err
	}
	return h.writeOwner()
}

// enter sees to it that all who have an account are in the team, also those who
// joined before that was written down, and have not said a word.
func (h *host) enter(ctx context.Context, db *store.Store) error {
	accounts, err := db.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if err := h.people.Enter(ctx, a.User); err != nil && !errors.Is(err, &chat.Error{Code: chat.CodeBanned}) {
			return err
		}
	}
	return nil
}

// hostName is what the operating system calls the person, where that is a name.
func hostName() string {
	if u, err := user.Current(); err == nil {
		name := u.Username
		if _, after, ok := strings.Cut(name, `\`); ok { // DOMAIN\name on Windows
			name = after
		}
		if name, err := chat.ChooseName(name); err == nil {
			return name
		}
	}
	return "host"
}
