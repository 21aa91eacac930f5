package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

func adminHookCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "hook",
		Short: "Let programs post to a room, or be told what is said",
		Args:  exit.NoArgs, RunE: exit.Help,
	}
	cmd.AddCommand(hookCreateCommand(), hookListCommand(), hookDeleteCommand())
	return cmd
}

func hookCreateCommand() *cobra.Command {
	var at reach
	var r chat.HookRequest
	cmd := &cobra.Command{
		Use:   "create --name NAME",
		Short: "Make a webhook",
		Long: "Make an address to which a program posts, as it would to Slack's; it is shown once, and whoever has it\n" +
			"can post to that room. With --url the team posts to that address what is said, signed as Standard\n" +
			"Webhooks has it; the key is shown once.",
		Example: "  hobnob admin hook create --name CI --room deploys\n  hobnob admin hook create --name mirror --room deploys --url https://example.com/hook",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if r.Name == "" {
				return exit.New(exit.Usage, "for example: hobnob admin hook create --name CI --room deploys", "--name is missing: it says who posts")
			}
			var made chat.HookMade
			err := at.call(cmd, http.MethodPost, "/api/hooks", r, &made)
			if e, ok := errors.AsType[*exit.Error](err); ok && errors.Is(err, &chat.Error{Code: chat.CodePrivate}) {
				e.Hint = "if it is meant to be told, an owner says so: --private"
			}
			if err != nil {
				return err
			}
			if made.Incoming {
				fmt.Fprintln(cmd.OutOrStdout(), made.URL)
				fmt.Fprintf(cmd.ErrOrStderr(), "whoever has this address posts as %s; try: curl -d '{\"text\": \"hello\"}' URL\n", made.Name)
				return nil
			}
			fmt.Fprintln(cmd.OutOrStdout(), made.Secret)
			fmt.Fprintf(cmd.ErrOrStderr(), "with this key %s checks what it is told\n", chat.SanitizeLine(made.URL))
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&r.Name, "name", "", "as whom it posts, or what it is called: a `NAME`")
	f.StringVar(&r.Room, "room", "", "the `ROOM` it posts to, general when not given; or whose messages it tells, those of all public rooms when not given")
	f.StringVar(&r.URL, "url", "", "tell this `ADDRESS` what is said")
	f.BoolVar(&r.Private, "private", false, "let --url be in a private network, as this machine is")
	f.SortFlags = false
	at.flags(cmd)
	return cmd
}

func hookListCommand() *cobra.Command {
	var at reach
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the webhooks, and how they fare",
		Long: "List the webhooks, oldest first; tab-separated: ID, name, posts or tells, room, address, since when, how it\n" +
			"fares: well, slow, failing or given up and why, and how many messages it has not told yet. The code of one\n" +
			"that posts, and the key of one that tells, are not shown again.",
		Args: exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var answer struct {
				Hooks []chat.Hook `json:"hooks"`
			}
			var rooms map[string]string
			err := at.with(cmd, func(ctx context.Context, team *desk) (err error) {
				if err = team.call(ctx, http.MethodGet, "/api/hooks", nil, &answer); err != nil || asJSON {
					return err
				}
				rooms, err = team.rooms(ctx)
				return err
			})
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), answer.Hooks)
			}
			return printHooks(cmd.OutOrStdout(), answer.Hooks, rooms)
		},
	}
	jsonFlag(cmd, &asJSON)
	at.flags(cmd)
	return cmd
}

func printHooks(w io.Writer, hooks []chat.Hook, rooms map[string]string) error {
	for _, h := range hooks {
		does := "tells"
		if h.Incoming {
			does = "posts"
		}
		_, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", h.ID, chat.SanitizeLine(h.Name), does, chat.SanitizeLine(called(rooms, h.Room)), chat.SanitizeLine(h.URL),
			h.Created.Time().Format(dayTime), chat.SanitizeLine(fares(&h)))
		if err != nil {
			return err
		}
	}
	return nil
}

// fares says how a webhook does, and how far behind it is; foreign.
func fares(h *chat.Hook) string {
	how := "well"
	switch {
	case h.Banned:
		how = "banned: what it posts is refused; hobnob admin ban " + chat.HookUser(*h).ID + " --undo"
	case h.Stopped != 0:
		how = "given up " + h.Stopped.Time().Format(dayTime) + ": " + h.Fault
	case h.Refused:
		how = "does nothing: " + h.Fault
	case h.Failing != 0:
		how = "failing since " + h.Failing.Time().Format(dayTime) + ": " + h.Fault
	case h.Slow:
		how = "slow: its address takes up to " + (time.Duration(h.Took) * time.Millisecond).Round(100*time.Millisecond).String() + " for a message"
	}
	if h.Behind == 0 {
		return how
	}
	messages := "messages"
	if h.Behind == 1 {
		messages = "message"
	}
	return fmt.Sprintf("%s; %d %s behind, since %s", how, h.Behind, messages, h.BehindSince.Time().Format(dayTime))
}

func hookDeleteCommand() *cobra.Command {
	var at reach
	cmd := &cobra.Command{
		Use:     "delete ID",
		Short:   "End a webhook",
		Example: "  hobnob admin hook list\n  hobnob admin hook delete ID",
		Args:    exit.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			var answer struct{}
			return at.call(cmd, http.MethodDelete, "/api/hooks/"+url.PathEscape(args[0]), nil, &answer)
		},
	}
	at.flags(cmd)
	return cmd
}
