package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	client "github.com/hobnob-chat/hobnob/tui/cli"
)

// Commands are the host's commands. version is stamped into the binary.
func Commands(version string) []*cobra.Command {
	return []*cobra.Command{serveCommand(version), tokenCommand(), inviteCommand()}
}

func serveCommand(version string) *cobra.Command {
	var c config
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Host a team",
		Long: "Host a team on this machine. It prints where it listens and a line with which one person joins,\n" +
			"then serves until it is stopped with Ctrl+C or SIGTERM; a second one stops it at once.\n" +
			"Every flag has an environment twin, named in brackets.",
		Example: "  hobnob serve --chat\n  hobnob serve --addr :4626 --tls-cert cert.pem --tls-key key.pem\n  hobnob serve --jwt-secret-file secret --late-auth",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := environment(cmd); err != nil {
				return err
			}
			if err := c.check(); err != nil {
				return err
			}
			return serve(cmd.Context(), c, version, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	c.flags(cmd.Flags())
	describeTwins(cmd.Flags())
	return cmd
}

// serve hosts a team until ctx ends, or with --chat until its chat is closed.
func serve(ctx context.Context, c config, version string, out, errs io.Writer) (err error) {
	if c.chat {
		if err := client.NeedTerminal(); err != nil {
			return err
		}
	}
	log, closeLog, err := c.logger(errs)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLog()) }()
	h, err := start(ctx, c, version, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close(context.WithoutCancel(ctx))) }()

	invite, err := h.invites.NewInvite(ctx, h.owner.ID, chat.RoleMember)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "ready: %s on %s\n", h.team.Name, h.url)
	fmt.Fprintf(out, "join: hobnob join %s\n", invite.URL)
	log.Info("serving", "url", h.url, "data", c.data, "version", version)
	account, err := h.signIn(ctx)
	if err != nil {
		log.Warn("the host is not signed in on this machine", "err", err)
	}
	if c.chat {
		return h.openChat(ctx, account, invite.URL)
	}
	select {
	case <-ctx.Done():
		log.Info("stopping")
		return nil
	case err := <-h.failed:
		return fmt.Errorf("the server stopped listening: %w", err)
	}
}

// signIn makes the host's account one of this user's, so that hobnob in any
// terminal just opens.
func (h *host) signIn(ctx context.Context) (client.Account, error) {
	return client.SignInHost(ctx, client.Account{Server: h.url, User: h.owner, Team: h.team, Host: h.config.data}, HostToken)
}

// openChat chats in the terminal the server runs in.
func (h *host) openChat(ctx context.Context, account client.Account, invite string) error {
	return client.Chat(ctx, account, client.Options{
		HostToken: HostToken,
		Notices: []string{
			h.team.Name + " is up, on " + h.url,
			"Let one person in with this line, within a week:",
			"hobnob join " + invite,
			"For more people, from another terminal: hobnob invite create",
		},
	})
}

// logger logs to stderr, or to a file where the chat has the terminal.
func (c *config) logger(errs io.Writer) (*slog.Logger, func() error, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.logLevel)); err != nil {
		return nil, nil, exit.New(exit.Usage, "", "--log-level is debug, info, warn or error, not %q", c.logLevel)
	}
	done := func() error { return nil }
	if c.chat {
		if err := os.MkdirAll(c.data, 0o700); err != nil {
			return nil, nil, exit.New(exit.Storage, "choose another with --data", "the data folder %s cannot be made: %w", c.data, cause(err))
		}
		path := (&folder{path: c.data}).file(logFile)
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // in our own folder
		if err != nil {
			return nil, nil, exit.New(exit.Storage, "choose another with --data", "the data folder %s cannot be written: %w", c.data, cause(err))
		}
		errs, done = f, f.Close
	}
	options := &slog.HandlerOptions{Level: level}
	if c.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(errs, options)), done, nil
	}
	return slog.New(slog.NewTextHandler(errs, options)), done, nil
}
