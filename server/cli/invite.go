package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	client "github.com/hobnob-chat/hobnob/tui/cli"
)

func inviteCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "invite", Short: "Let people in", Args: exit.NoArgs, RunE: exit.Help}
	cmd.AddCommand(inviteCreateCommand(), inviteListCommand(), inviteRevokeCommand())
	return cmd
}

func inviteCreateCommand() *cobra.Command {
	var at reach
	var role string
	cmd := &cobra.Command{
		Use:   "create",
		Short: "Make a line with which one person joins",
		Long: "Make a one-time join line, good for a week: for the team that this machine serves, or with the sign-in\n" +
			"of an owner or admin for a team elsewhere.",
		Args: exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			url, token, err := at.inviting(cmd)
			if err != nil {
				return err
			}
			invite, err := client.CreateInvite(cmd.Context(), url, token, chat.Role(role))
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "hobnob join %s\n", chat.SanitizeLine(invite.URL))
			fmt.Fprintf(cmd.ErrOrStderr(), "for one %s, until %s\n", chat.SanitizeLine(string(invite.Role)), invite.Expires.Time().Format(time.RFC1123))
			return nil
		},
	}
	cmd.Flags().StringVar(&role, "role", string(chat.RoleMember), "the `ROLE` it gives: member, guest, bot or admin")
	exit.Value(cmd.Flags(), "role", "member, guest, bot or admin", "guest", func() bool {
		parsed, ok := chat.ParseRole(role)
		return ok && parsed != chat.RoleOwner // there is one, and it is not given away by a link
	})
	at.flags(cmd)
	return cmd
}

// inviting is a server that makes an invite, and a token for that.
func (r *reach) inviting(cmd *cobra.Command) (url, token string, err error) {
	elsewhere := ""
	if cmd.Flags().Changed("data") { // not by the environment, which the next command has, too
		elsewhere = " --data " + exit.Quote(r.data)
	}
	signedIn, err := r.ready(cmd)
	if err != nil {
		return "", "", err
	}
	if signedIn {
		in, err := r.signIn(cmd)
		return in.Server, in.Token, err
	}
	// For a minute: it is for this one request.
	if token, err = hostToken(r.data, time.Minute); err != nil {
		return "", "", err
	}
	running, served := isServed(r.data)
	if !served {
		return "", "", exit.New(exit.Unreachable, "start it with: hobnob serve"+elsewhere, "the team in %s is not being served", r.data)
	}
	return running.URL, token, nil
}
