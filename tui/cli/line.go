package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// script is what the commands for scripts have in common: they sign in as the chat
// does, ask, print, and end.
type script struct {
	o       Options
	account string
	asJSON  bool
}

// flags declares what all of them take.
func (s *script) flags(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&s.account, "account", "a", "", "as this `ACCOUNT`, named by its server, team or name; hobnob accounts lists them")
	cmd.Flags().BoolVar(&s.asJSON, "json", false, "JSON, one object a line, for programs")
	_ = cmd.RegisterFlagCompletionFunc("account", completeAccount) // the flag was just declared
}

// scriptTime is how long a command waits for the server that does one thing and ends.
const scriptTime = 30 * time.Second

// dial connects as the account. listen keeps what happens from position on.
func (s *script) dial(ctx context.Context, listen bool, position chat.Position) (*client.Line, error) {
	a, err := chosenAccount(ctx, s.account)
	if err != nil {
		return nil, err
	}
	tokens := s.o.source(a)
	l, err := client.Dial(ctx, client.LineConfig{
		Server: a.Server, Token: tokens.get, Name: "hobnob/" + s.o.Version, Listen: listen, Position: position, Quiet: true, Renewed: tokens.keeper(),
	})
	if err != nil {
		return nil, lineFailed(err, a)
	}
	return l, nil
}

// lineFailed says how a command ends whose connection failed.
func lineFailed(err error, a Account) error {
	if _, ok := errors.AsType[*exit.Error](err); ok {
		return err
	}
	var told *chat.Error
	switch {
	case errors.Is(err, client.ErrRefused):
		return exit.New(exit.Auth, backHint(a.Server, a.User.Name), "%s: %w", a.Server, err)
	case errors.As(err, &told):
		return exit.New(exit.Failed, "", "%s", told.Message)
	case errors.Is(err, context.DeadlineExceeded):
		return exit.New(exit.Unreachable, "try again, or with a longer --timeout", "%s did not answer in time", a.Server)
	}
	return exit.New(exit.Unreachable, "", "%s: %w", a.Server, err)
}

// asks makes one request and ends.
func asks[A any](ctx context.Context, s *script, request string, arg any) (A, error) {
	var zero A
	ctx, cancel := context.WithTimeout(ctx, scriptTime)
	defer cancel()
	l, err := s.dial(ctx, false, chat.Position{})
	if err != nil {
		return zero, err
	}
	defer l.Close()
	a, err := client.Ask[A](ctx, l, request, arg)
	if err != nil {
		return zero, refusedAsk(err)
	}
	return a, nil
}

// refusedAsk is how a command ends whose request failed.
func refusedAsk(err error) error {
	var told *chat.Error
	if !errors.As(err, &told) {
		return exit.New(exit.Unreachable, "", "%w", err)
	}
	hint := ""
	switch told.Code {
	case chat.CodeUnknownRoom:
		hint = "hobnob rooms lists those you are in, hobnob rooms --all those you may join"
	case chat.CodeNotMember:
		hint = "come in with /join in the chat, or: hobnob rooms --join ROOM"
	}
	return exit.New(exit.Failed, hint, "%s", told.Message)
}

// object prints one line of JSON. What could run or reorder a terminal is escaped in
// it: what is printed may be looked at.
func object(w io.Writer, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(escaped(b), '\n'))
	return err
}

// escaped writes the control and bidirectional characters of JSON as \u escapes. Those
// below a space are escaped already (RFC 8259, section 7).
func escaped(b []byte) []byte {
	var out []byte
	last := 0
	for i, r := range string(b) {
		if (r < 0x7f || r > 0x9f) && (r < 0x200e || r > 0x200f) && (r < 0x202a || r > 0x202e) && (r < 0x2066 || r > 0x2069) && r != 0x061c {
			continue
		}
		out = fmt.Appendf(append(out, b[last:i]...), "\\u%04x", r)
		last = i + len(string(r))
	}
	if out == nil {
		return b
	}
	return append(out, b[last:]...)
}

// field is a foreign text as a column of a list.
func field(s string) string {
	return strings.ReplaceAll(chat.SanitizeLine(s), "\t", " ")
}

// printed turns an error of stdout into how a command ends: who pipes into head has
// read enough.
func printed(err error) error {
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}

// isTerminal tells whether a stream is one that a person looks at.
func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// pauses are how long to wait before a server is tried again: longer each time, and
// never at the same moment as others.
type pauses struct{ next time.Duration }

const (
	firstPause = 250 * time.Millisecond
	lastPause  = 15 * time.Second
)

func (p *pauses) wait(ctx context.Context) error {
	p.next = min(max(2*p.next, firstPause), lastPause)
	t := time.NewTimer(p.next/2 + rand.N(p.next/2+1)) //nolint:gosec // no secret
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
