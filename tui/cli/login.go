package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// maxToken is more than any server takes, in bytes.
const maxToken = 16 << 10

// looks is a hint for who gave something else.
const looks = "a token is one line with two dots in it, as hobnob token mint prints"

func loginCommand(o Options) *cobra.Command {
	var from, kind string
	cmd := &cobra.Command{
		Use:   "login SERVER --token -",
		Short: "Sign in with a token made elsewhere",
		Long: "Sign in to a server with a token that you have: from its host, or from another service that the\n" +
			"server trusts. The token is read from stdin, since a command line is seen by every user of the machine;\n" +
			"in a terminal it is asked for, and not shown.",
		Example: "  hobnob token mint --for ada | hobnob login 127.0.0.1 --token -",
		Args:    exit.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			server, err := canonical(args[0])
			if err != nil {
				return err
			}
			if from != "-" {
				wrong := "--token - is missing"
				if cmd.Flags().Changed("token") {
					wrong = "--token is - and nothing else"
				}
				return exit.New(exit.Usage, "printf %s \"$TOKEN\" | hobnob login "+server+" --token -", "%s: the token is read from stdin, since a command line is seen by every user of the machine", wrong)
			}
			token, err := readToken(cmd.Context(), cmd.InOrStdin(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			warnInClear(cmd.ErrOrStderr(), server)
			who, err := whoIs(cmd.Context(), server, token)
			if err != nil {
				return err
			}
			a := Account{Server: server, User: who.User, Team: who.Team, Store: kind}
			err = signIn(cmd.Context(), cmd.ErrOrStderr(), a, token)
			if err != nil && a.Store == storeKeyring && offerFile(cmd.Context(), bufio.NewReader(cmd.InOrStdin()), cmd.ErrOrStderr(), err) {
				a.Store = storeFile
				err = signIn(cmd.Context(), cmd.ErrOrStderr(), a, token)
			}
			if err != nil {
				return err
			}
			return openOrSay(cmd, a, token, o)
		},
	}
	cmd.Flags().StringVar(&from, "token", "", "read the token from stdin: `-` is the only value")
	storeFlag(cmd, &kind)
	return cmd
}

func readToken(ctx context.Context, in io.Reader, talk io.Writer) (string, error) {
	raw, err := ReadToken(ctx, in, talk, maxToken)
	if err != nil {
		return "", err
	}
	token := strings.TrimPrefix(strings.TrimSpace(string(raw)), "Bearer ")
	switch {
	case token == "":
		return "", exit.New(exit.Usage, "printf %s \"$TOKEN\" | hobnob login SERVER --token -", "there is no token on stdin")
	case len(raw) > maxToken:
		return "", exit.New(exit.Auth, looks, "what is on stdin is too large to be a token")
	case strings.ContainsAny(token, " \t\r\n"):
		return "", exit.New(exit.Auth, looks, "what is on stdin is not a token: it has spaces in it")
	}
	return token, nil
}

// whoIs asks a server whose token this is, if it is a server to say a token to.
func whoIs(ctx context.Context, server, token string) (chat.SignIn, error) {
	var who chat.SignIn
	if _, err := meet(ctx, server); err != nil {
		return who, err
	}
	err := ask(ctx, http.MethodGet, server+"/api/me", token, nil, &who)
	var e *chat.Error
	if errors.As(err, &e) && e.Code == chat.CodeUnauthenticated {
		return who, exit.New(exit.Auth, backHint(server, nameIn(token)), "%s: %w", server, err)
	}
	return who, err
}

func logoutCommand(o Options) *cobra.Command {
	return &cobra.Command{
		Use:   "logout [ACCOUNT]",
		Short: "End a sign-in, and forget its token on this machine",
		Long: "End the sign-in of an account, which is named where there are several, and forget its token. A server\n" +
			"that cannot be reached is not waited for. What was read and written stays cached for when you sign in\n" +
			"again; the list of what you sent, which ctrl+r shows, is forgotten.",
		Example: "  hobnob logout\n  hobnob logout chat.example.com",
		Args:    exit.Args(cobra.MaximumNArgs(1)),

		ValidArgsFunction: completeAccount,
		RunE: func(cmd *cobra.Command, args []string) error {
			list, err := loadAccounts(cmd.Context())
			if err != nil {
				return err
			}
			if len(args) == 0 && len(list.Accounts) > 1 { // the chat may have shown another one than the first
				return exit.New(exit.Usage, whichOf(list.Accounts), "you have %d accounts; say which one you sign out of", len(list.Accounts))
			}
			a, err := list.find(strings.Join(args, ""))
			if err != nil {
				return err
			}
			return signOut(cmd.Context(), o, a, cmd.ErrOrStderr())
		},
	}
}

// signOut ends the sign-in of an account and forgets it, and says so.
func signOut(ctx context.Context, o Options, a Account, says io.Writer) error {
	failed, err := signOff(ctx, o, a, says)
	if err != nil {
		return err
	}
	fmt.Fprintf(says, "signed out: %s\n", a.label())
	for _, one := range failed {
		fmt.Fprintln(says, one)
	}
	fmt.Fprintln(says, a.comeBack())
	return nil
}

// signOff ends the sign-in of an account and forgets it. What did not go as it should, and
// changes nothing of that, is said in sentences.
func signOff(ctx context.Context, o Options, a Account, talk io.Writer) (failed []string, err error) {
	var ended error
	err = waiting(talk, func() error {
		ended = endHere(ctx, o, a)
		return drop(ctx, a)
	})
	if err != nil {
		return nil, err
	}
	if err := changeAccounts(ctx, func(l *accounts) { l.remove(a) }); err != nil {
		return nil, err
	}
	if err := client.ForgetInputs(ctx, a.state()); err != nil {
		failed = append(failed, fmt.Sprintf("what you sent there stays in the list that ctrl+r shows: %v", pathless(err)))
	}
	if ended != nil {
		failed = append(failed, fmt.Sprintf("the server could not be told, and would still take the token: %v", ended))
	}
	return failed, nil
}

// farewellTime is how long logout waits for the server.
const farewellTime = 2 * time.Second

// endHere ends the sign-in whose token is kept here, so that it is no good to whoever
// has a copy. That the server takes it no longer, or there is none, is as good.
func endHere(ctx context.Context, o Options, a Account) error {
	if a.Store == storeHost || a.Store == storeEnv {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, farewellTime)
	defer cancel()
	at := &seat{account: a, tokens: o.source(a), name: "hobnob logout/" + o.Version}
	l, err := client.Dial(ctx, at.line())
	if err == nil {
		defer l.Close()
		err = endCurrent(ctx, l)
	}
	lost, told := (*client.LineError)(nil), (*chat.Error)(nil)
	switch {
	case errors.As(err, &lost) && lost.Refused, errors.As(err, &told):
		return nil // it is no good any more, or the server knows no ending
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("it did not answer in time")
	}
	return err
}

// endCurrent ends the sign-in of a connection. That this ends the connection may come
// before the answer.
func endCurrent(ctx context.Context, l *client.Line) error {
	list, err := client.Ask[sessionList](ctx, l, "sessions", struct{}{})
	if err != nil {
		return err
	}
	for _, one := range list.Sessions {
		if one.Current {
			_, err = client.Ask[chat.Done](ctx, l, "session:end", chat.SessionEndRequest{ID: one.ID})
		}
	}
	return err
}

// drop forgets a token that is kept somewhere.
func drop(ctx context.Context, a Account) error {
	if a.Store == storeHost || a.Store == storeEnv {
		return nil
	}
	store, err := openStore(a.Store, promptTime)
	if err != nil {
		return err
	}
	if err := store.Delete(ctx, a.key()); err != nil && !errors.Is(err, keystore.ErrNotFound) {
		return dropError(err, a.Store)
	}
	return nil
}

func accountsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "accounts",
		Short: "List the accounts on this machine",
		Long:  "List the accounts on this machine, the one you signed in to last first: name, role, team, server and\nwhere the token is kept, with tabs between.",
		Args:  exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			list, err := loadAccounts(cmd.Context())
			if err != nil {
				return err
			}
			if len(list.Accounts) == 0 { // which is no failure: it is what was asked
				fmt.Fprintf(cmd.ErrOrStderr(), "%v\n", ErrNoTeam)
				for line := range strings.SplitSeq(ErrNoTeam.Hint, "\n") {
					fmt.Fprintf(cmd.ErrOrStderr(), "hint: %s\n", line)
				}
			}
			rows := tabled(cmd.OutOrStdout(), "NAME", "ROLE", "TEAM", "SERVER", "TOKEN IN")
			for _, a := range list.Accounts {
				if err := rows.row(a.User.Name, string(a.User.Role), a.Team.Name, a.Server, a.Store); err != nil {
					return quietly(err)
				}
			}
			return quietly(rows.end())
		},
	}
}
