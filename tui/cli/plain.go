package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"sync"

	"github.com/charmbracelet/x/term"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui/plain"
)

// needsPlain tells whether there is no screen to draw on: stdin or stdout is a file or
// a pipe, or the terminal says that it is dumb, or nothing of itself.
func needsPlain() bool {
	kind := os.Getenv("TERM")
	return !onTerminal() || kind == "dumb" || kind == "" && runtime.GOOS != "windows" // whose consoles set none
}

// onTerminal tells whether somebody types and reads in a terminal.
func onTerminal() bool { return term.IsTerminal(os.Stdin.Fd()) && term.IsTerminal(os.Stdout.Fd()) }

// lineLimit is from which length on a terminal cuts a line, in bytes (termios(3)).
func lineLimit() int {
	switch runtime.GOOS {
	case "windows":
		return 0
	case "linux":
		return 4095
	}
	return 1023
}

// runPlain is run, in lines.
func runPlain(ctx context.Context, conn *client.Client, tokens *source, work *sync.WaitGroup, fallen *fall, log *slog.Logger, a Account, o Options) error {
	printing, stop := context.WithCancel(ctx)
	defer stop()
	caught := fallen.caught(a, log)
	work.Go(guarded(caught, func() {
		if err := conn.Run(ctx); err != nil { // it ends when it is closed
			log.Error("connection", "err", err)
		}
	}))
	updates := make(chan chat.Update)
	work.Go(guarded(caught, func() {
		defer close(updates)
		for u := range conn.Updates() {
			tokens.learn(u) // before anybody can ask to reconnect
			select {
			case updates <- u:
			case <-printing.Done(): // the rest is let go of, until the client is closed
			}
		}
	}))
	var ways []string
	for _, w := range a.waysBack() {
		ways = append(ways, w.Run+": "+w.What)
	}
	named := ""
	if o.account != "" {
		named = exit.Quote(o.account)
	}
	err := plain.Run(ctx, plain.Config{
		Client: connection{conn, tokens, nil}, Updates: updates, In: os.Stdin, Out: os.Stdout,
		Server: a.Server, Team: a.Team.Name, Account: named, You: a.User, Room: lastRoom(a.state()), Show: func(r chat.Room) { keepRoom(a.state(), r, log) }, Notices: slices.Concat(o.Notices, behind()), Ways: ways,
		Attended: term.IsTerminal(os.Stdin.Fd()), LineLimit: lineLimit(), Lines: revealing,
		Width: func() int { return widthOf(os.Stdout) },
	})
	return plainEnd(ctx, a, quietly(err))
}

// plainEnd is how the lines ended, as a command ends.
func plainEnd(ctx context.Context, a Account, err error) error {
	switch {
	case ctx.Err() != nil:
		return nil //nolint:nilerr // which is how it ends
	case err == nil:
		return nil
	case errors.Is(err, plain.ErrRefused):
		return exit.New(exit.Auth, backHint(a.Server, a.User.Name), "%s: %w", a.label(), err)
	case errors.Is(err, plain.ErrUnreachable):
		return exit.New(exit.Unreachable, "check the address, and that the server runs", "%s: %w", a.Server, err)
	case errors.Is(err, plain.ErrUnsent), errors.Is(err, plain.ErrCommand):
		return exit.New(exit.Failed, "", "%w", err)
	}
	return exit.New(exit.Failed, "", "the chat cannot be printed: %w", err)
}
