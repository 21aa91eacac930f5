package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// tailing is what hobnob tail was told.
type tailing struct {
	scripting
	lines    int
	after    uint64
	from     bool // after was given
	noFollow bool
	join     bool
	full     bool
}

func tailCommand(o Options) *cobra.Command {
	s := &tailing{scripting: scripting{o: o}}
	cmd := &cobra.Command{
		Use:   "tail ROOM…",
		Short: "Print what is said in a room, as it is said",
		Long: "Print the last messages of a room, or of a person as @ada, and then each new one as it comes, until it\n" +
			"is interrupted. There are four columns with tabs between: time, number in the room, name, text; in front\n" +
			"of them the room where several are followed. A text of several lines has empty columns before the\n" +
			"others; of a long one the first and the last are printed, unless --full is given. That a message was\n" +
			"edited or deleted is a line of its own, with * for the name. [thread 12] is in the thread of message\n" +
			"12, and [answer 12] an answer to it; the number is left out where that was not printed.\n\n" +
			"While the server is away it waits, and then goes on where it was: nothing is missing, and nothing is\n" +
			"printed twice. With --after N, the number of the last message a script has seen, that is so across\n" +
			"starts of the script, too.",
		Example: "  hobnob tail ops\n  hobnob tail ops --json | jq -r 'select(.event == null) | .body'\n  hobnob tail ops -n 100 --no-follow",
		Args:    exit.Args(cobra.MinimumNArgs(1)),
		ValidArgsFunction: func(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
			return completeRooms(cmd, begun)
		},
		RunE: s.run,
	}
	s.scripting.flags(cmd, "print each message, edit and deletion as a line of JSON")
	f := cmd.Flags()
	f.IntVarP(&s.lines, "lines", "n", 10, "begin with the last `N` messages of each room")
	f.Uint64Var(&s.after, "after", 0, "begin with all messages after the one of this `NUMBER`")
	f.Lookup("after").DefValue = ""
	f.BoolVar(&s.noFollow, "no-follow", false, "end when what is there has been printed")
	f.BoolVar(&s.full, "full", false, "print all lines of long texts, and all of long lines")
	f.BoolVar(&s.join, "join", false, "come into the room first, if it is public")
	exit.Value(f, "lines", "a number of messages", "100", func() bool { return s.lines >= 0 })
	s.patient(cmd, answerTime)
	cmd.Flags().Lookup("timeout").Usage = "give up when the server does not answer the first time for this `TIME`"
	return cmd
}

func (s *tailing) run(cmd *cobra.Command, rooms []string) error {
	for _, called := range rooms {
		if err := checkRoom(called); err != nil {
			return err
		}
	}
	s.from = cmd.Flags().Changed("after")
	if s.from && len(rooms) > 1 {
		return exit.New(exit.Usage, "", "--after is of one room, and %d are followed", len(rooms))
	}
	at, err := s.sit(cmd)
	if err != nil {
		return err
	}
	t := &tail{tailing: s, seat: at, out: printer{w: cmd.OutOrStdout(), json: s.json, full: s.full}, rooms: make(map[string]*tailed)}
	err = t.run(cmd.Context(), rooms)
	if cmd.Context().Err() != nil {
		return nil //nolint:nilerr // which is how it ends
	}
	return at.say(cmd.Context(), err)
}

// tail follows rooms over connections that come and go.
type tail struct {
	*tailing
	*seat
	out      printer
	rooms    map[string]*tailed // by ID
	order    []*tailed          // as they were named
	position chat.Position      // of the newest event that was dealt with
	you      string             // user's ID
}

// errNothing is that there is nothing to follow any more.
var errNothing = errors.New("nothing is followed any more")

func (t *tail) run(ctx context.Context, called []string) error {
	first, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	l, err := t.dial(first)
	if err != nil {
		return err
	}
	t.noteRooms(l.Welcome().Rooms)
	err = t.begin(first, l, called)
	if err != nil || t.noFollow {
		l.Close()
		return quietly(err)
	}
	var wait client.Backoff
	for {
		began := time.Now()
		err := t.listen(ctx, l)
		l.Close()
		if _, lost := errors.AsType[*client.LineError](err); !lost || errors.Is(err, client.ErrRefused) {
			return quietly(err)
		}
		wait.Lived(time.Since(began))
		if l, err = t.again(ctx, &wait, err); err != nil {
			return quietly(err)
		}
	}
}

// dial makes a connection that goes on where the last one was.
func (t *tail) dial(ctx context.Context) (*client.Line, error) {
	cfg := t.line()
	cfg.Listen, cfg.Position = !t.noFollow, t.position
	return client.Dial(ctx, cfg)
}

