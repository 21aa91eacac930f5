package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// answerTime is how long a server may take to answer what a person waits for.
const answerTime = 10 * time.Second

// roomList and memberList are the answers to "room:list" and "members".
type (
	roomList struct {
		Rooms []chat.Membership `json:"rooms"`
	}
	memberList struct {
		Members []chat.Member `json:"members"`
	}
)

func roomsCommand(o Options) *cobra.Command {
	s := scripting{o: o}
	var all, archived bool
	cmd := &cobra.Command{
		Use:   "rooms",
		Short: "List the rooms you are in, and change one",
		Long: "List the rooms you are in, by name, with tabs between: name, kind, unread messages, mentions of you,\n" +
			"members, the time of the newest message, topic. A direct room has the people in place of a name. With\n" +
			"--all also those you may come into; they have - for the unread.",
		Example: "  hobnob rooms\n  hobnob rooms --all --json",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			at, err := s.sit(cmd)
			if err != nil {
				return err
			}
			var list roomList
			err = at.once(cmd.Context(), s.timeout, func(ctx context.Context, l *client.Line) error {
				at.account.User = l.Welcome().You
				list.Rooms = l.Welcome().Rooms
				if !all && !archived {
					return nil
				}
				list, err = client.Ask[roomList](ctx, l, "room:list", chat.RoomListRequest{Archived: archived})
				return err
			})
			if err != nil {
				return err
			}
			rows := tabled(cmd.OutOrStdout(), "ROOM", "KIND", "UNREAD", "MENTIONS", "PEOPLE", "NEWEST", "TOPIC")
			for i := range list.Rooms {
				m := &list.Rooms[i]
				if !m.Joined && !all || m.Archived && !archived {
					continue
				}
				if err := s.printRoom(rows, at, m); err != nil {
					return quietly(err)
				}
			}
			return quietly(rows.end())
		},
	}
	s.flags(cmd, "print a line of JSON for each")
	cmd.Flags().BoolVar(&all, "all", false, "also those you are not in and may come into")
	cmd.Flags().BoolVar(&archived, "archived", false, "also those that are archived")
	s.patient(cmd, answerTime)
	cmd.AddCommand(changeCommands(o)...)
	return cmd
}

func (s *scripting) printRoom(rows *table, at *seat, m *chat.Membership) error {
	if s.json {
		return printLine(rows.w, m)
	}
	unread, mentions := strconv.Itoa(m.Unread), strconv.Itoa(m.Mentions)
	if !m.Joined {
		unread, mentions = "-", "-"
	}
	kind := string(m.Kind)
	if m.Archived {
		kind += ", archived"
	}
	return rows.row(roomWord(m, at.account.User.ID), kind, unread, mentions,
		strconv.Itoa(m.Members), when(m.LastAt, dayTime), m.Topic)
}

func whoCommand(o Options) *cobra.Command {
	s := scripting{o: o}
	var ids bool
	cmd := &cobra.Command{
		Use:   "who [ROOM]",
		Short: "List who is in a room, or in the team",
		Long: "List who is in a room, or without one in the team, by name, with tabs between: name, role, how they can\n" +
			"be reached (active, idle, away, dnd or offline), and what they say of that. --ids puts their ID in front,\n" +
			"which says who is meant where two are called the same.",
		Example:           "  hobnob who ops\n  hobnob who --ids\n  hobnob who --json",
		Args:              exit.Args(cobra.MaximumNArgs(1)),
		ValidArgsFunction: completeRoom,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				if err := checkRoom(args[0]); err != nil {
					return err
				}
			}
			at, err := s.sit(cmd)
			if err != nil {
				return err
			}
			var list memberList
			err = at.once(cmd.Context(), s.timeout, func(ctx context.Context, l *client.Line) (err error) {
				var room string
				if len(args) > 0 {
					if room, err = readRoom(ctx, l, args[0], false); err != nil {
						return err
					}
				}
				list, err = client.Ask[memberList](ctx, l, "members", chat.MembersRequest{Room: room})
				return meant(ctx, l, strings.Join(args, ""), err)
			})
			if err != nil {
				return err
			}
			heads := []string{"NAME", "ROLE", "IS", "SAYS"}
			if ids {
				heads = slices.Insert(heads, 0, "ID")
			}
			rows := tabled(cmd.OutOrStdout(), heads...)
			for i := range list.Members {
				if err := s.printMember(rows, &list.Members[i], ids); err != nil {
					return quietly(err)
				}
			}
			return quietly(rows.end())
		},
	}
	s.flags(cmd, "print a line of JSON for each")
	cmd.Flags().BoolVar(&ids, "ids", false, "print the ID of each first")
	s.patient(cmd, answerTime)
	return cmd
}

func (s *scripting) printMember(rows *table, m *chat.Member, ids bool) error {
	if s.json {
		return printLine(rows.w, m)
	}
	state := string(m.Presence.State)
	switch {
	case m.Banned:
		state = "banned"
	case state == "":
		state = string(chat.Absent)
	}
	row := []string{m.Name, string(m.Role), state, m.Presence.Text}
	if ids {
		row = slices.Insert(row, 0, m.ID)
	}
	return rows.row(row...)
}

