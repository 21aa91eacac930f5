package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// changeCommands are what is done to a room as a whole.
func changeCommands(o Options) []*cobra.Command {
	rename := changeCommand(o, cobra.Command{
		Use:   "rename ROOM NAME",
		Short: "Call a room by another name",
		Long: "Call a room by another name. What it was called goes on to lead to it, until another room is called so.\n" +
			"Admins may who are in it, and who made the room.",
		Example: "  hobnob rooms rename ops operations",
		Args:    exit.Args(cobra.ExactArgs(2)),
	}, "room:rename", func(r *chat.RoomChangeRequest, args []string) { r.Name = &args[1] },
		func(was string, now *chat.Membership) string { return was + " is called #" + now.Name + " now" })
	archived := func(on bool, does, says string, c cobra.Command) *cobra.Command {
		c.Args = exit.Args(cobra.ExactArgs(1))
		c.Example = "  hobnob rooms " + does + " old-project"
		return changeCommand(o, c, "room:set", func(r *chat.RoomChangeRequest, _ []string) { r.Archived = &on },
			func(was string, _ *chat.Membership) string { return was + says })
	}
	return []*cobra.Command{
		rename,
		archived(true, "archive", " is archived: it can be read and searched, and written in no longer", cobra.Command{
			Use:   "archive ROOM",
			Short: "Let nobody write in a room any more",
			Long:  "Let nobody write in a room any more. It can be read and searched, and hobnob rooms unarchive opens it\nagain. Admins may who are in it, and who made the room.",
		}),
		archived(false, "unarchive", " is written in again", cobra.Command{
			Use:   "unarchive ROOM",
			Short: "Let an archived room be written in again",
			Long:  "Let a room that is archived be written in again. hobnob rooms --archived lists those there are.",
		}),
	}
}

// changeCommand makes a command that asks for a change of its first argument, and says what came
// of it.
func changeCommand(o Options, c cobra.Command, request string, fill func(r *chat.RoomChangeRequest, args []string), says func(was string, now *chat.Membership) string) *cobra.Command {
	s, cmd := scripting{o: o}, &c
	cmd.ValidArgsFunction = completeRoom
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkRoom(args[0]); err != nil {
			return err
		}
		at, err := s.sit(cmd)
		if err != nil {
			return err
		}
		var a chat.RoomAnswer
		err = at.once(cmd.Context(), s.timeout, func(ctx context.Context, l *client.Line) (err error) {
			r := chat.RoomChangeRequest{}
			if r.Room, err = readRoom(ctx, l, args[0], false); err != nil {
				return err
			}
			fill(&r, args)
			a, err = client.Ask[chat.RoomAnswer](ctx, l, request, r)
			return meant(ctx, l, args[0], err)
		})
		if err != nil {
			return err
		}
		if s.json {
			return printLine(cmd.OutOrStdout(), a.Room)
		}
		_, err = fmt.Fprintln(cmd.ErrOrStderr(), chat.SanitizeLine(says(args[0], &a.Room)))
		return err
	}
	s.flags(cmd, "print the room as it is then, as JSON")
	s.patient(cmd, answerTime)
	return cmd
}
