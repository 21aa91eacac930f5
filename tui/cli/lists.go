package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

type roomList struct {
	Rooms []chat.Membership `json:"rooms"`
}

// withEvent is an object with the name of an event in it.
type withEvent struct {
	name string
	what any
}

// MarshalJSON implements json.Marshaler.
func (e withEvent) MarshalJSON() ([]byte, error) {
	name, err := json.Marshal(e.name)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(e.what)
	if err != nil || len(b) < len("{}") {
		return nil, err
	}
	head := append([]byte(`{"event":`), name...)
	if len(b) > len("{}") {
		head = append(head, ',')
	}
	return append(head, b[1:]...), nil
}

func roomsCommand(o Options) *cobra.Command {
	s := script{o: o}
	var all bool
	var join string
	cmd := &cobra.Command{
		Use:   "rooms",
		Short: "List the rooms you are in",
		Long: "List the rooms you are in, with --all those you may join as well; tab-separated: name or people, kind,\n" +
			"joined or not, unread, mentions, members, topic. With --json each is a membership of docs/chat-lane.md.",
		Example: "  hobnob rooms\n  hobnob rooms --all --json\n  hobnob rooms --join deploys",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if join != "" {
				a, err := asks[chat.RoomAnswer](cmd.Context(), &s, "room:join", chat.RoomRequest{Room: join})
				if err != nil {
					return err
				}
				return printed(printRoom(cmd.OutOrStdout(), a.Room, s.asJSON))
			}
			list, err := asks[roomList](cmd.Context(), &s, "room:list", chat.RoomListRequest{})
			if err != nil {
				return err
			}
			for _, r := range list.Rooms {
				if !r.Joined && !all {
					continue
				}
				if err := printRoom(cmd.OutOrStdout(), r, s.asJSON); err != nil {
					return printed(err)
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "those you may join, too")
	cmd.Flags().StringVar(&join, "join", "", "come into this public `ROOM` first, and list it alone")
	s.flags(cmd)
	return cmd
}

func printRoom(w io.Writer, r chat.Membership, asJSON bool) error {
	if asJSON {
		return object(w, r)
	}
	name, in := r.Name, "joined"
	if r.Kind == chat.RoomDirect {
		var people []string
		for _, p := range r.People {
			people = append(people, p.Name)
		}
		name = strings.Join(people, ", ")
	}
	if !r.Joined {
		in = "not joined"
	}
	_, err := fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%d\t%s\n", field(name), r.Kind, in, r.Unread, r.Mentions, r.Members, field(r.Topic))
	return err
}

func whoCommand(o Options) *cobra.Command {
	s := script{o: o}
	cmd := &cobra.Command{
		Use:   "who [ROOM]",
		Short: "List who is in a room, or in the team",
		Long: "List who is in a room, or in the team, by name; tab-separated: name, role, how they can be reached, in\n" +
			"their own words. With --json each is a member of docs/chat-lane.md.",
		Example: "  hobnob who\n  hobnob who deploys",
		Args:    exit.Args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			list, err := asks[struct {
				Members []chat.Member `json:"members"`
			}](cmd.Context(), &s, "members", chat.MembersRequest{Room: strings.Join(args, "")})
			if err != nil {
				return err
			}
			for _, m := range list.Members {
				if s.asJSON {
					err = object(cmd.OutOrStdout(), m)
				} else {
					_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s\t%s\t%s\n", field(m.Name), m.Role, m.Presence.State, field(m.Presence.Text))
				}
				if err != nil {
					return printed(err)
				}
			}
			return nil
		},
	}
	s.flags(cmd)
	return cmd
}

func searchCommand(o Options) *cobra.Command {
	s := script{o: o}
	var room, from string
	var most int
	cmd := &cobra.Command{
		Use:   "search QUERY",
		Short: "Find messages",
		Long: "Find the messages that have all words of a query, newest first; \"words in quotes\" as they stand, and\n" +
			"from:NAME, in:ROOM, before:2026-11-01, after:2026-10-01, has:file and is:pinned. Tab-separated: room ID,\n" +
			"number, time, name, text; with --json each is a message as docs/protocol.md has it.",
		Example: "  hobnob search 'p99 from:ada'\n  hobnob search --room deploys rollback --json",
		Args:    exit.Args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			r := chat.SearchRequest{Query: strings.Join(args, " "), Room: room, From: from}
			return s.search(cmd.Context(), cmd.OutOrStdout(), r, most)
		},
	}
	f := cmd.Flags()
	f.StringVar(&room, "room", "", "in this `ROOM` alone")
	f.StringVar(&from, "from", "", "of this `PERSON` alone")
	f.IntVarP(&most, "number", "n", 20, "print this `NUMBER` of messages at most")
	exit.Value(f, "number", "a number from 1 to 100000", "20", func() bool { return most >= 1 && most <= 100_000 })
	s.flags(cmd)
	return cmd
}

