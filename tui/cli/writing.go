package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// writing is how what is posted is meant.
type writing struct {
	asText   bool
	me       bool
	code     bool
	language string
	title    string
	exitCode int
	took     time.Duration
	tail     int

	set *pflag.FlagSet
}

func (w *writing) flags(f *pflag.FlagSet) {
	f.BoolVar(&w.asText, "text", false, "post what is on stdin as a message, not as output")
	f.BoolVar(&w.me, "me", false, "say what you do, as /me in the chat: hobnob send --me ROOM 'waves'")
	f.BoolVar(&w.code, "code", false, "post it as program text")
	f.StringVar(&w.language, "lang", "", "the program text is in this `LANGUAGE`, as go or sh; it implies --code")
	f.StringVar(&w.title, "title", "", "call the block by this `TITLE`: the command, or the name of the file")
	f.IntVar(&w.exitCode, "exit", 0, "the command whose output it is ended with this `CODE`")
	f.DurationVar(&w.took, "took", 0, "the command whose output it is ran for this `TIME`")
	f.IntVar(&w.tail, "tail", 0, "post only the last `N` lines of output")
	exit.Value(f, "took", "a time", "3.5s", func() bool { return w.took >= 0 })
	exit.Value(f, "tail", "a number of lines, from 1", "100", func() bool { return w.tail > 0 })
	for _, name := range []string{"exit", "took", "tail"} {
		f.Lookup(name).DefValue = "" // without them nothing is said of it
	}
	w.set = f
}

// style is how a text is meant that is the argument, or comes from stdin.
func (w *writing) style(fromStdin bool) chat.Style {
	output := w.set.Changed("exit") || w.set.Changed("took") || w.set.Changed("tail") || (w.title != "" && !w.code)
	switch {
	case w.code || w.language != "":
		return chat.StyleCode
	case w.me && !output:
		return chat.StyleMe
	case output || (fromStdin && !w.asText):
		return chat.StyleOutput
	}
	return ""
}

// check finds flags that contradict each other.
func (w *writing) check(given []string) error {
	style := w.style(len(given) == 0 || given[0] == "-")
	if w.me && style != chat.StyleMe {
		return exit.New(exit.Usage, "", "--me is for a message, and --code, --lang, --title, --exit, --took and --tail are for blocks")
	}
	if w.asText && style != "" && style != chat.StyleMe {
		return exit.New(exit.Usage, "", "--text is for a message, and --code, --lang, --title, --exit, --took and --tail are for blocks")
	}
	if style == chat.StyleCode && (w.set.Changed("exit") || w.set.Changed("took") || w.set.Changed("tail")) {
		return exit.New(exit.Usage, "", "--code is for program text, and --exit, --took and --tail are for output")
	}
	return nil
}

// block is what is known of program text or output, nil for nothing.
func (w *writing) block(style chat.Style) *chat.Block {
	b := chat.Block{Title: w.title, Language: w.language, Duration: w.took.Milliseconds()}
	if w.set.Changed("exit") {
		b.Exit = &w.exitCode
	}
	if style == "" || b == (chat.Block{}) {
		return nil
	}
	return &b
}

// read takes the text from the command line or from stdin. Where files are posted
// too, stdin is read only if that was said.
func (w *writing) read(cmd *cobra.Command, given []string, withFiles bool) (text, error) {
	fromStdin := len(given) == 0 || given[0] == "-"
	t := text{style: w.style(fromStdin)}
	t.block = w.block(t.style)
	switch {
	case len(given) == 0 && withFiles:
		return text{}, nil
	case len(given) == 0 && cmd.InOrStdin() == os.Stdin && term.IsTerminal(os.Stdin.Fd()):
		return t, exit.New(exit.Usage, cmd.CommandPath()+" ROOM 'hello'\nor what a command prints: make 2>&1 | "+cmd.CommandPath()+" ROOM -", "there is no text: neither on the command line nor on stdin")
	case !fromStdin:
		t.lines.add([]byte(given[0]))
	default:
		if err := readAll(cmd.Context(), cmd.InOrStdin(), &t.lines); err != nil {
			return t, err
		}
	}
	t.lines.end(t.style == chat.StyleOutput, w.tail)
	switch {
	case t.lines.empty() && t.style == chat.StyleOutput && t.block != nil:
		t.lines = excerpt{first: []string{"(no output)"}} // that there was none is what is to be said
	case t.lines.empty():
		return t, exit.New(exit.Failed, "", "nothing was posted: the text is empty")
	}
	return t, nil
}

// readAll reads to the end, or until ctx ends. A read cannot be taken back: that of
// who was interrupted ends with the process, which is at once.
func readAll(ctx context.Context, r io.Reader, into *excerpt) error {
	read := make(chan error, 1)
	go func() {
		_, err := io.Copy(into, bufio.NewReader(r))
		read <- err
	}()
	select {
	case err := <-read:
		if err != nil {
			return exit.New(exit.Failed, "", "stdin cannot be read: %w", err)
		}
		return nil
	case <-ctx.Done():
		return exit.New(exit.Interrupted, "", "interrupted; nothing was posted")
	}
}

// text is what is to be posted.
type text struct {
	style chat.Style
	block *chat.Block
	lines excerpt

	told bool // that it was cut
}

// fit makes a body of it that has at most limit bytes as JSON, 0 for any number. Of
// output the middle is left out; anything else is refused, for half of it would say
// something else.
func (t *text) fit(limit int, talk io.Writer) (chat.Body, chat.Style, *chat.Block, error) {
	whole, all := t.lines.whole()
	body := chat.TextBody(whole)
	switch {
	case all && (limit <= 0 || len(body.JSON) <= limit):
		return body, t.style, t.block, nil
	case t.style != chat.StyleOutput:
		return body, t.style, t.block, exit.New(exit.Failed, "attach it as a file: --file FILE",
			"the text is too long: this server takes %s in one message. Nothing was posted", chat.Size(int64(limit)))
	}
	cut, left := t.lines.fit(limit)
	if !t.told {
		t.told = true
		fmt.Fprintf(talk, "the output is more than this server takes in one message: %s in the middle were left out\n", left)
	}
	return chat.TextBody(cut), t.style, t.block, nil
}

// plural says n things.
func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%s %ss", thousands(n), what)
}

// thousands writes a number with commas.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
