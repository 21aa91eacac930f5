package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
)

// Chat opens the screen of an account and returns when its user has left it or
// ctx ends. What is in the outbox then is sent the next time.
func Chat(ctx context.Context, a Account, o Options) (err error) {
	if err := os.MkdirAll(a.state(), 0o700); err != nil {
		return exit.New(exit.Storage, "", "the folder for what you read and write, %s, cannot be made: %w", a.state(), err)
	}
	log, closeLog, err := openLog(filepath.Join(a.state(), "client.log"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLog()) }()
	conn, err := client.Open(ctx, client.Config{
		Server: a.Server, Token: o.token(a), Dir: a.state(), Name: "hobnob/" + o.Version, Logger: log,
	})
	if err != nil {
		return exit.New(exit.Storage, "", "what you read and wrote in %s cannot be opened: %w", a.state(), err)
	}
	program := tea.NewProgram(tui.New(tui.Config{
		Client: conn, Server: a.Server, Team: a.Team.Name, You: a.User, Notices: o.Notices,
	}), tea.WithContext(ctx), tea.WithoutSignalHandler())

	live, stop := context.WithCancel(ctx)
	var work sync.WaitGroup
	work.Go(func() {
		if err := conn.Run(live); err != nil {
			log.Error("connection", "err", err)
		}
	})
	work.Go(func() {
		for update := range conn.Updates() {
			program.Send(update) // returns at once when the program has ended
		}
	})
	_, err = program.Run()
	stop()
	err = ended(ctx, err)
	err = errors.Join(err, conn.Close())
	work.Wait()
	return err
}

// ended tells a screen that failed from one that was told to end.
func ended(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, tea.ErrInterrupted) {
		return nil
	}
	return err
}

// maxLog is how large the client's log grows, in bytes, before it begins anew.
const maxLog = 1 << 20

// openLog opens the client's own log, since the terminal is taken.
func openLog(path string) (*slog.Logger, func() error, error) {
	flags := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	if info, err := os.Stat(path); err == nil && info.Size() > maxLog {
		flags |= os.O_TRUNC
	}
	f, err := os.OpenFile(path, flags, 0o600) //nolint:gosec // in our own folder
	if err != nil {
		return nil, nil, exit.New(exit.Storage, "", "%s cannot be written: %w", path, err)
	}
	return slog.New(slog.NewTextHandler(f, nil)), f.Close, nil
}
