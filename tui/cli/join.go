package cli

import (
	"bufio"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"time"

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
		Example: "  hobnob join https://chat.example.com/join/7Q4XR-0M2NB-QZ8FA-9TKDW",
		Args:    exit.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, token, err := join(cmd, args[0], name, kind)
			if err != nil {
				return err
			}
			return openOrSay(cmd, a, token, o)
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "the `NAME` others see; asked for when not given")
	storeFlag(cmd, &kind)
	return cmd
}

func storeFlag(cmd *cobra.Command, kind *string) {
	cmd.Flags().StringVar(kind, "token-store", storeKeyring, "keep the token in this `PLACE`: keyring, or file (readable only by you)")
	exit.Value(cmd.Flags(), "token-store", "keyring or file", storeFile, func() bool { return *kind == storeKeyring || *kind == storeFile })
}

// join redeems an invite. What can fail without using it up is tried first: the
// link, the server, whether it is still good, the places for the account and its token, the name.
func join(cmd *cobra.Command, link, name, kind string) (Account, string, error) {
	server, code, err := typedLink(link)
	if err != nil {
		return Account{}, "", err
	}
	if err := checkName(name); err != nil {
		return Account{}, "", err
	}
	ctx, talk, input := cmd.Context(), cmd.ErrOrStderr(), bufio.NewReader(cmd.InOrStdin())
	there, err := meet(ctx, server)
	if err != nil {
		return Account{}, "", err
	}
	warnInClear(talk, server)
	if err := checkInvite(ctx, server, code); err != nil {
		return Account{}, "", thatIsYou(err, server, cmp.Or(name, "NAME"))
	}
	again := "hobnob join " + server + "/join/" + code
	if name != "" {
		again += " --name " + exit.Quote(name)
	}
	err = try(ctx, talk, kind, again)
	if err != nil && kind == storeKeyring && offerFile(ctx, input, talk, err) {
		kind = storeFile
		err = try(ctx, talk, kind, again)
	}
	if err != nil {
		return Account{}, "", err
	}
	fmt.Fprintf(talk, "joining %s\n", chat.SanitizeLine(there.Team.Name))
	in, err := redeem(ctx, input, talk, server, code, name)
	if err != nil {
		return Account{}, "", err
	}
	a := Account{Server: server, User: in.User, Team: in.Team, Store: kind}
	made := [][]string{missing(filepath.Dir(accountsFile())), missing(filepath.Dir(tokenFile()))}
	if err := signIn(ctx, talk, a, in.Token); err != nil {
		_ = drop(context.WithoutCancel(ctx), a) // nobody would find it there
		tidy(made...)
		return Account{}, "", spent(err, a)
	}
	return a, in.Token, nil
}

// checkInvite tells whether a link is any good before anything is asked of who has it. A server
// that cannot say so, as those of before, says it when the link is redeemed.
func checkInvite(ctx context.Context, server, code string) error {
	var good chat.InviteCheck
	err := ask(ctx, http.MethodPost, server+"/api/invites/check", "", chat.Redeem{Code: code}, &good)
	if errors.Is(err, &chat.Error{Code: chat.CodeInvite}) || errors.Is(err, &chat.Error{Code: chat.CodeTooMany}) {
		return err
	}
	return nil
}

// checkName refuses a name that no server takes, and none where it cannot be asked
// for: a script's stdin is not for us.
func checkName(name string) error {
	if name != "" {
		if _, err := chat.CleanName(name); err != nil {
			return exit.New(exit.Usage, "for example: --name ada", "--name: %w", err)
		}
		return nil
	}
	if !term.IsTerminal(os.Stdin.Fd()) {
		return exit.New(exit.Usage, "say it on the command line: hobnob join LINK --name ada",
			"--name is missing, and cannot be asked for: stdin is not a terminal")
	}
	return nil
}

// try tells whether an account and a token can be kept, and leaves nothing: whoever
// does not get in has the machine as it was.
// again is the command that is tried, for whoever has to choose another place.
func try(ctx context.Context, talk io.Writer, kind, again string) error {
	store, err := openStore(kind, promptTime)
	if err != nil {
		return err
	}
	defer tidy(missing(filepath.Dir(accountsFile())), missing(filepath.Dir(tokenFile())))
	if err := changeAccounts(ctx, func(*accounts) {}); err != nil {
		return err
	}
	if err := waiting(talk, func() error { return probe(ctx, store) }); err != nil {
		return keepError(err, kind, again)
	}
	return nil
}

// missing are the folders that would have to be made for dir, the deepest first.
func missing(dir string) (folders []string) {
	for {
		if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
			return folders
		}
		folders = append(folders, dir)
		dir = filepath.Dir(dir)
	}
}

// tidy removes folders in the order they are in, as far as they are empty.
func tidy(each ...[]string) {
	for _, folders := range each {
		for _, dir := range folders {
			_ = os.Remove(dir) // one with something in it stays
		}
	}
}

// spent says what a person does who is in the team, and has lost the token that
// the invite was for.
func spent(err error, a Account) error {
	login := signInCommand(a.Server)
	if a.Store == storeKeyring {
		login += " --token-store file"
	}
	return &exit.Error{
		Code: exit.CodeOf(err), Cause: err,
		Text: fmt.Sprintf("the invite is used up and you are %s, but your sign-in is lost: %v", a.label(), err),
		Hint: "whoever hosts the team makes you a new token with: " + mintCommand(a.User.ID) + "\nsign in with that: " + login,
	}
}