// again connects once more, for as long as it takes, and prints what was missed.
func (t *tail) again(ctx context.Context, wait *client.Backoff, why error) (*client.Line, error) {
	told := ""
	for {
		if reason := why.Error(); reason != told {
			fmt.Fprintf(t.talk, "%s; waiting for it to come back\n", chat.SanitizeLine(reason))
			told = reason
		}
		if !client.Pause(ctx, wait.Next()) {
			return nil, ctx.Err()
		}
		l, err := t.dial(ctx)
		if err == nil {
			if err = t.resume(ctx, l); err == nil {
				fmt.Fprintln(t.talk, "connected again")
				return l, nil
			}
			l.Close()
		}
		if _, lost := errors.AsType[*client.LineError](err); errors.Is(err, client.ErrRefused) || !lost && !errors.Is(err, &chat.Error{Code: chat.CodeUnavailable}) {
			return nil, err
		}
		why = err
	}
}

// begin finds the rooms and prints their last messages.
func (t *tail) begin(ctx context.Context, l *client.Line, called []string) error {
	t.you, t.position = l.Welcome().You.ID, l.Welcome().Position
	for _, name := range called {
		r, err := t.find(ctx, l, name)
		if err != nil {
			return meant(ctx, l, name, err)
		}
		if t.rooms[r.id] == nil {
			t.rooms[r.id], t.order = r, append(t.order, r)
		}
	}
	t.out.rooms = len(t.order) > 1
	for _, r := range t.order {
		if err := t.latest(ctx, l, r); err != nil {
			return err
		}
	}
	return nil
}

// find resolves what a room is called. Who follows one has to be in it.
func (t *tail) find(ctx context.Context, l *client.Line, called string) (*tailed, error) {
	id, err := readRoom(ctx, l, called, t.join)
	if err != nil {
		return nil, err
	}
	// The server knows the names that rooms had as well.
	page, err := client.Ask[chat.History](ctx, l, "history", chat.HistoryRequest{Room: id, Limit: 1})
	if err != nil {
		return nil, err
	}
	id = page.Room
	list, err := client.Ask[roomList](ctx, l, "room:list", chat.RoomListRequest{Archived: true})
	if err != nil {
		return nil, err
	}
	for i := range list.Rooms {
		m := &list.Rooms[i]
		if m.ID != id {
			continue
		}
		if !m.Joined && !t.noFollow {
			return nil, &chat.Error{Code: chat.CodeNotMember, Message: "you are not in #" + m.Name}
		}
		return &tailed{id: m.ID, name: roomWord(m, t.you), last: m.LastSeq}, nil
	}
	return nil, &chat.Error{Code: chat.CodeUnknownRoom, Message: "there is no such room, or it is not yours to see"}
}

// listen prints what happens until the connection ends.
func (t *tail) listen(ctx context.Context, l *client.Line) error {
	for {
		told, err := l.Next(ctx)
		if err != nil {
			return err
		}
		if err := t.told(ctx, l, told); err != nil {
			return err
		}
		if !told.Position.IsZero() {
			t.position = told.Position
		}
	}
}

// told deals with one event.
func (t *tail) told(ctx context.Context, l *client.Line, told client.Told) error {
	switch what := told.What.(type) {
	case chat.Message:
		return t.arrived(ctx, l, &what)
	case chat.MessageRevised:
		if r := t.rooms[what.Room]; r != nil && r.revised(what.Seq, what.Revision) {
			return t.out.edited(r, &what)
		}
	case chat.MessageChanged:
		if r := t.rooms[what.Room]; r != nil && told.Name == client.ToldDeleted && r.erased(what.Seq) {
			return t.out.deleted(r, &what)
		}
	case chat.RoomTold:
		if r := t.rooms[what.Room.ID]; r != nil && what.Room.Name != "" {
			r.name = what.Room.Name
		}
	case chat.RoomMoved:
		if r := t.rooms[what.Room.ID]; r != nil && told.Name == client.ToldLeft && isAmong(what.Users, t.you) {
			return t.left(r, what.By, what.Reason)
		}
	}
	return nil
}

func isAmong(users []chat.User, id string) bool {
	for i := range users {
		if users[i].ID == id {
			return true
		}
	}
	return false
}

// left gives a room up that the user is not in any more.
func (t *tail) left(r *tailed, by chat.User, why string) error {
	said := "you left #" + r.name
	if by.ID != t.you {
		said = by.Name + " took you out of #" + r.name
	}
	if why != "" {
		said += ": " + why
	}
	delete(t.rooms, r.id)
	t.order = slices.DeleteFunc(slices.Clone(t.order), func(other *tailed) bool { return other == r })
	if len(t.rooms) == 0 {
		return exit.New(exit.Failed, "", "%s; %w", shown(said, maxSentence), errNothing)
	}
	return writeRows(t.talk, shown(said, maxSentence)+"\n")
}
