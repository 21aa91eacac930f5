package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
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
			a, err := join(cmd, args[0], name, kind)
			if err != nil {
				return err
			}
			return openOrSay(cmd, a, o)
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
// link, the server, the place for the token, the name.
func join(cmd *cobra.Command, link, name, kind string) (Account, error) {
	server, code, err := parseLink(link)
	if err != nil {
		return Account{}, err
	}
	ctx := cmd.Context()
	var there chat.About
	if err := ask(ctx, http.MethodGet, server+"/api/server", "", nil, &there); err != nil {
		return Account{}, err
	}
	if there.Software != "hobnob" {
		return Account{}, notHobnob(server)
	}
	if err := probe(ctx, kind); err != nil {
		return Account{}, err
	}
	warnInClear(cmd.ErrOrStderr(), server)
	fmt.Fprintf(cmd.ErrOrStderr(), "joining %s\n", chat.SanitizeLine(there.Team.Name))
	in, err := redeem(ctx, cmd, server, code, name)
	if err != nil {
		return Account{}, err
	}
	a := Account{Server: server, User: in.User, Team: in.Team, Store: kind}
	return a, signIn(ctx, a, in.Token)
}

// redeem asks for a name until the server takes one.
func redeem(ctx context.Context, cmd *cobra.Command, server, code, name string) (chat.SignIn, error) {
	input := bufio.NewReader(cmd.InOrStdin())
	asks := name == ""
	for {
		if asks {
			var err error
			if name, err = askName(input, cmd.ErrOrStderr()); err != nil {
				return chat.SignIn{}, err
			}
		}
		clean, err := chat.CleanName(name)
		if err == nil {
			var in chat.SignIn
			err = ask(ctx, http.MethodPost, server+"/api/invites/redeem", "", chat.Redeem{Code: code, Name: clean}, &in)
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

// askName asks at the terminal, with the name of the system's user to take as
// it is. A script has to say --name: its stdin is not for us.
func askName(input *bufio.Reader, w io.Writer) (string, error) {
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
	line, err := input.ReadString('\n')
	if err != nil {
		fmt.Fprintln(w)
		return "", exit.New(exit.Failed, "the link is still good", "you left before you had a name")
	}
	if line = strings.TrimSpace(line); line == "" {
		line = usual
	}
	return line, nil
}

// parseLink takes a join link apart.
func parseLink(link string) (server, code string, err error) {
	broken := exit.New(exit.Usage, "it looks like https://chat.example.com/join/7Q4XR-0M2NB-QZ8FA-9TKDW",
		"%q is not a join link", chat.SanitizeLine(link))
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || u.Host == "" {
		return "", "", broken
	}
	code, ok := strings.CutPrefix(u.Path, "/join/")
	if !ok || code == "" || strings.Contains(code, "/") {
		return "", "", broken
	}
	server, err = canonical(u.Scheme + "://" + u.Host)
	if err != nil {
		return "", "", broken
	}
	return server, code, nil
}

// signIn keeps a token and makes its account the first one.
func signIn(ctx context.Context, a Account, token string) error {
	if err := keep(ctx, a.Store, a.key(), token); err != nil {
		return err
	}
	return changeAccounts(ctx, func(l *accounts) { l.put(a) })
}

// openOrSay opens the chat, or without a terminal says who one is now.
func openOrSay(cmd *cobra.Command, a Account, o Options) error {
	where := "in the keyring"
	if a.Store == storeFile {
		where = "in " + tokenFile() + ", readable only by you"
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "signed in as %s; the token is %s\n", a.label(), where)
	if NeedTerminal() != nil {
		return nil
	}
	return Chat(cmd.Context(), a, o)
}

func warnInClear(w io.Writer, server string) {
	if inClear(server) {
		fmt.Fprintf(w, "warning: %s has no TLS: everybody on the way there can read what you write, and your token\n", server)
	}
}
