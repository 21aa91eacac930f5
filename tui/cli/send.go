package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// sending is what send was asked for.
type sending struct {
	script
	id, replyTo, thread string
	title, language     string
	code                bool
	exitCode            int
	exited              bool
	timeout             time.Duration
}

func sendCommand(o Options) *cobra.Command {
	s := sending{script: script{o: o}}
	cmd := &cobra.Command{
		Use:   "send ROOM [TEXT | -]",
		Short: "Post a message from a script",
		Long: "Post a message to a room, by its name or ID, and end when the server has stored it. Without a text, or\n" +
			"with -, it is what stdin has: of several lines one block that folds, as a command's output does. A server\n" +
			"that is away is waited for until --timeout; however often it is tried, the message is posted once.",
		Example: "  hobnob send ops 'deploy done'\n  make 2>&1 | hobnob send ops -\n  hobnob send ops --code --lang go - <main.go",
		Args:    exit.Args(cobra.RangeArgs(1, 2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.exited = cmd.Flags().Changed("exit")
			body, extra, err := s.read(cmd.InOrStdin(), args[1:])
			if err != nil {
				return err
			}
			posted, err := s.post(cmd.Context(), chat.Draft{
				ID: s.id, Room: args[0], Body: body, Extra: extra, ReplyTo: s.replyTo, Thread: s.thread, At: time.Now(),
			})
			if err != nil {
				return err
			}
			if s.asJSON {
				return printed(object(cmd.OutOrStdout(), posted))
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.BoolVar(&s.code, "code", false, "as program text, as it stands")
	f.StringVar(&s.language, "lang", "", "the `LANGUAGE` of --code, as after a Markdown fence")
	f.StringVar(&s.title, "title", "", "what a block is of: a file's name, or the command: a `TEXT`")
	f.IntVar(&s.exitCode, "exit", 0, "with what `CODE` the command ended whose output it is")
	f.StringVar(&s.replyTo, "reply-to", "", "answer the message of this `ID`")
	f.StringVar(&s.thread, "thread", "", "say it in the thread that the message of this `ID` began")
	f.StringVar(&s.id, "id", "", "post it once, however often the command is run with this `ID`")
	f.DurationVar(&s.timeout, "timeout", 30*time.Second, "how long to try: a `DURATION` from 1s to a day")
	exit.Value(f, "timeout", "a duration from 1s to 24h", "30s", func() bool { return s.timeout >= time.Second && s.timeout <= 24*time.Hour })
	s.flags(cmd)
	return cmd
}

// maxInput is what is read of stdin, in bytes: more than any server takes.
const maxInput = 64 << 20

// read makes a body of the text, or of stdin. What has several lines is output, unless
// it was said to be code.
func (s *sending) read(in io.Reader, args []string) (chat.Body, chat.Extra, error) {
	text, piped := strings.Join(args, ""), false
	if len(args) == 0 || text == "-" {
		if isTerminal(in) {
			return chat.Body{}, chat.Extra{}, exit.New(exit.Usage, "hobnob send ROOM TEXT\nor: make 2>&1 | hobnob send ROOM -", "there is no text, and stdin is a terminal")
		}
		raw, err := io.ReadAll(io.LimitReader(in, maxInput+1))
		if err != nil {
			return chat.Body{}, chat.Extra{}, exit.New(exit.Failed, "", "stdin cannot be read: %w", err)
		}
		if len(raw) > maxInput || !utf8.Valid(raw) {
			return chat.Body{}, chat.Extra{}, exit.New(exit.Usage, "send it as a file: hobnob upload ROOM FILE", "stdin is no text, or has more than %d MiB", maxInput>>20)
		}
		text, piped = strings.TrimRight(string(raw), "\r\n"), true
	}
	if strings.TrimSpace(text) == "" {
		return chat.Body{}, chat.Extra{}, exit.New(exit.Usage, "", "there is nothing to send: the text is empty")
	}
	var extra chat.Extra
	block := chat.Block{Title: s.title, Language: s.language}
	if s.exited {
		block.Exit = &s.exitCode
	}
	switch {
	case s.code:
		extra.Style, extra.Block = chat.StyleCode, &block
	case piped && strings.Contains(text, "\n"), s.exited, s.title != "":
		extra.Style, extra.Block = chat.StyleOutput, &block
	case s.language != "":
		return chat.Body{}, chat.Extra{}, exit.New(exit.Usage, "for example: hobnob send ops --code --lang go -", "--lang goes with --code")
	}
	return chat.TextBody(text), extra, nil
}

// post posts a draft until the server has stored it, or said that it does not.
func (s *sending) post(ctx context.Context, d chat.Draft) (chat.Posted, error) {
	if d.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return chat.Posted{}, err
		}
		d.ID = id.String()
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	var again pauses
	var last error
	maybe := false // it was on the wire, and nobody said what became of it
	for {
		l, err := s.dial(ctx, false, chat.Position{})
		if err == nil {
			var posted chat.Posted
			posted, err = l.Post(ctx, d)
			l.Close()
			if err == nil {
				return posted, nil
			}
			maybe = true
		}
		if final := postFailed(err); final != nil {
			return chat.Posted{}, final
		}
		if ctx.Err() == nil {
			last = err
		}
		if again.wait(ctx) != nil {
			return chat.Posted{}, notStored(last, maybe, d.ID)
		}
	}
}

// postFailed is how send ends where trying again would not help, nil where it may.
func postFailed(err error) error {
	var told *chat.Error
	var known *exit.Error
	switch {
	case errors.As(err, &told) && told.Code != chat.CodeUnavailable && told.Code != chat.CodeSlowMode:
		return refusedAsk(err)
	case errors.As(err, &known) && known.Code != exit.Unreachable:
		return err
	}
	return nil
}

// notStored says that the time is over.
func notStored(last error, maybe bool, id string) error {
	if last == nil {
		last = errors.New("the server did not answer in time")
	}
	hint := "try again"
	if maybe {
		hint = fmt.Sprintf("it may have been stored; to try again without saying it twice: --id %s", id)
	}
	var known *exit.Error
	if errors.As(last, &known) {
		last = errors.New(known.Error())
	}
	if le, ok := errors.AsType[*client.LineError](last); ok {
		last = le
	}
	return exit.New(exit.Unreachable, hint, "the message is not known to be stored: %w", last)
}
