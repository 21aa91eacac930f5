package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/bench"
	client "github.com/hobnob-chat/hobnob/tui/cli"
)

// benchLife is how long the tokens of a measurement are good.
const benchLife = 2 * time.Hour

// benchFlags are what bench was asked for, where it is not in a bench.Config.
type benchFlags struct {
	bench.Config
	url, data, secretFile, token, lane string
	rooms                              int
	unsaturated, json, anyway          bool
}

func benchCommand() *cobra.Command {
	var b benchFlags
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Find out what a server holds",
		Long: "Fill a server with clients, let some of them speak, check that every message comes to everyone once and\n" +
			"in order, and say how long that took, what it cost and what held the server up.\n\n" +
			"What it says stays in the room for ever, so measure a server with a data folder of its own, on the\n" +
			"machine in question: hobnob serve --data DIR --addr 127.0.0.1:4627 --rate 0\n\n" +
			"On the host's machine it makes its tokens with the team's key, finds the address, and looks at the\n" +
			"server's processor time and memory. Elsewhere, give --url with --jwt-secret-file or --token.",
		Example: "  hobnob bench --data DIR --clients 1000 --rate 50\n" +
			"  hobnob bench --url https://chat.example.com --jwt-secret-file secret --clients 500\n" +
			"  hobnob token mint --name bench | hobnob bench --url http://127.0.0.1:4627 --token -",
		Args: exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return b.run(cmd)
		},
	}
	f := cmd.Flags()
	f.StringVar(&b.url, "url", "", "the `ADDRESS` of the server, as http://HOST:PORT; the one that serves --data when not given")
	dataFlag(f, &b.data)
	f.StringVar(&b.secretFile, "jwt-secret-file", "", "make tokens with the shared secret in this `FILE` (HS256) that the server trusts, instead of with the key in --data")
	f.StringVar(&b.token, "token", "", "- to read one token for all clients from stdin")
	f.IntVar(&b.Clients, "clients", 100, "a `NUMBER` of clients that connect")
	f.IntVar(&b.rooms, "rooms", 1, "the `NUMBER` of rooms they are in")
	f.Float64Var(&b.Rate, "rate", 50, "a `NUMBER` of messages a second, of all together, while latency is measured; 0 leaves that out")
	f.IntVar(&b.Speakers, "speakers", 0, "the `NUMBER` of clients that speak; one for each 25 messages a second when 0")
	f.IntVar(&b.Size, "size", 128, "the `BYTES` of a message's text")
	f.StringVar(&b.lane, "lane", "chat", "the `LANE` of the clients: chat, or plain, as those that know nothing of hobnob")
	exit.Value(f, "lane", "chat or plain", "plain", func() bool { return b.lane == "chat" || b.lane == "plain" })
	f.BoolVar(&b.unsaturated, "no-saturation", false, "do not measure how much it delivers at most")
	f.IntVar(&b.Window, "window", 0, "by what `NUMBER` of messages the speakers of a room are ahead of its slowest client, where as much is said as is heard; by --size when 0")
	f.IntVar(&b.Stalled, "stalled", 0, "also measure what this `NUMBER` of clients costs that read nothing")
	f.DurationVar(&b.Duration, "duration", 20*time.Second, "the `DURATION` for which messages are measured, both ways together")
	f.IntVar(&b.PID, "pid", 0, "the `ID` of the server's process on this machine, where it is not the one that serves --data")
	f.BoolVar(&b.json, "json", false, "print the result as JSON")
	f.BoolVar(&b.anyway, "anyway", false, "speak in a room where people have spoken")
	return cmd
}

// run measures, and prints what was found, whatever else there is to say of it.
func (b *benchFlags) run(cmd *cobra.Command) error {
	if err := b.settle(cmd); err != nil {
		return err
	}
	if err := b.scout(cmd.Context()); err != nil {
		return benchFailed(err)
	}
	if err := b.Check(); err != nil {
		return exit.New(exit.Usage, "hobnob bench --help", "%w", err)
	}
	show, clearLine := progress(cmd.ErrOrStderr())
	b.Progress = show
	result, err := bench.Measure(cmd.Context(), b.Config)
	clearLine()
	var faults *bench.FaultError
	var backlog *bench.BacklogError
	if err != nil && !errors.As(err, &faults) && !errors.As(err, &backlog) {
		return benchFailed(err)
	}
	out := cmd.OutOrStdout()
	if b.json {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return errors.Join(encoder.Encode(result), benchFailed(err))
	}
	return errors.Join(result.Print(out), benchFailed(err))
}

