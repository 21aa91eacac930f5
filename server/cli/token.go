package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server"
	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/store"
	client "github.com/hobnob-chat/hobnob/tui/cli"
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
	var data, person, id, name, role, scope string
	good := life(TokenLife)
	cmd := &cobra.Command{
		Use:   "mint --name NAME | --for NAME",
		Short: "Make a token of this team's own, for a bot or a person",
		Long: "Make a token signed with the team's key and print it on stdout. It works from now on,\nwithout a restart; keep it like a password.\n\n" +
			"With --name it is for somebody new: a name of the team, or one that looks like it, is refused.\nWith --for it is for one who is in the team, by the name or the ID that hobnob admin users lists: a way\nback in for whose token has ended or is lost.",
		Example: "  hobnob token mint --for ada\n  hobnob token mint --name deploys --role bot --life 30d | hobnob login http://127.0.0.1:4626 --token -",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			given := cmd.Flags().Changed
			dataGiven := given("data") // not by the environment, which the next command has, too
			somebodyNew := given("sub") || given("name") || given("role")
			if somebodyNew && given("for") {
				return exit.New(exit.Usage, "", "--for takes ID, name and role from the account: leave --sub, --name and --role away")
			}
			if err := environment(cmd); err != nil {
				return err
			}
			if somebodyNew { // whatever the environment says of others
				person = ""
			}
			user, err := mintedUser(cmd.Context(), data, person, chat.User{ID: id, Name: name, Role: chat.Role(role)})
			if like, ok := errors.AsType[*takenError](err); ok {
				return like.refusal(dataGiven, data)
			}
			if err != nil {
				return err
			}
			issuer, err := ownIssuer(data)
			if err != nil {
				return err
			}
			if user.Scope, err = scopeIn(cmd.Context(), data, scope); err != nil {
				return err
			}
			token, expires, err := issuer.Issue(user, time.Duration(good))
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), token)
			fmt.Fprintf(cmd.ErrOrStderr(), "for %s (%s), %s, until %s\n", user.Name, user.ID, article(user.Role), expires.Format(time.RFC1123))
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&person, "for", "", "whose it is: the name or the ID of `SOMEBODY` in the team")
	f.StringVar(&name, "name", "", "the `NAME` others see")
	f.StringVar(&role, "role", string(chat.RoleMember), "the `ROLE` it gives: owner, admin, member, guest or bot")
	exit.Value(f, "role", "owner, admin, member, guest or bot", "bot", func() bool {
		_, ok := chat.ParseRole(role)
		return ok
	})
	f.StringVar(&scope, "scope", "", "what of that it is for: `WORDS` out of read, post, rooms, moderate and room:ROOM; all when not given")
	exit.Value(f, "scope", "words out of read, post, rooms, moderate and room:ROOM", `"post room:ops"`, func() bool {
		_, _, err := server.ParseScope(scope)
		return err == nil && len(scope) <= auth.MaxScope
	})
	f.StringVar(&id, "sub", "", "whose it is: the `ID` that a person or bot had before; a new one when not given")
	f.Var(&good, "life", "how long it is good: a `DURATION` from 1s to ten years, as 12h or 90d")
	exit.Value(f, "life", "a duration from 1s to ten years", "30d", func() bool {
		return time.Duration(good) >= time.Second && time.Duration(good) <= maxTokenLife
	})
	dataFlag(f, &data)
	// The flag has just been declared: it cannot fail.
	_ = cmd.RegisterFlagCompletionFunc("for", completePerson(&data))
	f.SortFlags = false
	describeTwins(cmd.Flags())
	return cmd
}

// mintedUser says who a token is to be for: a person of the team, or when none
// is named somebody new.
func mintedUser(ctx context.Context, data, person string, other chat.User) (chat.User, error) {
	if person != "" {
		return findUser(ctx, data, person)
	}
	user, err := newUser(other.ID, other.Name, string(other.Role))
	if err == nil {
		err = checkTaken(ctx, data, user)
	}
	return user, err
}

// takenError is that a name, or one that looks like it, is a person's of the team.
type takenError struct {
	name string
	by   chat.User
}

// Error implements error.
func (e *takenError) Error() string {
	if chat.FoldName(e.name) == chat.FoldName(e.by.Name) {
		return fmt.Sprintf("somebody in the team is called %q", chat.SanitizeLine(e.by.Name))
	}
	return fmt.Sprintf("%q looks just like %q, who is in the team", chat.SanitizeLine(e.name), chat.SanitizeLine(e.by.Name))
}

