package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// glanceTime is how long a line of status may be waited for: it is made anew every
// few seconds.
const glanceTime = 2 * time.Second

func unreadCommand(o Options) *cobra.Command {
	s := scripting{o: o}
	format := "text"
	const asJSON = "json"
	cmd := &cobra.Command{
		Use:   "unread",
		Short: "Say what you have not read",
		Long: "Say which rooms have messages you have not read, with tabs between: name, how many, and how many of\n" +
			"them mention you. Rooms you have muted are left out, and of those that tell you of mentions alone,\n" +
			"these count. Nothing is marked as read by it.\n\n" +
			"--format tmux is one short line for a line of status, as \"3 unread, 1 mention\", and nothing where there\n" +
			"is nothing. Without a connection it says what was known last, with \"(offline)\" behind it; that is no\n" +
			"failure.",
		Example: "  hobnob unread\n  tmux set -g status-right '#(hobnob unread --format tmux)'",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if s.json {
				if cmd.Flags().Changed("format") && format != asJSON {
					return exit.New(exit.Usage, "", "--json is --format json, and --format %s is another", format)
				}
				format = asJSON
			}
			at, err := s.sitShortly(cmd)
			if err != nil {
				return err
			}
			known, err := at.glance(cmd.Context(), s.timeout)
			if err != nil {
				last, ok := at.account.rooms()
				if exit.CodeOf(err) != exit.Unreachable || !ok {
					return err
				}
				fmt.Fprintf(cmd.ErrOrStderr(), "%v; this was so on %s\n", err, when(last.At, dayTime))
				known = unread{summary: sum(last, at.account.User.ID)}
			}
			if format == "text" && len(known.Rooms) == 0 && tabled(cmd.OutOrStdout()).width > 0 {
				fmt.Fprintln(cmd.ErrOrStderr(), "nothing is unread") // to a person, who else sees nothing
			}
			return quietly(known.print(cmd.OutOrStdout(), format))
		},
	}
	s.flags(cmd, "the same as --format json")
	cmd.Flags().StringVar(&format, "format", format, "print it in this `FORMAT`: text, tmux or json")
	exit.Value(cmd.Flags(), "format", "text, tmux or json", "tmux", func() bool { return format == "text" || format == "tmux" || format == asJSON })
	s.patient(cmd, glanceTime)
	return cmd
}

// sitShortly is sit for who asks often, and must not be asked for a password.
func (s *scripting) sitShortly(cmd *cobra.Command) (*seat, error) {
	whole := cmd.Context()
	defer cmd.SetContext(whole)
	short, cancel := context.WithTimeout(whole, s.timeout)
	defer cancel()
	cmd.SetContext(short)
	at, err := s.sit(cmd)
	if whole.Err() == nil && short.Err() != nil {
		return nil, exit.New(exit.Keyring, "unlock it, or use a token that is kept in a file", "your sign-in could not be read in %s", s.timeout)
	}
	return at, err
}

// glance asks how it is now. It has no successor made of a token that ends soon: that
// takes its time.
func (at *seat) glance(ctx context.Context, patience time.Duration) (unread, error) {
	asking, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cfg := at.line()
	cfg.Renewed = nil
	l, err := client.Dial(asking, cfg)
	if err != nil {
		return unread{}, at.say(ctx, err)
	}
	defer l.Close()
	at.noteRooms(l.Welcome().Rooms)
	return unread{
		Online:  true,
		summary: sum(knownRooms{chat.ToMillis(time.Now()), l.Welcome().Rooms}, l.Welcome().You.ID),
	}, nil
}

// unread is what somebody has not read: the object that --format json prints.
type unread struct {
	Online bool `json:"online"` // false: nobody could be asked, and it was so at At
	summary
}

type summary struct {
	At       chat.Millis  `json:"at"`
	Unread   int          `json:"unread"`
	Mentions int          `json:"mentions"`
	Rooms    []unreadRoom `json:"rooms"` // those that have something
}

type unreadRoom struct {
	ID       string      `json:"id"`
	Name     string      `json:"name"` // as it is written on a command line
	Unread   int         `json:"unread"`
	Mentions int         `json:"mentions"`
	Notify   chat.Notify `json:"notify"`
}

// sum counts what is to be told.
func sum(known knownRooms, you string) summary {
	out := summary{At: known.At, Rooms: []unreadRoom{}}
	for i := range known.Rooms {
		m := &known.Rooms[i]
		r := unreadRoom{ID: m.ID, Name: roomWord(m, you), Unread: m.Unread, Mentions: m.Mentions, Notify: m.Notify}
		switch {
		case m.Notify == chat.NotifyNone || m.Archived:
			continue
		case m.Notify == chat.NotifyMentions && m.Mentions == 0, m.Unread == 0:
			continue
		case m.Notify == chat.NotifyMentions:
			out.Unread += m.Mentions
		default:
			out.Unread += m.Unread
		}
		out.Mentions += m.Mentions
		out.Rooms = append(out.Rooms, r)
	}
	return out
}

func (u *unread) print(w io.Writer, format string) error {
	switch format {
	case "json":
		return printLine(w, u)
	case "tmux":
		_, err := io.WriteString(w, u.short())
		return err
	}
	rows := tabled(w, "ROOM", "UNREAD", "MENTIONS")
	for _, r := range u.Rooms {
		if err := rows.row(r.Name, strconv.Itoa(r.Unread), strconv.Itoa(r.Mentions)); err != nil {
			return err
		}
	}
	return rows.end()
}

// short is a line of numbers and words of ours: nobody's name is in it, which a line
// of status might take for a command.
func (u *unread) short() string {
	if u.Unread == 0 {
		return ""
	}
	parts := []string{fmt.Sprintf("%d unread", u.Unread)}
	if u.Mentions > 0 {
		parts = append(parts, plural(int64(u.Mentions), "mention"))
	}
	line := strings.Join(parts, ", ")
	if !u.Online {
		line += " (offline)"
	}
	return line + "\n"
}
