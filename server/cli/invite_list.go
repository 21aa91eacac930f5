package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/store"
)

// listedInvite is an invite in the output of --json, whose names are stable.
type listedInvite struct {
	ID       string            `json:"id"`
	State    store.InviteState `json:"state"`
	Role     chat.Role         `json:"role"`
	Left     int               `json:"uses_left"`
	Created  time.Time         `json:"created"`
	Expires  *time.Time        `json:"expires"` // null: never
	By       chat.User         `json:"by"`
	Redeemed []redeemedBy      `json:"redeemed"`
}

type redeemedBy struct {
	chat.User
	At time.Time `json:"at"`
}

func inviteListCommand() *cobra.Command {
	var data string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the invites, and who came in by them",
		Long: "List the team's invites, newest first, while it is served or not; tab-separated: ID, open, used,\n" +
			"expired or revoked, role, uses left, until when, who made it, who came in. A code is not shown:\n" +
			"only its hash is kept.",
		Example: "  hobnob invite list\n  hobnob invite list --json",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := environment(cmd); err != nil {
				return err
			}
			var all []store.InviteEntry
			err := inTeam(cmd.Context(), data, func(team *store.Store) (err error) {
				all, err = team.Invites(cmd.Context(), time.Now())
				return err
			})
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), listed(all))
			}
			if len(all) == 0 {
				fmt.Fprintln(cmd.ErrOrStderr(), "nobody was invited yet\nhint: hobnob invite create")
			}
			for _, e := range all {
				if _, err := io.WriteString(cmd.OutOrStdout(), inviteLine(e)); err != nil {
					return err
				}
			}
			return nil
		},
	}
	dataFlag(cmd.Flags(), &data)
	jsonFlag(cmd, &asJSON)
	describeTwins(cmd.Flags())
	return cmd
}

func listed(all []store.InviteEntry) []listedInvite {
	out := make([]listedInvite, 0, len(all))
	for _, e := range all {
		l := listedInvite{
			ID: e.ID, State: e.State, Role: e.Role, Left: e.Left, Created: e.Created.UTC(), By: e.By, Redeemed: []redeemedBy{},
		}
		if !e.Expires.IsZero() {
			end := e.Expires.UTC()
			l.Expires = &end
		}
		for _, r := range e.Redeemed {
			l.Redeemed = append(l.Redeemed, redeemedBy{r.User, r.At.UTC()})
		}
		out = append(out, l)
	}
	return out
}

// inviteLine is an invite as a person reads it.
func inviteLine(e store.InviteEntry) string {
	until := "for ever"
	if !e.Expires.IsZero() {
		until = "until " + e.Expires.Format(dayTime)
	}
	left := fmt.Sprintf("%d uses left", e.Left)
	if e.Left == 1 {
		left = "1 use left"
	}
	by := e.By.Name
	if by == "" {
		by = e.By.ID // of somebody whose token was made elsewhere
	}
	in := "nobody came in"
	if len(e.Redeemed) > 0 {
		var names []string
		for _, r := range e.Redeemed {
			names = append(names, chat.SanitizeLine(r.User.Name))
		}
		in = strings.Join(names, ", ") + " came in"
	}
	return strings.Join([]string{e.ID, string(e.State), string(e.Role), left, until, "by " + chat.SanitizeLine(by), in}, "\t") + "\n"
}

func inviteRevokeCommand() *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:     "revoke ID",
		Short:   "Take an invite back",
		Long:    "Take an invite back, at once and while the team is served or not: nobody comes in with it any more.\nWho has come in stays.",
		Example: "  hobnob invite list\n  hobnob invite revoke 3f9a01c2d4",
		Args: func(cmd *cobra.Command, args []string) error {
			err := exit.Args(cobra.ExactArgs(1))(cmd, args)
			if e, ok := errors.AsType[*exit.Error](err); ok && len(args) == 0 {
				e.Hint = "hobnob invite list shows their IDs\n" + e.Hint
			}
			return err
		},

		ValidArgsFunction: completeInvite(&data),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := environment(cmd); err != nil {
				return err
			}
			id := chat.SanitizeLine(args[0])
			err := inTeam(cmd.Context(), data, func(team *store.Store) error {
				return team.RevokeInvite(cmd.Context(), args[0], time.Now())
			})
			if errors.Is(err, store.ErrNoInvite) {
				return exit.New(exit.Usage, "hobnob invite list shows their IDs", "there is no invite %q", id)
			}
			if over, ok := errors.AsType[*chat.Error](err); ok {
				return exit.New(exit.Failed, "", "%w", over)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "the invite %s lets nobody in any more\n", id)
			return nil
		},
	}
	dataFlag(cmd.Flags(), &data)
	describeTwins(cmd.Flags())
	return cmd
}