// refusal is the error with the command that was meant.
func (e *takenError) refusal(dataGiven bool, data string) error {
	meant := "hobnob token mint --for " + exit.Quote(e.by.Name)
	if dataGiven {
		meant += " --data " + exit.Quote(data)
	}
	return exit.New(exit.Usage, "if that is "+e.by.Name+": "+meant+"\nfor somebody else choose another --name", "%w", e)
}

// checkTaken refuses the name of a person of the team, and one that looks like it,
// for anybody but them: whoever reads it could not tell the two apart.
func checkTaken(ctx context.Context, data string, user chat.User) error {
	var all []store.Account
	err := inTeam(ctx, data, func(team *store.Store) (err error) {
		all, err = team.Accounts(ctx)
		return err
	})
	if err != nil {
		return err
	}
	var taken error
	for _, a := range all {
		switch {
		case a.ID == user.ID: // they have the name themselves, or look like it
		case chat.FoldName(a.Name) == chat.FoldName(user.Name):
			taken = &takenError{user.Name, a.User}
		case taken == nil && chat.Skeleton(a.Name) == chat.Skeleton(user.Name):
			taken = &takenError{user.Name, a.User}
		}
	}
	return taken
}

// findUser finds an account by its ID, else by its name in whatever case and
// spelling.
func findUser(ctx context.Context, data, person string) (user chat.User, err error) {
	found := false
	err = inTeam(ctx, data, func(team *store.Store) (err error) {
		if user, found, err = team.Account(ctx, person); err != nil || found {
			return err
		}
		user, found, err = team.AccountNamed(ctx, chat.FoldName(person))
		return err
	})
	if err == nil && !found {
		err = exit.New(exit.Usage, "hobnob admin users lists who is\nwho never joined, and has a token alone, gets another with the --sub and the --name of that one", "nobody in the team is called %q", chat.SanitizeLine(person))
	}
	return user, err
}

// newUser checks who a token is to be for that no account says.
func newUser(id, name, role string) (chat.User, error) {
	if name == "" {
		return chat.User{}, exit.New(exit.Usage, "for example: hobnob token mint --name deploys, or for somebody in the team: hobnob token mint --for ada", "--name is missing: a token needs the name of whose it is")
	}
	name, err := chat.ChooseName(name)
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

// scopeIn is a scope as a token has it, in which rooms stand with their IDs: a name may
// be another room's later.
func scopeIn(ctx context.Context, data, scope string) (string, error) {
	words := strings.Fields(scope)
	_, called, err := server.ParseScope(scope)
	if err != nil || len(called) == 0 {
		return strings.Join(words, " "), err
	}
	var rooms []chat.Room
	err = inTeam(ctx, data, func(team *store.Store) (err error) {
		rooms, err = team.Rooms(ctx)
		return err
	})
	if err != nil {
		return "", err
	}
	for i, word := range words {
		room, ok := strings.CutPrefix(word, "room:")
		if !ok {
			continue
		}
		name := chat.FoldName(strings.TrimPrefix(room, "#"))
		at := slices.IndexFunc(rooms, func(r chat.Room) bool { return r.ID == room || r.Name != "" && chat.FoldName(r.Name) == name })
		if at < 0 {
			return "", exit.New(exit.Usage, "hobnob rooms --all lists them", "--scope: there is no room called %s", chat.SanitizeLine(room))
		}
		words[i] = "room:" + rooms[at].ID
	}
	if scope = strings.Join(words, " "); len(scope) > auth.MaxScope {
		return "", exit.New(exit.Usage, "", "--scope: these are more rooms than a token has room for")
	}
	return scope, nil
}

func inspectCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "inspect [-]",
		Short:   "Show what a token on stdin says",
		Long:    "Show the header and claims of a token read from stdin, as JSON. Nothing is verified: anybody can\nwrite any token, and only a server that has the key can tell a good one.",
		Example: "  hobnob token mint --for ada | hobnob token inspect",
		Args:    exit.Args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] != "-" {
				return exit.New(exit.Usage, "printf %s \"$TOKEN\" | hobnob token inspect", "a token is read from stdin, since a command line is seen by every user of the machine")
			}
			raw, err := client.ReadToken(cmd.Context(), cmd.InOrStdin(), cmd.ErrOrStderr(), auth.MaxToken)
			if err != nil {
				return err
			}
			if strings.TrimSpace(string(raw)) == "" {
				return exit.New(exit.Usage, "for example: hobnob token mint --for ada | hobnob token inspect", "there is no token on stdin")
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
