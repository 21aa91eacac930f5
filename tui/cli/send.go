package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// sending is what hobnob send was told.
type sending struct {
	scripting
	writing
	room    string
	join    bool
	id      string
	replyTo string
	thread  string
	files   []string
}

func sendCommand(o Options) *cobra.Command {
	s := &sending{scripting: scripting{o: o}}
	cmd := &cobra.Command{
		Use:   "send ROOM [TEXT|-]",
		Short: "Post a message",
		Long: "Post a message to a room, or to a person as @ada (several: @ada,@grace).\n\n" +
			"Without TEXT, or with -, what is on stdin is posted as one block of output, as it stands; --text\n" +
			"posts it as a message, and --code as program text. Of output that is more than the server takes in\n" +
			"one message the beginning and the end are posted, and stderr says so.\n\n" +
			"It ends with 0 once the message is stored. While the server is away it tries again, for --timeout,\n" +
			"and posts the message once at most. Exit code 8 says that it may be stored or not: the same again\n" +
			"with the --id that is named then makes sure, and does not double it.",
		Example: "  hobnob send general 'deployed 2.4'\n  make 2>&1 | hobnob send ops -\n" +
			"  hobnob send @ada --file report.pdf 'here it is'\n  hobnob send ops --code --title main.go - < main.go",
		Args:              exit.Args(cobra.RangeArgs(1, 2)),
		ValidArgsFunction: completeRoom,
		RunE: func(cmd *cobra.Command, args []string) error {
			s.room = args[0]
			return s.run(cmd, args[1:])
		},
	}
	s.scripting.flags(cmd, "print where the message stands, as JSON")
	f := cmd.Flags()
	s.writing.flags(f)
	f.StringArrayVarP(&s.files, "file", "f", nil, "attach this `FILE`; may be repeated")
	f.BoolVar(&s.join, "join", false, "come into the room first, if it is public")
	f.StringVar(&s.replyTo, "reply-to", "", "answer the message of this `ID`, or with this number in the room")
	f.StringVar(&s.thread, "thread", "", "post in the thread that the message of this `ID`, or number, began")
	f.StringVar(&s.id, "id", "", "the message's `ID`: what was posted with it once is not posted again")
	s.patient(cmd, 30*time.Second)
	return cmd
}

func (s *sending) run(cmd *cobra.Command, given []string) error {
	if err := s.check(given); err != nil {
		return err
	}
	at, err := s.sit(cmd)
	if err != nil {
		return err
	}
	text, err := s.read(cmd, given, len(s.files) > 0)
	if err != nil {
		return err
	}
	if s.id == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("make an ID: %w", err)
		}
		s.id = id.String()
	}
	p := &posting{seat: at, draft: chat.Draft{ID: s.id, ReplyTo: s.replyTo, Thread: s.thread}, room: s.room, join: s.join, text: text, timeout: s.timeout}
	if len(s.files) > 0 {
		if err := p.attach(cmd.Context(), s.files); err != nil {
			return err
		}
	}
	posted, err := p.post(cmd.Context())
	if err != nil {
		return err
	}
	if s.json {
		return quietly(printLine(cmd.OutOrStdout(), sent{posted, p.draft.Extra.Files}))
	}
	return nil
}

// check finds what is wrong with the command line.
func (s *sending) check(given []string) error {
	if err := checkRoom(s.room); err != nil {
		return err
	}
	if len(s.id) > chat.MaxID {
		return exit.New(exit.Usage, "", "--id has at most %d characters", chat.MaxID)
	}
	if len(s.files) > chat.MaxFiles {
		return exit.New(exit.Usage, "hobnob upload posts as many as you like", "a message has at most %d files", chat.MaxFiles)
	}
	for _, path := range s.files {
		if err := uploadable(path); err != nil {
			return err
		}
	}
	return s.writing.check(given)
}

// uploadable refuses early what cannot be uploaded.
func uploadable(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return exit.New(exit.Storage, "", "%s cannot be read: %w", chat.SanitizeLine(path), reason(err))
	case info.IsDir():
		return exit.New(exit.Usage, "for example: tar cz "+exit.Quote(path)+" | hobnob upload ROOM - --name "+exit.Quote(filepath.Base(path)+".tar.gz"),
			"%s is a folder", chat.SanitizeLine(path))
	case !info.Mode().IsRegular():
		return exit.New(exit.Usage, "give what is in it on stdin: hobnob upload ROOM - --name NAME", "%s is no file", chat.SanitizeLine(path))
	}
	return nil
}

// reason is what an error about a file says beside its name.
func reason(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}

// posting is one message on its way.
type posting struct {
	*seat
	draft   chat.Draft
	room    string // as it is called
	join    bool
	text    text
	name    string // of the file that is attached; "" is its own
	timeout time.Duration

	asked bool        // it was said to a server, whose answer did not come
	full  *chat.Error // why the server cannot store it now, as it said last
}

