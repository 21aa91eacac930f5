package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// following is what tail was asked for, and how far it is.
type following struct {
	script
	number int
	once   bool
	out    io.Writer
	errs   io.Writer

	called   string // the room, as it was asked for
	room     chat.Room
	last     uint64        // number of the newest message that was printed, or passed over
	position chat.Position // of the newest event
	began    bool
}

func tailCommand(o Options) *cobra.Command {
	t := following{script: script{o: o}}
	cmd := &cobra.Command{
		Use:   "tail ROOM",
		Short: "Print what is said in a room, as it is said",
		Long: "Print the newest messages of a room and then those that come, until Ctrl+C. A server that is away is\n" +
			"waited for, and nothing is missing or printed twice after it is back.\n\n" +
			"With --json each line is a message as docs/protocol.md has it, or with \"event\" in it what became of\n" +
			"one: message:edited, message:deleted, message:reaction, message:pinned.",
		Example: "  hobnob tail ops\n  hobnob tail ops --json | jq -r .body\n  hobnob tail ops -n 100 --no-follow",
		Args:    exit.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			t.called, t.out, t.errs = args[0], cmd.OutOrStdout(), cmd.ErrOrStderr()
			err := t.follow(cmd.Context())
			if cmd.Context().Err() != nil {
				return nil // Ctrl+C is how it ends
			}
			return printed(err)
		},
	}
	f := cmd.Flags()
	f.IntVarP(&t.number, "number", "n", 10, "print this `NUMBER` of messages first")
	exit.Value(f, "number", "a number from 0 to 100000", "10", func() bool { return t.number >= 0 && t.number <= 100_000 })
	f.BoolVar(&t.once, "no-follow", false, "print those, and end")
	t.flags(cmd)
	return cmd
}

// errWrite marks that stdout takes no more, which no other connection changes.
type errWrite struct{ error }

func (e errWrite) Unwrap() error { return e.error }

// follow prints until ctx ends, stdout does, or the server will not have us.
func (t *following) follow(ctx context.Context) error {
	var again pauses
	for {
		err := t.connect(ctx, &again)
		var told *chat.Error
		var known *exit.Error
		_, broken := errors.AsType[errWrite](err)
		switch {
		case err == nil, broken, ctx.Err() != nil, errors.As(err, &told):
			if told != nil {
				return refusedAsk(err)
			}
			return err
		case errors.As(err, &known) && (known.Code != exit.Unreachable || !t.began):
			return err
		case errors.Is(err, client.ErrRefused):
			return exit.New(exit.Auth, "hobnob accounts says who you are; sign in again with: hobnob login SERVER --token -", "%w", err)
		case t.once && !t.began:
			return exit.New(exit.Unreachable, "", "%w", err)
		}
		if isTerminal(t.out) {
			fmt.Fprintln(t.errs, "the server is away; going on when it is back")
		}
		if err := again.wait(ctx); err != nil {
			return err
		}
	}
}

// connect prints for as long as one connection lives.
func (t *following) connect(ctx context.Context, again *pauses) error {
	l, err := t.dial(ctx, true, t.position)
	if err != nil {
		return err
	}
	defer l.Close()
	again.next = 0
	if err := t.begin(ctx, l); err != nil || t.once {
		return err
	}
	for {
		next, err := l.Next(ctx)
		if err != nil {
			return err
		}
		if err := t.take(ctx, l, next); err != nil {
			return err
		}
		if !next.Position.IsZero() {
			t.position = next.Position
		}
	}
}

// begin prints what comes before what is told: at first the newest messages, and
// after a gap that the server does not tell those that are missing.
func (t *following) begin(ctx context.Context, l *client.Line) error {
	w := l.Welcome()
	if t.room.ID == "" {
		room, err := t.find(ctx, l)
		if err != nil {
			return err
		}
		t.room = room
	}
	resumed := t.began && w.Resumed
	if !resumed {
		t.position = w.Position
	}
	switch {
	case !t.began:
		if err := t.newest(ctx, l); err != nil {
			return err
		}
		t.began = true
	case !resumed:
		return t.fill(ctx, l)
	}
	return nil
}

// find is the room, which one has to be in to hear it.
func (t *following) find(ctx context.Context, l *client.Line) (chat.Room, error) {
	name := chat.FoldName(strings.TrimPrefix(t.called, "#"))
	for _, r := range l.Welcome().Rooms {
		if r.ID == t.called || (r.Name != "" && chat.FoldName(r.Name) == name) {
			return r.Room, nil
		}
	}
	list, err := client.Ask[roomList](ctx, l, "room:list", chat.RoomListRequest{Query: t.called, Archived: true})
	if err != nil {
		return chat.Room{}, err
	}
	for _, r := range list.Rooms {
		if r.ID != t.called && chat.FoldName(r.Name) != name {
			continue
		}
		if r.Joined || t.once {
			return r.Room, nil
		}
		return chat.Room{}, exit.New(exit.Failed, "come in with: hobnob rooms --join "+exit.Quote(r.Name), "you are not in #%s, and hear nothing of it", r.Name)
	}
	return chat.Room{}, exit.New(exit.Failed, "hobnob rooms lists those you are in", "there is no room called %s, or it is not yours to see", chat.SanitizeLine(t.called))
}

