package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// These commands keep order in the house. What each does is a request of the chat
// lane, which people in the chat ask as well; so admins need not be on the machine that
// hosts the team.

func adminRoleCommand() *cobra.Command {
	var at reach
	cmd := &cobra.Command{
		Use:   "role WHO ROLE",
		Short: "Give somebody another role",
		Long: "Make somebody an owner, admin, member, guest or bot, whatever their token says. WHO is a name or an ID.\n" +
			"Who is connected comes again with the new role; a team keeps an owner.",
		Example: "  hobnob admin role ada admin",
		Args:    exit.Args(cobra.ExactArgs(2)),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) != 1 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var roles []string
			for _, r := range chat.Roles() {
				roles = append(roles, string(r))
			}
			return roles, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			role, ok := chat.ParseRole(args[1])
			if !ok {
				return exit.New(exit.Usage, "for example: hobnob admin role ada admin", "%q is not owner, admin, member, guest or bot", args[1])
			}
			return order(cmd, &at, "user:role", chat.UserRequest{User: args[0], Role: role}, args[0]+" is "+article(role)+" now", args[0]+" is "+article(role)+" already")
		},
	}
	at.flags(cmd)
	return cmd
}

func article(r chat.Role) string {
	if strings.HasPrefix(string(r), "o") || strings.HasPrefix(string(r), "a") {
		return "an " + string(r)
	}
	return "a " + string(r)
}

func adminBanCommand() *cobra.Command {
	var at reach
	var reason string
	var undo bool
	cmd := &cobra.Command{
		Use:   "ban WHO",
		Short: "Keep somebody out of the team, or let them in again",
		Long: "Keep somebody out of the team: their sessions end at once, and their tokens are refused from now on.\n" +
			"With --undo they are let in again, with what they had. WHO is a name or an ID.",
		Example: "  hobnob admin ban mallory --reason spam\n  hobnob admin ban mallory --undo",
		Args:    exit.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			on := !undo
			done, already := args[0]+" is banned", args[0]+" is banned already"
			if undo {
				done, already = args[0]+" may come in again", args[0]+" is not banned"
			}
			return order(cmd, &at, "user:ban", chat.UserRequest{User: args[0], On: &on, Reason: reason}, done, already)
		},
	}
	f := cmd.Flags()
	f.StringVar(&reason, "reason", "", "why: a `TEXT` that all are told and the audit trail keeps")
	f.BoolVar(&undo, "undo", false, "let them in again")
	at.flags(cmd)
	return cmd
}

func adminMuteCommand() *cobra.Command {
	var at reach
	var room, reason string
	var life time.Duration
	var undo bool
	cmd := &cobra.Command{
		Use:     "mute WHO",
		Short:   "Keep somebody from posting for a while",
		Long:    "Keep somebody from posting for a while, in one room or everywhere; they go on reading. WHO is a name or an ID.",
		Example: "  hobnob admin mute mallory --for 30m\n  hobnob admin mute mallory --room general --for 24h\n  hobnob admin mute mallory --undo",
		Args:    exit.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			r := chat.UserRequest{User: args[0], Room: room, Reason: reason, Until: chat.ToMillis(time.Now().Add(life))}
			done := args[0] + " is muted until " + r.Until.Time().Format(dayTime)
			already := done + " already"
			if undo {
				r.Until, done, already = 0, args[0]+" may speak again", args[0]+" is not muted in "+room
			}
			if undo && room == "" {
				already = args[0] + " is not muted everywhere; that of one room is undone with --room"
			}
			return order(cmd, &at, "user:mute", r, done, already)
		},
	}
	f := cmd.Flags()
	f.DurationVar(&life, "for", time.Hour, "how long: a `DURATION` from 1s to a year, 8760h")
	exit.Value(f, "for", "a duration from 1s to a year", "30m", func() bool { return life >= time.Second && life <= 366*24*time.Hour })
	f.StringVar(&room, "room", "", "in this `ROOM` alone")
	f.StringVar(&reason, "reason", "", "why: a `TEXT` that the audit trail keeps")
	f.BoolVar(&undo, "undo", false, "let them speak again")
	at.flags(cmd)
	return cmd
}

// order asks for something to be done, and says on stderr that it was, or that it was so already.
func order(cmd *cobra.Command, at *reach, request string, r chat.UserRequest, done, already string) error {
	var answer chat.Done
	if err := at.ask(cmd, request, r, &answer); err != nil {
		return err
	}
	if answer.Unchanged {
		done = "nothing was done: " + already
	}
	_, err := fmt.Fprintln(cmd.ErrOrStderr(), chat.SanitizeLine(done))
	return err
}

func adminRoomsCommand() *cobra.Command {
	var at reach
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "rooms",
		Short: "List the rooms that the host may see",
		Long: "List the rooms that the host is in or may join, the archived ones too; tab-separated: name, public,\n" +
			"private or direct, members, messages (deleted ones too), newest message, topic. Private rooms of others\n" +
			"stay theirs.",
		Example: "  hobnob admin rooms\n  hobnob admin rooms --json",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var answer chat.RoomList
			if err := at.ask(cmd, "room:list", chat.RoomListRequest{Archived: true}, &answer); err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), answer.Rooms)
			}
			return printRooms(cmd.OutOrStdout(), answer.Rooms)
		},
	}
	jsonFlag(cmd, &asJSON)
	at.flags(cmd)
	return cmd
}