// post posts it, and goes on trying until timeout has passed: the draft's ID makes
// that harmless.
func (p *posting) post(ctx context.Context) (chat.Posted, error) {
	trying, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	// A connection that ends by the deadline may be told of it before the context is.
	end := time.Now().Add(p.timeout)
	over := func() bool { return trying.Err() != nil || !time.Now().Before(end) }
	var wait client.Backoff
	for told := ""; ; {
		posted, err := p.try(trying)
		if err == nil {
			return posted, nil
		}
		no, refused := errors.AsType[*chat.Error](err)
		lost, ended := errors.AsType[*client.LineError](err)
		switch {
		case over():
		case refused && no.Code == chat.CodeUnavailable:
			p.full = no
		case refused, ended && (lost.Refused || errors.Is(lost, client.ErrDistrusted)), !refused && !ended:
			return chat.Posted{}, p.say(ctx, err)
		default:
			p.full = nil
		}
		if why := err.Error(); !over() {
			if why != told {
				fmt.Fprintf(p.talk, "%s; trying again until %s have passed\n", chat.SanitizeLine(why), p.timeout)
				told = why
			}
			if client.Pause(trying, wait.Next()) {
				continue
			}
		}
		return chat.Posted{}, p.unsure(ctx, told)
	}
}

// try makes one connection and posts on it.
func (p *posting) try(ctx context.Context) (chat.Posted, error) {
	l, err := client.Dial(ctx, p.line())
	if err != nil {
		return chat.Posted{}, err
	}
	defer l.Close()
	p.noteRooms(l.Welcome().Rooms)
	d := p.draft
	if d.Room, err = inRoom(ctx, l, p.room, p.join); err != nil {
		return chat.Posted{}, meant(ctx, l, p.room, err)
	}
	d.Body, d.Extra.Style, d.Extra.Block, err = p.text.fit(l.MaxBody(), p.talk)
	if err != nil {
		return chat.Posted{}, err
	}
	for _, named := range []*string{&d.ReplyTo, &d.Thread} {
		if *named, err = messageNamed(ctx, l, d.Room, *named); err != nil {
			return chat.Posted{}, meant(ctx, l, p.room, err)
		}
	}
	posted, err := l.Post(ctx, d)
	if _, refused := errors.AsType[*chat.Error](err); err != nil && !refused {
		p.asked = true
	}
	return posted, p.unknown(meant(ctx, l, p.room, err))
}

// messageNamed is the ID of a message that is named by its number in a room, as tail
// prints it. Everything else is an ID, and so is a number that no message has.
func messageNamed(ctx context.Context, l *client.Line, room, named string) (string, error) {
	seq, err := strconv.ParseUint(named, 10, 63)
	if err != nil || seq == 0 {
		return named, nil //nolint:nilerr // an ID
	}
	page, err := client.Ask[chat.History](ctx, l, "history", chat.HistoryRequest{Room: room, Before: seq + 1, Limit: 1})
	if err != nil {
		return "", err
	}
	if len(page.Messages) == 1 && page.Messages[0].Seq == seq {
		return page.Messages[0].ID, nil
	}
	return named, nil
}

// unknown is a refusal for a message that is answered, and is not there: named as on the command
// line.
func (p *posting) unknown(err error) error {
	no, refused := errors.AsType[*chat.Error](err)
	if !refused || no.Code != chat.CodeNotFound || p.draft.ReplyTo == "" && p.draft.Thread == "" {
		return err
	}
	flag, id := "--reply-to", p.draft.ReplyTo
	if id == "" {
		flag, id = "--thread", p.draft.Thread
	}
	if p.draft.ReplyTo != "" && p.draft.Thread != "" {
		flag, id = "--reply-to or --thread", p.draft.ReplyTo+" or "+p.draft.Thread
	}
	return exit.New(exit.Failed, "hobnob tail "+exit.Quote(p.room)+" prints the number of each message", "%s: no message in %s has the number or ID %s", flag, shown(p.room, maxSentence), shown(id, maxSentence))
}

// unsure says what is known of a message that was not answered for.
func (p *posting) unsure(ctx context.Context, why string) error {
	if why == "" {
		why = "the server did not answer in time"
	}
	if ctx.Err() != nil {
		why = "interrupted"
	}
	if p.asked {
		return exit.New(exit.Unsure, "the same again with --id "+p.draft.ID+" makes sure, and posts it once",
			"it is not known whether the message is stored: %s", chat.SanitizeLine(why))
	}
	if ctx.Err() != nil {
		return exit.New(exit.Interrupted, "", "interrupted; nothing was posted")
	}
	if p.full != nil {
		return notStored(p.full)
	}
	return exit.New(exit.Unreachable, "check the address, and that the server runs", "nothing was posted to %s: %s", p.account.Server, chat.SanitizeLine(why))
}