// newest prints the messages to begin with.
func (t *following) newest(ctx context.Context, l *client.Line) error {
	var all []chat.Message
	before := uint64(0)
	for len(all) < t.number || t.number == 0 {
		r := chat.HistoryRequest{Room: t.room.ID, Before: before, Limit: min(max(t.number-len(all), 1), chat.MaxHistory)}
		page, err := client.Ask[chat.History](ctx, l, "history", r)
		if err != nil {
			return err
		}
		all = append(page.Messages, all...)
		if !page.More || len(page.Messages) == 0 || t.number == 0 {
			break
		}
		before = page.Messages[0].Seq
	}
	if n := len(all); n > 0 {
		t.last = all[n-1].Seq
	}
	if t.number == 0 {
		return nil
	}
	for i := range all {
		if err := t.print(&all[i]); err != nil {
			return err
		}
	}
	return nil
}

// fill prints the messages that are missing.
func (t *following) fill(ctx context.Context, l *client.Line) error {
	for {
		page, err := client.Ask[chat.History](ctx, l, "history", chat.HistoryRequest{Room: t.room.ID, After: t.last, Limit: chat.MaxHistory})
		if err != nil {
			return err
		}
		for i := range page.Messages {
			if err := t.message(&page.Messages[i]); err != nil {
				return err
			}
		}
		if !page.More || len(page.Messages) == 0 {
			return nil
		}
	}
}

// message prints a message that was not printed yet.
func (t *following) message(m *chat.Message) error {
	if m.Seq <= t.last {
		return nil
	}
	t.last = m.Seq
	return t.print(m)
}

// take prints what the server tells of the room.
func (t *following) take(ctx context.Context, l *client.Line, told client.Told) error {
	switch what := told.What.(type) {
	case chat.Message:
		if what.Room != t.room.ID {
			return nil
		}
		if what.Seq > t.last+1 && t.last > 0 {
			if err := t.fill(ctx, l); err != nil { // numbers have no gaps: some are missing
				return err
			}
		}
		return t.message(&what)
	case chat.MessageRevised:
		if what.Room == t.room.ID {
			return t.changed(told.Name, what, what.MessageChanged, &what.Body)
		}
	case chat.MessageChanged:
		if what.Room == t.room.ID {
			return t.changed(told.Name, what, what, nil)
		}
	case chat.RoomMoved:
		if told.Name == client.ToldLeft && what.Room.ID == t.room.ID && leaves(what.Users, l.Welcome().You) {
			return exit.New(exit.Failed, "", "you are in #%s no longer", chat.SanitizeLine(t.called))
		}
	}
	return nil
}

func leaves(users []chat.User, you chat.User) bool {
	for _, u := range users {
		if u.ID == you.ID {
			return true
		}
	}
	return false
}

// print prints a message.
func (t *following) print(m *chat.Message) error {
	if t.asJSON {
		return t.wrote(object(t.out, m))
	}
	_, err := fmt.Fprintf(t.out, "%s  %s: %s\n", m.At.Time().Format("2006-01-02 15:04:05"), field(m.From.Name), said(m))
	return t.wrote(err)
}

// changed prints what became of a message.
func (t *following) changed(name string, what any, c chat.MessageChanged, body *chat.Body) error {
	if t.asJSON {
		return t.wrote(object(t.out, withEvent{name, what}))
	}
	line := ""
	switch name {
	case client.ToldEdited:
		line = fmt.Sprintf("edited message %d: %s", c.Seq, text(*body))
	case client.ToldDeleted:
		line = fmt.Sprintf("deleted message %d", c.Seq)
	default:
		return nil // reactions and pins are for who looks at the message
	}
	_, err := fmt.Fprintf(t.out, "%s  %s %s\n", c.At.Time().Format("2006-01-02 15:04:05"), field(c.By.Name), line)
	return t.wrote(err)
}

func (t *following) wrote(err error) error {
	if err != nil {
		return errWrite{err}
	}
	return nil
}

// said is a message as text; its rows after the first are indented, so that each line
// of the output that begins with a time is a message.
func said(m *chat.Message) string {
	if m.Deleted != 0 {
		return "(deleted)"
	}
	s := text(m.Body)
	for _, f := range m.Files {
		s = strings.TrimSpace(s + fmt.Sprintf("\n[file %s, %d bytes: hobnob download %s]", field(f.Name), f.Size, f.ID))
	}
	return s
}

func text(b chat.Body) string {
	s, ok := b.Text()
	if !ok {
		s = string(b.JSON)
	}
	return strings.ReplaceAll(chat.Sanitize(s), "\n", "\n    ")
}
