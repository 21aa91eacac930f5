package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// The commands for scripts say their data on stdout, for a program or a person, and
// everything else on stderr. Each makes connections of its own, on which nobody is
// taken to be there, and keeps nothing but which rooms there are.

// scripting is what these commands have in common.
type scripting struct {
	o       Options
	account string
	json    bool
	timeout time.Duration
}

// flags declares them. What --json prints is for the command to say.
func (s *scripting) flags(cmd *cobra.Command, prints string) {
	f := cmd.Flags()
	f.SortFlags = false
	AccountFlag(cmd, &s.account)
	if prints != "" {
		f.BoolVar(&s.json, "json", false, prints)
	}
}

// AccountFlag declares --account.
func AccountFlag(cmd *cobra.Command, account *string) {
	cmd.Flags().StringVarP(account, "account", "a", "", "as this `ACCOUNT`, named by its server, team or name; hobnob accounts lists them")
	// The flag has just been declared: it cannot fail.
	_ = cmd.RegisterFlagCompletionFunc("account", func(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		return completeAccount(cmd, nil, begun)
	})
}

// patient declares how long a server may be away.
func (s *scripting) patient(cmd *cobra.Command, usual time.Duration) {
	cmd.Flags().DurationVar(&s.timeout, "timeout", usual, "give up when the server has not answered for this `TIME`")
	exit.Value(cmd.Flags(), "timeout", "a time above 0", "90s", func() bool { return s.timeout > 0 })
}

// seat is an account that a command acts as.
type seat struct {
	account Account
	tokens  *source
	name    string // of this program and what it does, with its version
	talk    io.Writer
}

// sit finds the account and has its token at hand: what is wrong with either is said
// before anything else is done.
func (s *scripting) sit(cmd *cobra.Command) (*seat, error) {
	a, err := chosenAccount(cmd.Context(), s.account)
	if err != nil {
		return nil, err
	}
	at := &seat{account: a, tokens: s.o.source(a), name: cmd.CommandPath() + "/" + s.o.Version, talk: cmd.ErrOrStderr()}
	err = waiting(at.talk, func() error {
		_, err := at.tokens.get(cmd.Context())
		return err
	})
	switch {
	case cmd.Context().Err() != nil:
		return nil, interrupted()
	case errors.Is(err, client.ErrNoToken) && exit.CodeOf(err) == exit.Failed:
		return nil, at.refused("you are not signed in")
	}
	return at, err
}

// line is how a connection of the account is made.
func (at *seat) line() client.LineConfig {
	return client.LineConfig{
		Server: at.account.Server, Token: at.tokens.get, Renewed: at.tokens.keeper(), Name: at.name, Device: device(),
		Logger: slog.New(slog.DiscardHandler), Quiet: true,
	}
}

// files is how files of the account go.
func (at *seat) files(patience time.Duration) *client.Files {
	return &client.Files{
		Server: at.account.Server, Token: at.tokens.get, Name: at.name, Patience: patience,
		HTTP: &http.Client{Transport: asking, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		Waiting: func(reason string) {
			fmt.Fprintf(at.talk, "%s; trying again\n", chat.SanitizeLine(reason))
		},
	}
}

// once connects, and has do ask what it has to. It tries no second time.
func (at *seat) once(ctx context.Context, patience time.Duration, do func(ctx context.Context, l *client.Line) error) error {
	asking, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	l, err := client.Dial(asking, at.line())
	if err == nil {
		defer l.Close()
		at.noteRooms(l.Welcome().Rooms)
		err = do(asking, l)
	}
	return at.say(ctx, err)
}

// say puts what came of a connection into an error of a command's.
func (at *seat) say(ctx context.Context, err error) error {
	var (
		e    *exit.Error
		lost *client.LineError
		no   *chat.Error

		foreign *tls.CertificateVerificationError
	)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return interrupted()
	case errors.As(err, &e):
		return err
	case errors.As(err, &lost) && errors.Is(lost, client.ErrBanned):
		return exit.New(exit.Auth, "", "%s: %s", at.account.label(), lost.Reason)
	case errors.As(err, &lost) && lost.Refused:
		return at.refused(lost.Reason)
	case errors.As(err, &lost) && errors.As(lost.Err, &foreign):
		return distrusted(at.account.Server, foreign)
	case errors.As(err, &lost):
		return at.unreachable(lost.Reason)
	case errors.Is(err, context.DeadlineExceeded):
		return at.unreachable("the server did not answer in time")
	case errors.As(err, &no):
		return refusal(no)
	}
	return exit.New(exit.Failed, "", "%w", err)
}