// search prints pages until there are enough.
func (s *script) search(ctx context.Context, out io.Writer, r chat.SearchRequest, most int) error {
	for found := 0; found < most; {
		r.Limit = min(most-found, chat.MaxHistory)
		page, err := asks[chat.Found](ctx, s, "search", r)
		if err != nil {
			return err
		}
		for i := range page.Messages {
			m := &page.Messages[i]
			if s.asJSON {
				err = object(out, m)
			} else {
				line, _, _ := strings.Cut(said(m), "\n")
				_, err = fmt.Fprintf(out, "%s\t%d\t%s\t%s\t%s\n", m.Room, m.Seq, m.At.Time().Format("2006-01-02 15:04"), field(m.From.Name), field(line))
			}
			if err != nil {
				return printed(err)
			}
		}
		n := len(page.Messages)
		if found += n; !page.More || n == 0 {
			return nil
		}
		r.Before = page.Messages[n-1].Position
	}
	return nil
}

// unreadTime is how long a line of status waits for the server.
const unreadTime = 3 * time.Second

// unreads is what is unread, in --format json.
type unreads struct {
	Unread   int           `json:"unread"`   // messages, but those of muted rooms
	Mentions int           `json:"mentions"` // of you
	Rooms    []unreadsRoom `json:"rooms"`    // where something is
}

type unreadsRoom struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Unread   int    `json:"unread"`
	Mentions int    `json:"mentions"`
}

func unreadCommand(o Options) *cobra.Command {
	s := script{o: o}
	var format string
	cmd := &cobra.Command{
		Use:   "unread",
		Short: "Say what is unread",
		Long: "Say in which rooms something is unread, and how much; tab-separated: room, unread, mentions.\n" +
			"--format tmux is one short line for a status line, empty when nothing is unread or the server does not\n" +
			"answer within three seconds; --format json one object: unread, mentions, rooms.",
		Example: "  hobnob unread\n  set -g status-right '#(hobnob unread --format tmux)'",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if s.asJSON {
				format = "json"
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), unreadTime)
			defer cancel()
			list, err := asks[roomList](ctx, &s, "room:list", chat.RoomListRequest{})
			if err != nil && format == "tmux" {
				return nil // a line of status is no place for an error
			}
			if err != nil {
				return err
			}
			return printed(printUnread(cmd.OutOrStdout(), countUnread(list.Rooms), format))
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "print it as `FORMAT`: text, tmux or json")
	exit.Value(cmd.Flags(), "format", "text, tmux or json", "tmux", func() bool { return format == "text" || format == "tmux" || format == "json" })
	s.flags(cmd)
	return cmd
}

func countUnread(rooms []chat.Membership) unreads {
	u := unreads{Rooms: []unreadsRoom{}}
	for _, r := range rooms {
		if !r.Joined || (r.Unread == 0 && r.Mentions == 0) || (r.Notify == chat.NotifyNone && r.Mentions == 0) {
			continue
		}
		name := r.Name
		for _, p := range r.People {
			name = strings.TrimPrefix(name+", "+p.Name, ", ")
		}
		u.Rooms = append(u.Rooms, unreadsRoom{r.ID, name, r.Unread, r.Mentions})
		u.Unread += r.Unread
		u.Mentions += r.Mentions
	}
	return u
}

func printUnread(w io.Writer, u unreads, format string) error {
	switch format {
	case "json":
		return object(w, u)
	case "tmux":
		line := ""
		if u.Unread > 0 {
			line = fmt.Sprintf("✉ %d", u.Unread)
		}
		if u.Mentions > 0 {
			line += fmt.Sprintf(" @%d", u.Mentions)
		}
		if line == "" {
			return nil
		}
		_, err := fmt.Fprintln(w, strings.TrimSpace(line))
		return err
	}
	for _, r := range u.Rooms {
		if _, err := fmt.Fprintf(w, "%s\t%d\t%d\n", field(r.Name), r.Unread, r.Mentions); err != nil {
			return err
		}
	}
	return nil
}