// nameOf is what a room is called in a list: a direct one after its people.
func nameOf(r *chat.Membership) string {
	if r.Kind != chat.RoomDirect {
		return r.Name
	}
	var people []string
	for _, p := range r.People {
		people = append(people, p.Name)
	}
	return strings.Join(people, ", ")
}

func printRooms(w io.Writer, rooms []chat.Membership) error {
	for _, r := range rooms {
		name, kind, last := nameOf(&r), string(r.Kind), "empty"
		if r.Archived {
			kind += ", archived"
		}
		if r.LastAt != 0 {
			last = r.LastAt.Time().Format(dayTime)
		}
		_, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", chat.SanitizeLine(name), kind, count(r.Members, "member"), count(int(r.LastSeq), "message"), last, chat.SanitizeLine(r.Topic))
		if err != nil {
			return err
		}
	}
	return nil
}

func adminAuditCommand() *cobra.Command {
	var at reach
	var asJSON bool
	var most int
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Show what moderators did",
		Long: "Show what was done with people and rooms, newest first: roles, bans, mutes, people taken out of rooms,\n" +
			"others' messages deleted, rooms made, renamed, archived and slowed down; tab-separated: when, who, what,\n" +
			"to whom, in which room, why.",
		Example: "  hobnob admin audit\n  hobnob admin audit -n 10 --json",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var entries []chat.AuditEntry
			var rooms map[string]string
			err := at.with(cmd, func(ctx context.Context, team *desk) (err error) {
				if entries, err = auditTrail(ctx, team, most); err != nil || asJSON {
					return err
				}
				rooms, err = team.rooms(ctx)
				return err
			})
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), entries)
			}
			return printAudit(cmd.OutOrStdout(), entries, rooms)
		},
	}
	f := cmd.Flags()
	f.IntVarP(&most, "number", "n", 50, "show this `NUMBER` of entries at most")
	exit.Value(f, "number", "a number from 1 to 100000", "50", func() bool { return most >= 1 && most <= 100_000 })
	jsonFlag(cmd, &asJSON)
	at.flags(cmd)
	return cmd
}

// auditTrail asks for pages until there are enough entries.
func auditTrail(ctx context.Context, team *desk, most int) ([]chat.AuditEntry, error) {
	entries := []chat.AuditEntry{}
	for {
		var page struct {
			Entries []chat.AuditEntry `json:"entries"`
			More    bool              `json:"more"`
		}
		r := chat.AuditRequest{Limit: min(most-len(entries), chat.MaxHistory)}
		if len(entries) > 0 {
			r.Before = entries[len(entries)-1].Position
		}
		if err := team.ask(ctx, "audit", r, &page); err != nil {
			return nil, err
		}
		if entries = append(entries, page.Entries...); !page.More || len(entries) >= most || len(page.Entries) == 0 {
			return entries, nil
		}
	}
}

func printAudit(w io.Writer, entries []chat.AuditEntry, rooms map[string]string) error {
	for _, e := range entries {
		whom := ""
		if e.User != nil {
			whom = e.User.Name
		}
		room := called(rooms, e.Room)
		if e.Name != nil && *e.Name != room { // which it had then
			room += " (" + *e.Name + ")"
		}
		fields := []string{e.At.Time().Format(dayTime), e.By.Name, deed(&e), whom, room, e.Reason}
		for i := range fields {
			fields[i] = chat.SanitizeLine(fields[i])
		}
		if _, err := fmt.Fprintln(w, strings.Join(fields, "\t")); err != nil {
			return err
		}
	}
	return nil
}

// deed says in words what an entry of the audit trail is of.
func deed(e *chat.AuditEntry) string {
	switch e.Kind {
	case chat.RoleChanged:
		return "made " + article(e.User.Role)
	case chat.UserBanned:
		if !e.On {
			return "let in again"
		}
		return "banned"
	case chat.UserMuted:
		if e.Until == 0 {
			return "unmuted"
		}
		return "muted until " + e.Until.Time().Format(dayTime)
	case chat.SessionEnded:
		return "signed out"
	case chat.HookCreated:
		return "made the webhook"
	case chat.HookDeleted:
		return "ended the webhook"
	case chat.MessageDeleted:
		return "deleted a message of"
	case chat.RoomLeft:
		return "took out of the room"
	case chat.RoomCreated:
		return "made the room"
	case chat.RoomTrimmed:
		return "old messages removed"
	case chat.RoomChanged:
		return roomDeed(&e.Change)
	}
	return string(e.Kind)
}

// roomDeed says what was changed of a room.
func roomDeed(c *chat.Change) string {
	var deeds []string
	if c.Name != nil {
		deeds = append(deeds, "renamed")
	}
	if c.Archived != nil {
		deeds = append(deeds, map[bool]string{true: "archived", false: "opened again"}[*c.Archived])
	}
	if c.Slow != nil {
		deeds = append(deeds, map[bool]string{true: "slow mode off", false: fmt.Sprintf("slow mode %d s", *c.Slow)}[*c.Slow == 0])
	}
	if c.Keep != nil {
		deeds = append(deeds, map[bool]string{true: "kept for ever", false: "kept for " + count(*c.Keep, "day")}[*c.Keep == 0])
	}
	if len(deeds) == 0 {
		return "changed the room"
	}
	return strings.Join(deeds, ", ")
}

// count says how many there are of something.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
