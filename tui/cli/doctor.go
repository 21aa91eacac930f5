package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui/terminal"
)

// symptom is one thing the doctor looked at.
type symptom struct {
	Check string `json:"check"`         // what was looked at, in a word or two
	Level level  `json:"level"`         // one of the constants below
	Says  string `json:"says"`          // what was found, in a sentence
	Fix   string `json:"fix,omitempty"` // a command or a setting that mends it
}

// level says how bad it is.
type level string

const (
	fine    level = "ok"
	warning level = "warning" // all works, this less well than it could
	problem level = "problem" // something does not work
)

// symptoms are gathered in the order in which they are printed.
type symptoms []symptom

func (f *symptoms) addf(check string, l level, fix, format string, args ...any) {
	*f = append(*f, symptom{Check: check, Level: l, Says: shown(fmt.Sprintf(format, args...), maxSentence), Fix: fix})
}

func doctorCommand(o Options) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look for what is wrong with the terminal, the keyring, the folders and the server",
		Long: "Ask the terminal what it can do, and look at the locale, the keyring, hobnob's folders and the server of each\n" +
			"account. Each finding is ok, a warning (something works less well than it could) or a problem, with what mends\n" +
			"it. A token is shown to its own server alone, once that said that it is hobnob.\n\n" +
			"It ends with 0 where there is no problem, and with 1 otherwise. Where there is no terminal it is not asked.",
		Example: "  hobnob doctor\n  hobnob doctor --json",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := o.examine(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				err = printLine(cmd.OutOrStdout(), f)
			} else {
				err = f.print(cmd.OutOrStdout())
			}
			if err != nil {
				return quietly(err)
			}
			return f.verdict()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a list of objects: check, level, says, fix")
	return cmd
}

// examine looks at everything.
func (o Options) examine(ctx context.Context) (symptoms, error) {
	f := symptoms{}
	env := surroundings()
	answers, asked, err := askTerminal(ctx, env)
	switch {
	case errors.Is(err, terminal.ErrInterrupted) || ctx.Err() != nil:
		return nil, interrupted()
	case err != nil:
		f.addf("terminal", warning, "", "%v", err)
	case !asked:
		f.unasked(env)
	case !answers.Answered:
		f.addf("terminal", warning, "run hobnob doctor again; if it stays so, use another terminal, or chat in lines: hobnob --plain", "it answered nothing within %v", terminal.Patience)
	}
	if asked && err == nil {
		f.terminal(env.within(answers), answers)
		f.tmux(ctx, env)
	}
	f.locale(env)
	f.folders()
	if !Homeless("XDG_CONFIG_HOME") { // which was said
		f.settings()
	}
	f.keyring(ctx)
	f.accounts(ctx, o)
	if ctx.Err() != nil {
		return nil, interrupted()
	}
	return f, nil
}

// verdict is the error that the command ends with.
func (f *symptoms) verdict() error {
	n := 0
	for _, g := range *f {
		if g.Level == problem {
			n++
		}
	}
	switch n {
	case 0:
		return nil
	case 1:
		return exit.New(exit.Failed, "", "1 problem was found")
	}
	return exit.New(exit.Failed, "", "%d problems were found", n)
}

// print writes them for people, with colours where w has them.
func (f *symptoms) print(w io.Writer) error {
	out := colorprofile.NewWriter(w, os.Environ())
	if w != io.Writer(os.Stdout) || out.Profile < colorprofile.ANSI {
		out.Profile = colorprofile.NoTTY
	}
	ink := map[level]lipgloss.Style{
		fine:    lipgloss.NewStyle().Foreground(lipgloss.Green),
		warning: lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Yellow),
		problem: lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Red),
	}
	width := 0 // of lines: as long as they are where no person reads them
	if w == io.Writer(os.Stdout) {
		width = columnsOf(os.Stdout)
	}
	var b strings.Builder
	for _, g := range *f {
		head, indent := ink[g.Level].Render(string(g.Level)), strings.Repeat(" ", len(warning)+1)
		b.WriteString(head + indent[len(g.Level):] + hanging(g.Check+": "+g.Says, len(indent), width) + "\n")
		if g.Fix != "" {
			for line := range strings.SplitSeq(g.Fix, "\n") {
				b.WriteString(indent + hanging("fix: "+chat.SanitizeLine(line), len(indent), width) + "\n")
			}
		}
	}
	b.WriteString(hanging(f.sum(), 0, width) + "\n")
	_, err := out.WriteString(b.String())
	return err
}

// hanging breaks a text at its spaces, so that it is as wide as a terminal with so many
// columns to its left, which the rows below the first have, too. A command is copied, and
// stays whole: it has no comma and no semicolon, which sentences have.
func hanging(text string, indent, columns int) string {
	if columns-indent < leastHanging || strings.HasPrefix(text, "fix: ") && !strings.Contains(text, ", ") && !strings.Contains(text, "; ") {
		return text
	}
	var b strings.Builder
	at := 0
	for i, word := range strings.Split(text, " ") {
		w := lipgloss.Width(word)
		switch {
		case i > 0 && at+1+w < columns-indent:
			b.WriteByte(' ')
			at++
		case i > 0:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			at = 0
		}
		b.WriteString(word)
		at += w
	}
	return b.String()
}

// leastHanging is how many columns a sentence needs to be broken by us.
const leastHanging = 20

// sum is all of it in one line.
func (f *symptoms) sum() string {
	n := map[level]int{}
	for _, g := range *f {
		n[g.Level]++
	}
	says := "\n" + soMany(len(*f), "finding") + ": "
	switch {
	case n[problem] > 0 && n[warning] > 0:
		return says + soMany(n[problem], "problem") + " and " + soMany(n[warning], "warning") + ", each with what mends it"
	case n[problem] > 0:
		return says + soMany(n[problem], "problem") + ", with what mends it"
	case n[warning] > 0:
		return says + "no problem, and " + soMany(n[warning], "warning") + ": something works less well than it could"
	}
	return says + "all is well"
}

func soMany(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