// settle finds the server and what tokens are made with.
func (b *benchFlags) settle(cmd *cobra.Command) error {
	f := cmd.Flags()
	if b.token != "" && b.token != "-" {
		return exit.New(exit.Usage, "printf %s \"$TOKEN\" | hobnob bench --token -", "say --token - and give the token on stdin, since a command line is seen by every user of the machine")
	}
	if b.token != "" && b.secretFile != "" {
		return exit.New(exit.Usage, "", "--token and --jwt-secret-file are two answers to one question")
	}
	if b.rooms < 1 {
		return exit.New(exit.Usage, "", "--rooms must be at least 1, not %d", b.rooms)
	}
	b.Protocol, b.Saturate = bench.Hobnob(b.lane == "chat"), !b.unsaturated
	trial := b.Config // what is wrong with the flags is said before a team or a server is looked for
	trial.Rooms = make([]string, min(b.rooms, bench.MaxClients+1))
	if err := trial.Check(); err != nil {
		return exit.New(exit.Usage, "hobnob bench --help", "%w", err)
	}
	if running, served := isServed(b.data); served && (b.url == "" || strings.TrimSuffix(b.url, "/") == running.URL) {
		b.url = running.URL
		if b.PID == 0 {
			b.PID = running.PID
		}
	}
	if err := b.address(); err != nil {
		return err
	}
	var err error
	if b.Token, err = b.tokens(cmd.Context(), cmd.InOrStdin(), cmd.ErrOrStderr()); err != nil {
		return err
	}
	if b.url == "" && f.Changed("data") {
		return exit.New(exit.Unreachable, "start it with: hobnob serve --data "+b.data, "the team in %s is not being served", b.data)
	}
	if b.url == "" {
		b.url = "http://127.0.0.1:4626"
		return b.address()
	}
	return nil
}

// address reads --url, where it is given.
func (b *benchFlags) address() error {
	if b.url == "" {
		return nil
	}
	u, err := url.Parse(b.url)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.User != nil {
		return exit.New(exit.Usage, "", "--url is http://HOST:PORT or https://HOST, not %q", chat.SanitizeLine(b.url))
	}
	b.URL = u
	return nil
}

// tokens says where each client's token comes from.
func (b *benchFlags) tokens(ctx context.Context, in io.Reader, talk io.Writer) (func(int) (string, error), error) {
	switch {
	case b.token != "":
		raw, err := client.ReadToken(ctx, in, talk, auth.MaxToken)
		if err != nil {
			return nil, err
		}
		if strings.TrimSpace(string(raw)) == "" {
			return nil, exit.New(exit.Usage, "", "there is no token on stdin")
		}
		return bench.OneToken(string(raw)), nil
	case b.secretFile != "":
		secret, err := readKeyFile(b.secretFile, nil)
		if err != nil {
			return nil, err
		}
		return bench.SecretTokens(trimSecret(secret)), nil
	}
	issuer, err := ownIssuer(b.data)
	if err != nil {
		if e, ok := errors.AsType[*exit.Error](err); ok {
			e.Hint = "say where the team is with --data; for one that is elsewhere, give --jwt-secret-file or --token -"
		}
		return nil, err
	}
	return func(i int) (string, error) {
		token, _, err := issuer.Issue(chat.User{ID: bench.Name(i), Name: bench.Name(i), Role: chat.RoleBot}, benchLife)
		return token, err
	}, nil
}

// scout looks at the server before it is filled.
func (b *benchFlags) scout(ctx context.Context) error {
	token, err := b.Token(0)
	if err != nil {
		return err
	}
	found, err := bench.Scout(ctx, b.URL, token)
	switch {
	case err != nil:
		return err
	case b.rooms > 1 && b.lane == "plain":
		return exit.New(exit.Usage, "", "--rooms %d: the plain lane has one room", b.rooms)
	case b.Size+2 > found.Body:
		return exit.New(exit.Usage, "", "--size %d: the server takes %d bytes at most", b.Size, found.Body-2)
	case found.Used && !b.anyway:
		return exit.New(exit.Usage, "measure a server of its own: hobnob serve --data DIR --addr 127.0.0.1:4627 --rate 0\nor, if they do not mind: --anyway",
			"people have spoken in %q, and what bench says there would stay for ever", chat.SanitizeLine(found.Team))
	}
	if b.rooms == 1 {
		b.Rooms = []string{chat.GeneralRoom}
		return nil
	}
	if token, err = b.Token(bench.Maker); err != nil {
		return err
	}
	b.Rooms, err = bench.MakeRooms(ctx, b.URL, token, b.rooms)
	return err
}

// benchFailed says how a measurement ended that is not as it should be.
func benchFailed(err error) error {
	var unreachable *bench.UnreachableError
	var refused *bench.RefusedError
	var faults *bench.FaultError
	var backlog *bench.BacklogError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		return exit.New(exit.Auth, "it takes tokens of its own team (--data), and those of a secret it was given (serve --jwt-secret-file)", "%w", err)
	case errors.Is(err, bench.ErrFiles):
		return exit.New(exit.Failed, "ask for fewer --clients, or allow more: ulimit -n 100000", "%w", err)
	case errors.As(err, &unreachable):
		return exit.New(exit.Unreachable, "start one with: hobnob serve, or say with --url where it is", "%w", err)
	case errors.As(err, &faults):
		return exit.New(exit.Failed, "", "%w", err)
	case errors.As(err, &backlog):
		return exit.New(exit.Failed, "that is what a rate limit does: serve with --rate 0, or bench with --no-saturation and a lower --rate", "%w", err)
	}
	return err
}

// progress shows what goes on: on a terminal in one line, else a line a phase.
func progress(w io.Writer) (show func(bench.Progress), clearLine func()) {
	if f, ok := w.(*os.File); ok && term.IsTerminal(f.Fd()) {
		return func(p bench.Progress) { fmt.Fprintf(w, "\r\x1b[K%s: %s", p.Phase, p.Text) },
			func() { fmt.Fprint(w, "\r\x1b[K") }
	}
	last := ""
	return func(p bench.Progress) {
		if p.Phase != last {
			last = p.Phase
			fmt.Fprintf(w, "%s …\n", p.Phase)
		}
	}, func() {}
}
