package cli

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/auth"
)

// maxTokenLife is the longest life that token mint gives: ten years, for the bot
// in the cellar.
const maxTokenLife = 10 * 365 * 24 * time.Hour

func tokenCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "token", Short: "Make and look at tokens", Args: exit.NoArgs, RunE: exit.Help}
	cmd.AddCommand(mintCommand(), inspectCommand(), secretCommand())
	return cmd
}

func mintCommand() *cobra.Command {
	var data, id, name, role string
	var life time.Duration
	cmd := &cobra.Command{
		Use:     "mint --name NAME",
		Short:   "Make a token of this team's own, for a bot or a person",
		Long:    "Make a token signed with the team's key and print it on stdout. It works from now on,\nwithout a restart; keep it like a password.",
		Example: "  hobnob token mint --name deploys --role bot --life 720h | hobnob login http://127.0.0.1:4626 --token -",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := environment(cmd); err != nil {
				return err
			}
			user, err := mintedUser(id, name, role)
			if err != nil {
				return err
			}
			issuer, err := ownIssuer(data)
			if err != nil {
				return err
			}
			token, expires, err := issuer.Issue(user, life)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), token)
			fmt.Fprintf(cmd.ErrOrStderr(), "for %s (%s), a %s, until %s\n", user.Name, user.ID, user.Role, expires.Format(time.RFC1123))
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&name, "name", "", "the `NAME` others see")
	f.StringVar(&role, "role", string(chat.RoleMember), "the `ROLE` it gives: owner, admin, member, guest or bot")
	exit.Value(f, "role", "owner, admin, member, guest or bot", "bot", func() bool {
		_, ok := chat.ParseRole(role)
		return ok
	})
	f.StringVar(&id, "sub", "", "whose it is: the `ID` that a person or bot had before; a new one when not given")
	f.DurationVar(&life, "life", TokenLife, "how long it is good: a `DURATION` from 1s to ten years, 87600h")
	exit.Value(f, "life", "a duration from 1s to ten years", "720h", func() bool { return life >= time.Second && life <= maxTokenLife })
	dataFlag(f, &data)
	f.SortFlags = false
	describeTwins(cmd.Flags())
	return cmd
}

// mintedUser checks who a token is to be for.
func mintedUser(id, name, role string) (chat.User, error) {
	if name == "" {
		return chat.User{}, exit.New(exit.Usage, "for example: hobnob token mint --name ada", "--name is missing: a token needs the name of whose it is")
	}
	name, err := chat.CleanName(name)
	if err != nil {
		return chat.User{}, exit.New(exit.Usage, "for example: --name ada", "--name: %w", err)
	}
	r, ok := chat.ParseRole(role)
	if !ok {
		return chat.User{}, exit.New(exit.Usage, "for example: --role bot", "--role: %q is not owner, admin, member, guest or bot", role)
	}
	if id == "" {
		v7, err := uuid.NewV7()
		if err != nil {
			return chat.User{}, err
		}
		id = v7.String()
	}
	return chat.User{ID: id, Name: name, Role: r}, nil
}

func inspectCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "inspect [-]",
		Short:   "Show what a token on stdin says",
		Long:    "Show the header and claims of a token read from stdin, as JSON. Nothing is verified: anybody can\nwrite any token, and only a server that has the key can tell a good one.",
		Example: "  hobnob token mint --name ada | hobnob token inspect",
		Args:    exit.Args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] != "-" {
				return exit.New(exit.Usage, "printf %s \"$TOKEN\" | hobnob token inspect", "a token is read from stdin, since a command line is seen by every user of the machine")
			}
			raw, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), auth.MaxToken+1))
			if err != nil {
				return exit.New(exit.Failed, "", "stdin cannot be read: %w", err)
			}
			if strings.TrimSpace(string(raw)) == "" {
				return exit.New(exit.Usage, "for example: hobnob token mint --name ada | hobnob token inspect", "there is no token on stdin")
			}
			inspection, err := auth.Inspect(strings.TrimSpace(string(raw)))
			if err != nil {
				return exit.New(exit.Auth, "a token is one line with two dots in it, as hobnob token mint prints", "what is on stdin is not a token: %w", err)
			}
			text, err := json.MarshalIndent(map[string]any{"header": inspection.Header, "claims": inspection.Claims}, "", "  ")
			if err != nil {
				return err
			}
			// A stranger may have written it.
			fmt.Fprintln(cmd.OutOrStdout(), chat.Sanitize(string(text)))
			return nil
		},
	}
}

func secretCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "secret",
		Short: "Make a secret to share with another token server",
		Long:  "Print a new random secret for serve --jwt-secret-file: 256 bits, as 64 hexadecimal digits.",
		Args:  exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			b := make([]byte, 32)
			if _, err := rand.Read(b); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), hex.EncodeToString(b))
			return nil
		},
	}
}
