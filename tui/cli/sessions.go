package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// sessionList is the answer to "sessions".
type sessionList struct {
	Sessions []chat.Session `json:"sessions"`
}

func sessionsCommand(o Options) *cobra.Command {
	s := scripting{o: o}
	cmd := &cobra.Command{
		Use:   "sessions",
		Short: "List where you are signed in, and end that",
		Long: "List where you are signed in, with tabs between: ID, the program, the address it comes from, since when,\n" +
			"\"here\" for the sign-in of this command, the name of the machine, and \"connected\" or when it was there last.\n" +
			"What is connected comes first, then what was there last. The setting device in config.toml says what this machine\n" +
			"is called: \"none\" tells none.",
		Example: "  hobnob sessions\n  hobnob sessions end KKB43SAGN5UWBREGPAPFAJB32X\n  hobnob sessions end --others",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			at, err := s.sit(cmd)
			if err != nil {
				return err
			}
			var list sessionList
			err = at.once(cmd.Context(), s.timeout, func(ctx context.Context, l *client.Line) (err error) {
				list, err = client.Ask[sessionList](ctx, l, "sessions", struct{}{})
				return err
			})
			if err != nil {
				return err
			}
			rows := tabled(cmd.OutOrStdout(), "ID", "PROGRAM", "ADDRESS", "SINCE", "THIS", "DEVICE", "SEEN")
			for i := range list.Sessions {
				if err := s.printSession(rows, &list.Sessions[i]); err != nil {
					return quietly(err)
				}
			}
			return quietly(rows.end())
		},
	}
	s.flags(cmd, "print a line of JSON for each")
	s.patient(cmd, answerTime)
	cmd.AddCommand(endSessionCommand(o))
	return cmd
}

func (s *scripting) printSession(rows *table, one *chat.Session) error {
	if s.json {
		return printLine(rows.w, one)
	}
	here := ""
	if one.Current {
		here = "here"
	}
	last := "connected"
	if !one.Connected && one.Seen > 0 { // a server that says neither lists what is connected
		last = when(one.Seen, dayTime)
	}
	return rows.row(one.ID, one.Client, one.Address, when(one.Since, dayTime), here, one.Device, last)
}

func endSessionCommand(o Options) *cobra.Command {
	s := scripting{o: o}
	var r chat.SessionEndRequest
	cmd := &cobra.Command{
		Use:   "end ID | --others",
		Short: "End a sign-in, or all others than this one",
		Long: "End a sign-in: its token and what was made of it are refused from then on, and what is connected with\n" +
			"it is sent away. --others ends all but the one of this command, also those that are not connected, as\n" +
			"that of a laptop that was lost.",
		Example: "  hobnob sessions end KKB43SAGN5UWBREGPAPFAJB32X\n  hobnob sessions end --others",
		Args:    exit.Args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if r.Others == (len(args) == 1) {
				return exit.New(exit.Usage, "hobnob sessions lists them", "say which sign-in: its ID, or --others for all but this one")
			}
			if len(args) == 1 {
				r.ID = args[0]
			}
			at, err := s.sit(cmd)
			if err != nil {
				return err
			}
			var done chat.Done
			err = at.once(cmd.Context(), s.timeout, func(ctx context.Context, l *client.Line) (err error) {
				if r.ID != "" {
					if err := known(ctx, l, r.ID); err != nil {
						return err
					}
				}
				done, err = client.Ask[chat.Done](ctx, l, "session:end", r)
				return err
			})
			if err != nil {
				return err
			}
			if s.json {
				return printLine(cmd.OutOrStdout(), done)
			}
			_, err = fmt.Fprintln(cmd.ErrOrStderr(), "ended")
			return err
		},
	}
	s.flags(cmd, "print the position of the change as JSON")
	cmd.Flags().BoolVar(&r.Others, "others", false, "all of your sign-ins but this one")
	s.patient(cmd, answerTime)
	return cmd
}

// known fails for a sign-in that is in no list: a mistyped ID would end nothing, without a
// word.
func known(ctx context.Context, l *client.Line, id string) error {
	list, err := client.Ask[sessionList](ctx, l, "sessions", struct{}{})
	if err != nil {
		return err
	}
	for _, one := range list.Sessions {
		if one.ID == id {
			return nil
		}
	}
	return exit.New(exit.Failed, "hobnob sessions lists them; --others ends all but this one, also what is in no list", "you have no sign-in of that ID")
}
