package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/user"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

func joinCommand(o Options) *cobra.Command {
	var name, kind string
	cmd := &cobra.Command{
		Use:   "join LINK",
		Short: "Join a team with the link you were given",
		Long: "Join a team with a one-time link: it makes your account there, keeps its token in the keyring of\n" +
			"your operating system, and opens the chat. Where there is no keyring, --token-store file keeps\n" +
			"the token in a file that only you can read.",
		Example: "  hobnob join https://chat.example.com/join/7Q4XR-0M2NB-…",
		Args:    exit.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, token, err := join(cmd, args[0], name, kind)
			if err != nil {
				return err
			}
			return openOrSay(cmd, a, token, o)
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "the name others see; asked for when not given")
	storeFlag(cmd, &kind)
	return cmd
}

func storeFlag(cmd *cobra.Command, kind *string) {
	cmd.Flags().StringVar(kind, "token-store", storeKeyring, "where the token is kept: keyring, or file (readable only by you)")
}

// join redeems an invite. What can fail without the invite is tried first: the
// link, the server, the places for the account and its token, the name.
func join(cmd *cobra.Command, link, name, kind string) (Account, string, error) {
	server, code, err := parseLink(link)
	if err != nil {
		return Account{}, "", err
	}
	ctx, talk := cmd.Context(), cmd.ErrOrStderr()
	if err := checkStore(kind); err != nil {
		return Account{}, "", err
	}
	store, err := openStore(kind, promptTime)
	if err != nil {
		return Account{}, "", err
	}
	there, err := meet(ctx, server)
	if err != nil {
		return Account{}, "", err
	}
	if err := changeAccounts(ctx, func(*accounts) {}); err != nil {
		return Account{}, "", err
	}
	if err := waiting(talk, func() error { return probe(ctx, store) }); err != nil {
		return Account{}, "", keepError(err, kind)
	}
	warnInClear(talk, server)
	fmt.Fprintf(talk, "joining %s\n", chat.SanitizeLine(there.Team.Name))
	in, err := redeem(ctx, cmd, server, code, name)
	if err != nil {
		return Account{}, "", err
	}
	a := Account{Server: server, User: in.User, Team: in.Team, Store: kind}
	if err := signIn(ctx, talk, a, in.Token); err != nil {
		_ = drop(context.WithoutCancel(ctx), a) // nobody would find it there
		return Account{}, "", spent(err, a)
	}
	return a, in.Token, nil
}

// spent says what a person does who is in the team, and has lost the token that
// the invite was for.
func spent(err error, a Account) error {
	mint := "hobnob token mint --sub " + quote(a.User.ID) + " --name " + quote(a.User.Name)
	if a.User.Role != chat.RoleMember {
		mint += " --role " + string(a.User.Role)
	}
	login := "hobnob login " + a.Server + " --token -"
	if a.Store == storeKeyring {
		login += " --token-store file"
	}
	return &exit.Error{
		Code: exit.CodeOf(err), Cause: err,
		Text: fmt.Sprintf("the invite is used up and you are %s, but your sign-in is lost: %v", a.label(), err),
		Hint: "whoever hosts the team makes you a new token with: " + mint + "\nsign in with that: " + login,
	}
}

// redeem asks for a name until the server takes one.
func redeem(ctx context.Context, cmd *cobra.Command, server, code, name string) (chat.SignIn, error) {
	input := bufio.NewReader(cmd.InOrStdin())
	asks := name == ""
	for {
		if asks {
			var err error
			if name, err = askName(ctx, input, cmd.ErrOrStderr()); err != nil {
				return chat.SignIn{}, err
			}
		}
		clean, err := chat.CleanName(name)
		if err == nil {
			var in chat.SignIn
			err = ask(ctx, http.MethodPost, server+"/api/invites/redeem", "", chat.Redeem{Code: code, Name: clean}, &in)
			if err == nil && in.Token == "" {
				err = notHobnob(server)
			}
			if err == nil {
				return in, nil
			}
		} else {
			err = exit.New(exit.Usage, "", "%w", err)
		}
		again := errors.Is(err, &chat.Error{Code: chat.CodeNameTaken}) || errors.Is(err, &chat.Error{Code: chat.CodeBadRequest})
		if !asks || !again {
			return chat.SignIn{}, err
		}
		fmt.Fprintln(cmd.ErrOrStderr(), err)
	}
}

// readLine reads a line, or gives up when ctx ends. A read of a terminal cannot be
// taken back: that of a person who left ends with the process, which is at once.
func readLine(ctx context.Context, input *bufio.Reader) (string, error) {
	type answer struct {
		line string
		err  error
	}
	read := make(chan answer, 1)
	go func() {
		line, err := input.ReadString('\n')
		read <- answer{line, err}
	}()
	select {
	case got := <-read:
		return got.line, got.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// askName asks at the terminal, with the name of the system's user to take as
// it is. A script has to say --name: its stdin is not for us.
func askName(ctx context.Context, input *bufio.Reader, w io.Writer) (string, error) {
	if !term.IsTerminal(os.Stdin.Fd()) {
		return "", exit.New(exit.Usage, "hobnob join LINK --name NAME", "your name in the team cannot be asked for, since stdin is not a terminal")
	}
	usual := ""
	if u, err := user.Current(); err == nil {
		if name, err := chat.CleanName(u.Username); err == nil {
			usual = name
		}
	}
	fmt.Fprintf(w, "Your name in the team [%s]: ", usual)
	line, err := readLine(ctx, input)
	if err != nil {
		fmt.Fprintln(w)
		return "", exit.New(exit.Failed, "the link is still good", "you left before you had a name")
	}
	if line = strings.TrimSpace(line); line == "" {
		line = usual
	}
	return line, nil
}

// signIn keeps a token and makes its account the first one.
func signIn(ctx context.Context, talk io.Writer, a Account, token string) error {
	if err := waiting(talk, func() error { return keep(ctx, a, token, promptTime) }); err != nil {
		return err
	}
	return changeAccounts(ctx, func(l *accounts) { l.put(a) })
}

// openOrSay opens the chat, or without a terminal says who one is now.
func openOrSay(cmd *cobra.Command, a Account, token string, o Options) error {
	where := "in the keyring"
	if a.Store == storeFile {
		where = "in " + tokenFile() + ", readable only by you"
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "signed in as %s; the token is %s\n", a.label(), where)
	if screen := NeedTerminal() == nil; !screen {
		return nil
	}
	tokens := o.source(a)
	tokens.keep(token)
	return open(cmd.Context(), a, o, tokens)
}

func warnInClear(w io.Writer, server string) {
	if inClear(server) {
		fmt.Fprintf(w, "warning: %s has no TLS: everybody on the way there can read what you write, and your token\n", chat.SanitizeLine(server))
	}
}