func (at *seat) refused(reason string) error {
	return exit.New(exit.Auth, backHint(at.account.Server, at.account.User.Name), "%s: %s", at.account.label(), reason)
}

func (at *seat) unreachable(reason string) error {
	return exit.New(exit.Unreachable, "check the address, and that the server runs", "no connection to %s: %s", at.account.Server, reason)
}

// interrupted is for who was told to end before they were done.
func interrupted() error { return exit.New(exit.Interrupted, "", "interrupted") }

// refusal says why a server would not do what it was asked, and what helps.
func refusal(e *chat.Error) *exit.Error {
	code, hint := exit.Failed, ""
	switch e.Code {
	case chat.CodeUnknownRoom:
		hint = "hobnob rooms --all lists those you may see; a person is written as @ada"
	case chat.CodeNotMember:
		hint = "come into the room first, with --join"
	case chat.CodeBadRequest:
		code = exit.Usage
	case chat.CodeUnknownEvent:
		hint = "the server is older than this hobnob; whoever hosts it can update it"
	case chat.CodeUnauthenticated, chat.CodeBanned:
		code = exit.Auth
	case chat.CodeUnavailable:
		code = exit.Unavailable
	}
	return exit.New(code, hint, "%w", &chat.Error{Code: e.Code, Message: shown(e.Message, maxSentence)})
}

// notStored is refusal of what a server could not store.
func notStored(e *chat.Error) error {
	return exit.New(exit.Unavailable, "whoever hosts the team finds out why from the server's log, and "+
		"its /readyz; the same again posts it when that is over", "nothing was posted: %w", &chat.Error{Code: e.Code, Message: shown(e.Message, maxSentence)})
}

// readRoom is the room that is read: inRoom, but one between people that is not there
// yet is not made for it.
func readRoom(ctx context.Context, l *client.Line, called string, join bool) (string, error) {
	if !strings.HasPrefix(called, "@") {
		return inRoom(ctx, l, called, join)
	}
	var people []string
	for name := range strings.SplitSeq(called, ",") {
		people = append(people, chat.FoldName(strings.TrimPrefix(strings.TrimSpace(name), "@")))
	}
	slices.Sort(people)
	w := l.Welcome()
	for _, r := range w.Rooms {
		var names, ids []string
		for _, p := range r.People {
			if p.ID != w.You.ID {
				names, ids = append(names, chat.FoldName(p.Name)), append(ids, chat.FoldName(p.ID))
			}
		}
		slices.Sort(names)
		slices.Sort(ids)
		if r.Kind == chat.RoomDirect && (slices.Equal(names, people) || slices.Equal(ids, people)) {
			return r.ID, nil
		}
	}
	if near, nobody := nearPeople(ctx, l, called); len(nobody) > 0 {
		return "", exit.New(exit.Failed, didYouMean(near)+whoLists, "there is nobody in the team who is called %s", shown(strings.Join(nobody, " or "), maxSentence))
	}
	return "", exit.New(exit.Failed, "hobnob send "+exit.Quote(called)+" TEXT begins to", "you and %s have not written to each other yet", shown(called, maxSentence))
}

// inRoom finds the room between people, where a room is called by their names:
// "@ada", or "@ada,@grace". Every other room is called as the server knows it.
func inRoom(ctx context.Context, l *client.Line, called string, join bool) (string, error) {
	switch {
	case strings.HasPrefix(called, "@"):
		people := strings.Split(called, ",")
		for i := range people {
			people[i] = strings.TrimSpace(people[i])
		}
		found, err := client.Ask[chat.RoomAnswer](ctx, l, "dm", chat.RoomRequest{Users: people})
		return found.Room.ID, err
	case join:
		in, err := client.Ask[chat.RoomAnswer](ctx, l, "room:join", chat.RoomRequest{Room: called})
		return in.Room.ID, err
	}
	return called, nil
}

// checkRoom refuses what no room can be called.
func checkRoom(called string) error {
	if strings.TrimSpace(strings.Trim(called, "#@")) == "" {
		return exit.New(exit.Usage, "a room is written as ops or #ops, a person as @ada", "%q is no room", chat.SanitizeLine(called))
	}
	return nil
}

// quietly tells a write that failed since nobody reads any more from all others: it is
// no failure of a command that goes on for as long as somebody does.
func quietly(err error) error {
	if errors.Is(err, errPipe) || errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}