// redeem asks for a name until the server takes one.
func redeem(ctx context.Context, input *bufio.Reader, talk io.Writer, server, code, name string) (chat.SignIn, error) {
	asks := name == ""
	var refused []string
	key := rand.Text() // one for all of it: whatever answer is lost, the account is found again
	for {
		if asks {
			var err error
			if name, err = askName(ctx, input, talk, offered(server, refused)); err != nil {
				return chat.SignIn{}, err
			}
		}
		clean, err := chat.ChooseName(name)
		if err == nil {
			var in chat.SignIn
			in, err = redeemOnce(ctx, talk, server, chat.Redeem{Code: code, Name: clean, Key: key}, redeemPauses)
			if err == nil {
				return in, nil
			}
			taken := errors.Is(err, &chat.Error{Code: chat.CodeNameTaken})
			if asks = asks || taken && interactive(); asks { // also who said it on the command line
				err = stillAsked(err, server, clean)
			} else {
				err = thatIsYou(err, server, clean)
			}
		} else {
			err = exit.New(exit.Usage, "", "%w", err)
		}
		refused = append(refused, name)
		again := errors.Is(err, &chat.Error{Code: chat.CodeNameTaken}) || errors.Is(err, &chat.Error{Code: chat.CodeBadRequest})
		if !asks || !again {
			return chat.SignIn{}, err
		}
		exit.Print(talk, err)
	}
}

// redeemPauses are how long is waited before a redemption is asked for again whose
// answer was lost: at once, since a broken connection is the usual cause, and then
// as long as a server needs to start anew.
var redeemPauses = []time.Duration{0, 2 * time.Second}

// redeemOnce asks for an account, again where it is not known whether the server
// heard it: with the same key that makes one account, and no second one.
func redeemOnce(ctx context.Context, talk io.Writer, server string, wish chat.Redeem, pauses []time.Duration) (chat.SignIn, error) {
	for try := 0; ; try++ {
		var in chat.SignIn
		err := ask(ctx, http.MethodPost, server+"/api/invites/redeem", "", wish, &in)
		if err == nil && in.Token == "" {
			err = notHobnob(server)
		}
		if err == nil || !answerLost(err) {
			return in, err
		}
		if try == len(pauses) {
			return chat.SignIn{}, unheard(err, server, wish.Name)
		}
		fmt.Fprintln(talk, "the server's answer did not come; asking again…")
		select {
		case <-time.After(pauses[try]):
		case <-ctx.Done():
			return chat.SignIn{}, unheard(ctx.Err(), server, wish.Name)
		}
	}
}

// answerLost tells an answer that did not come, or not whole, from one that says
// no.
func answerLost(err error) bool { return exit.CodeOf(err) == exit.Unreachable }

// unheard says what a person does who may be in the team or not.
func unheard(err error, server, name string) error {
	return &exit.Error{
		Code: exit.CodeOf(err), Cause: err,
		Text: fmt.Sprintf("it is not known whether you are in the team: %v", err),
		Hint: "try the link again; where it says that it was used, whoever hosts the team makes you a token with: " + mintCommand(name) +
			"\nand you sign in with that: " + signInCommand(server),
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

// offered is the name of the system's user, unless it was refused. On this machine
// it is the host's: nobody else need be asked to find that out.
func offered(server string, refused []string) string {
	usual := systemName()
	if u, err := url.Parse(server); err != nil || local(u.Hostname()) {
		return ""
	}
	for _, name := range refused {
		if chat.Skeleton(name) == chat.Skeleton(usual) {
			return ""
		}
	}
	return usual
}

// askName asks at the terminal, with a usual name to take as it is, or "".
func askName(ctx context.Context, input *bufio.Reader, w io.Writer, usual string) (string, error) {
	name, err := AskLine(ctx, input, w, "Your name in the team", usual)
	if err != nil {
		return "", exit.New(exit.Failed, "the link is still good", "you left before you had a name")
	}
	return name, nil
}

// systemName is what the system calls its user, where that is a name to take.
var systemName = func() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	name, err := chat.ChooseName(u.Username)
	if err != nil {
		return ""
	}
	return name
}

// signIn keeps a token and makes its account the first one, and the one that is opened next.
func signIn(ctx context.Context, talk io.Writer, a Account, token string) error {
	if err := waiting(talk, func() error { return keep(ctx, a, token, promptTime) }); err != nil {
		return err
	}
	if err := changeAccounts(ctx, func(l *accounts) { l.put(a) }); err != nil {
		return err
	}
	forgetTeam()
	return nil
}

// openOrSay opens the chat, or without a terminal says who one is now.
func openOrSay(cmd *cobra.Command, a Account, token string, o Options) error {
	where := "in the keyring"
	if a.Store == storeFile {
		where = "in " + tokenFile() + ", readable only by you"
	}
	fmt.Fprintln(cmd.ErrOrStderr(), hanging(fmt.Sprintf("signed in as %s; the token is %s", a.label(), where), 0, columnsOf(os.Stderr)))
	if o.Plain = needsPlain(); o.Plain {
		if !onTerminal() {
			return nil
		}
	} else if screen := NeedTerminal() == nil; !screen {
		return nil
	}
	tokens := o.source(a)
	tokens.keep(token)
	o.all = os.Getenv("HOBNOB_SERVER") == ""
	if all := together(cmd.Context(), a); len(all) > 1 && !o.Plain {
		return openAll(cmd.Context(), all, slices.IndexFunc(all, a.same), o, tokens)
	}
	return open(cmd.Context(), a, o, tokens)
}

func warnInClear(w io.Writer, server string) {
	if inClear(server) {
		fmt.Fprintf(w, "warning: %s has no TLS: everybody on the way there can read what you write, and your token\n", chat.SanitizeLine(server))
	}
}
