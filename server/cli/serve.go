package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"sync"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	client "github.com/hobnob-chat/hobnob/tui/cli"
)

// Commands are the host's commands. version is stamped into the binary.
func Commands(version string) []*cobra.Command {
	return []*cobra.Command{serveCommand(version), tokenCommand(), inviteCommand(), adminCommand(version), benchCommand()}
}

func serveCommand(version string) *cobra.Command {
	var c config
	cmd := &cobra.Command{
		Use:        "serve",
		SuggestFor: []string{"host", "run", "start"},
		Short:      "Host a team",
		Long: "Host a team on this machine. It prints where it listens and a line with which one person joins,\n" +
			"then serves until it is stopped with Ctrl+C or SIGTERM; a second one stops it at once.\n" +
			"Every flag has a variable in the environment that stands for it, named in brackets.",
		Example: "  hobnob serve --chat\n  hobnob serve --addr :4626 --tls-cert cert.pem --tls-key key.pem\n  hobnob serve --jwt-secret-file secret --late-auth",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := environment(cmd); err != nil {
				return err
			}
			if err := c.check(); err != nil {
				return err
			}
			return serve(cmd.Context(), c, version, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	c.flags(cmd.Flags())
	describeTwins(cmd.Flags())
	return cmd
}

// serve hosts a team until ctx ends, or with --chat until its chat is closed.
func serve(ctx context.Context, c config, version string, in io.Reader, out, errs io.Writer) (err error) {
	var ask naming
	if c.chat {
		if err := client.NeedTerminal(); err != nil {
			return err
		}
		if err := client.NeedHome(); err != nil {
			return err
		}
		if client.Interactive() {
			ask = askOn(in, errs)
		}
	}
	if f, ok := out.(*os.File); ok && !c.chat {
		c.printed = term.IsTerminal(f.Fd())
	}
	h, err := startAsking(ctx, c, version, errs, ask)
	if err != nil {
		return err
	}
	ended := ""
	defer func() {
		err = errors.Join(err, h.close(context.WithoutCancel(ctx)))
		fmt.Fprint(errs, ended)
	}()

	invite, err := h.showInvite(ctx)
	if err != nil {
		return err
	}
	account, err := h.signIn(ctx)
	if err != nil {
		h.log.Warn("the host is not signed in on this machine", "err", err)
	}
	if err := h.folder.announce(h.url); err != nil {
		return exit.New(exit.Storage, "", "the data folder %s cannot be written: %w", c.data, cause(err))
	}
	fmt.Fprintf(out, "ready: %s on %s\n", h.team.Name, h.url)
	fmt.Fprintf(out, "join: hobnob join %s\n", invite.URL)
	h.sayNotes(errs)
	h.log.Info("serving", "url", h.url, "data", c.data, "version", version)
	if c.chat {
		defer func() { ended = h.farewell(invite) }()
		return h.openChat(ctx, account, invite)
	}
	return h.attend(ctx, out, errs)
}

// signIn makes the host's account one of this user's, so that hobnob in any
// terminal just opens. Its token goes to the keyring meanwhile; close waits for
// that.
func (h *host) signIn(ctx context.Context) (client.Account, error) {
	account, keyed, err := client.SignInHost(ctx, client.Account{Server: h.url, User: h.owner, Team: h.team, Host: h.config.data}, HostToken)
	if err != nil {
		return account, err
	}
	h.ends = append(h.ends, func(context.Context) error {
		if err := <-keyed; err != nil {
			h.log.Debug("the host's token is made from the data folder each time", "keyring", cmp.Or(errors.Unwrap(err), err))
		}
		return nil
	})
	return account, nil
}

// openChat chats in the terminal the server runs in, until that is left or the
// server fails.
func (h *host) openChat(ctx context.Context, account client.Account, invite chat.Invite) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var watch sync.WaitGroup
	watch.Go(func() {
		select {
		case err := <-h.failed:
			cancel(fmt.Errorf("the server stopped listening: %w", err))
		case <-ctx.Done():
		}
	})
	watch.Go(func() { h.watchInvite(ctx) })
	err := client.Chat(ctx, account, client.Options{
		HostToken: HostToken,
		Hosting:   true,
		Notices: append(slices.Clone(h.notes), []string{
			h.team.Name + " is up, on " + h.url, welcome(invite), "/invite copies that line, and the next one when it was used. For a second person meanwhile: /invite new",
		}...),
		News:   h.news,
		Invite: h.invite,
	})
	if cause := context.Cause(ctx); err == nil && cause != nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	cancel(nil)
	watch.Wait()
	return err
}

// farewell is said below the lines of the start, which are all that a terminal shows
// once the chat is closed: they are no longer true.
func (h *host) farewell(printed chat.Invite) string {
	h.showing.Lock()
	defer h.showing.Unlock()
	text := "stopped: " + h.team.Name + " is not served any more, until it is started again\n"
	if h.shown.URL != printed.URL {
		text += "the join line above lets nobody in any more; the next start has another\n"
	}
	return text
}

// openLog logs to stderr, or to a file where the chat has the terminal.
func (h *host) openLog(errs io.Writer) error {
	var level slog.Level
	if err := level.UnmarshalText([]byte(h.config.logLevel)); err != nil {
		return err
	}
	if h.config.chat {
		f, err := openBoundedLog(h.folder.file(logFile), maxLogFile)
		if err != nil {
			return exit.New(exit.Storage, "choose another with --data", "the data folder %s cannot be written: %w", h.config.data, cause(err))
		}
		h.ends = append(h.ends, func(context.Context) error { return f.Close() })
		errs = f
	}
	options := &slog.HandlerOptions{Level: level}
	if h.config.logFormat == "json" {
		h.log = slog.New(slog.NewJSONHandler(errs, options))
	} else {
		h.log = slog.New(slog.NewTextHandler(errs, options))
	}
	return nil
}