// finding is what hobnob search was told.
type finding struct {
	scripting
	query        string
	room, from   string
	since, until string
	limit        int
}

func searchCommand(o Options) *cobra.Command {
	s := &finding{scripting: scripting{o: o}}
	cmd := &cobra.Command{
		Use:   "search QUERY…",
		Short: "Search in what was said",
		Long: "Search in the rooms you may see, newest first, with tabs between: room, time, number in\n" +
			"the room, who said it, and the text on one line; of a long one what is around the words.\n" +
			"All words have to be there, whatever their case; the last may go on, so that graph finds\n" +
			"graphs, and so may any with a star behind it. What is in double quotes is as it stands.\n" +
			"It ends with 0 also where nothing is found.",
		Example: "  hobnob search timeout --room ops --since 24h\n  hobnob search '\"out of memory\"' --from ada --json",
		Args:    exit.Args(cobra.MinimumNArgs(1)),
		RunE:    s.run,
	}
	s.scripting.flags(cmd, "print each message as a line of JSON")
	f := cmd.Flags()
	f.StringVar(&s.room, "room", "", "in this `ROOM` alone")
	f.StringVar(&s.from, "from", "", "what this `PERSON` said")
	f.StringVar(&s.since, "since", "", "said after this `TIME`: 2026-01-31, \"2026-01-31 15:04\", or 24h ago")
	f.StringVar(&s.until, "until", "", "said before this `TIME`")
	f.IntVarP(&s.limit, "limit", "n", 20, "no more than this `NUMBER` of messages")
	exit.Value(f, "limit", "a number from 1", "20", func() bool { return s.limit > 0 })
	_ = cmd.RegisterFlagCompletionFunc("room", func(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		return completeRooms(cmd, begun)
	})
	s.patient(cmd, answerTime)
	return cmd
}

func (s *finding) run(cmd *cobra.Command, words []string) error {
	s.query = joined(words)
	q := chat.SearchRequest{Query: chat.Unfinished(s.query), From: s.from}
	var err error
	if q.Since, err = moment("since", s.since, time.Now()); err == nil {
		q.Until, err = moment("until", s.until, time.Now())
	}
	if err != nil {
		return err
	}
	at, err := s.sit(cmd)
	if err != nil {
		return err
	}
	printed := 0
	var broken error // stdout is
	rows := tabled(cmd.OutOrStdout(), "ROOM", "TIME", "NUMBER", "NAME", "TEXT")
	err = at.once(cmd.Context(), s.timeout, func(ctx context.Context, l *client.Line) (err error) {
		if s.room != "" {
			if q.Room, err = readRoom(ctx, l, s.room, false); err != nil {
				return err
			}
		}
		names, err := roomNames(ctx, l)
		if err != nil {
			return err
		}
		for {
			q.Limit = min(s.limit-printed, chat.MaxHistory)
			page, err := client.Ask[chat.Found](ctx, l, "search", q)
			if err != nil {
				return meant(ctx, l, s.refusedFor(err), err)
			}
			for i := range page.Messages {
				if broken = s.print(rows, names, &page.Messages[i]); broken != nil {
					return nil //nolint:nilerr // it is not the connection's
				}
				printed++
			}
			n := len(page.Messages)
			if !page.More || n == 0 || printed >= s.limit {
				return nil
			}
			q.Before = page.Messages[n-1].Position
		}
	})
	if broken == nil {
		broken = rows.end()
	}
	if err = errors.Join(err, quietly(broken)); err == nil && printed == 0 && broken == nil {
		fmt.Fprintln(cmd.ErrOrStderr(), "nothing was found")
	}
	return err
}

// refusedFor is the room or the person that was not found.
func (s *finding) refusedFor(err error) string {
	if no, refused := errors.AsType[*chat.Error](err); refused && no.Code == chat.CodeNotFound && s.from != "" {
		return "@" + strings.TrimPrefix(s.from, "@")
	}
	return s.room
}

// roomNames is what rooms are called, by ID.
func roomNames(ctx context.Context, l *client.Line) (map[string]string, error) {
	list, err := client.Ask[roomList](ctx, l, "room:list", chat.RoomListRequest{Archived: true})
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(list.Rooms))
	for i := range list.Rooms {
		names[list.Rooms[i].ID] = roomWord(&list.Rooms[i], l.Welcome().You.ID)
	}
	return names, nil
}

func (s *finding) print(rows *table, names map[string]string, m *chat.Message) error {
	if s.json {
		return printLine(rows.w, m)
	}
	room := names[m.Room]
	if room == "" {
		room = m.Room
	}
	return rows.row(room, when(m.At, dayTime), strconv.FormatUint(m.Seq, 10), m.From.Name, around(joined(saying(m)), s.query))
}
