package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"charm.land/fang/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hobnob-chat/hobnob/net/exit"
)

const (
	// usualWidth is how wide help is where there is no terminal to ask, and
	// widest where there is: longer lines are hard to read.
	usualWidth, widest = 80, 100

	// beside is how wide a terminal must be for a flag's sentence to stand beside
	// its name and not below.
	beside = 72

	// column is how much the names of flags get then.
	column = 32
)

// withoutFlags runs show while cmd seems to have no flags.
func withoutFlags(cmd *cobra.Command, show func()) {
	var hidden []*pflag.Flag
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			f.Hidden = true
			hidden = append(hidden, f)
		}
	})
	defer func() {
		for _, f := range hidden {
			f.Hidden = false
		}
	}()
	show()
}

// section is a heading, and the flags below it.
type section struct {
	heading string
	flags   []*pflag.Flag
}

// sections are a command's flags as its help and its manual page have them: those
// with a heading of their own first, each heading once.
func sections(cmd *cobra.Command) []section {
	var named []section
	other := section{heading: "Flags"}
	at := make(map[string]int)
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		heading := exit.GroupOf(f)
		if _, ok := at[heading]; !ok && heading != "" && !f.Hidden {
			at[heading] = len(named)
			named = append(named, section{heading: heading})
		}
		switch {
		case f.Hidden:
		case heading == "":
			other.flags = append(other.flags, f)
		default:
			named[at[heading]].flags = append(named[at[heading]].flags, f)
		}
	})
	if len(named) > 0 {
		other.heading = "Other"
	}
	// What every command has is not what anybody looks for first.
	usual := func(f *pflag.Flag) bool { return f.Name == "help" || f.Name == "version" }
	slices.SortStableFunc(other.flags, func(a, b *pflag.Flag) int {
		switch {
		case usual(a) == usual(b):
			return 0
		case usual(b):
			return -1
		}
		return 1
	})
	if len(other.flags) > 0 {
		named = append(named, other)
	}
	return named
}

// flagName is a flag with its value, as it is written.
func flagName(f *pflag.Flag) string {
	name := "--" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	switch value, _ := pflag.UnquoteUsage(f); value {
	case "":
	case "string", "strings": // pflag's name for any text
		name += " TEXT"
	default:
		name += " " + value
	}
	return name
}

// flagText is what is said of a flag: what it does, its variable, its default.
func flagText(f *pflag.Flag) string {
	_, text := pflag.UnquoteUsage(f)
	if twin := exit.TwinOf(f); twin != "" {
		text += " [" + twin + "]"
	}
	switch f.DefValue {
	case "", "false", "[]":
	default:
		text += " (" + atHome(f.DefValue) + ")"
	}
	return text
}

// atHome writes a path as it is for everybody: a manual page is made on one
// machine and read on another.
func atHome(path string) string {
	home, err := os.UserHomeDir()
	if rest, ok := strings.CutPrefix(path, home+string(os.PathSeparator)); ok && err == nil && home != "" {
		return filepath.Join("~", rest)
	}
	return path
}

// writeFlags is the part of a command's help that fang leaves out.
func writeFlags(cmd *cobra.Command, colours fang.ColorScheme) {
	width := usualWidth
	if w, _, err := term.GetSize(os.Stdout.Fd()); err == nil && w > 0 {
		width = min(w, widest)
	}
	w := colorprofile.NewWriter(cmd.OutOrStdout(), os.Environ())
	title := lipgloss.NewStyle().Bold(true).Foreground(colours.Title)
	name := lipgloss.NewStyle().Foreground(colours.Flag)
	for _, s := range sections(cmd) {
		fmt.Fprintf(w, "  %s\n\n", title.Render(strings.ToUpper(s.heading)))
		for _, f := range s.flags {
			writeFlag(w, f, width, name)
		}
		fmt.Fprintln(w)
	}
}

func writeFlag(w io.Writer, f *pflag.Flag, width int, style lipgloss.Style) {
	name, indent := flagName(f), column
	first := "    " + style.Render(name)
	if width < beside {
		indent = 8
	}
	lines := strings.Split(ansi.Wordwrap(flagText(f), max(width-indent-1, 10), ""), "\n")
	if gap := indent - 4 - ansi.StringWidth(name); width >= beside && gap >= 2 {
		first += strings.Repeat(" ", gap) + strings.TrimSpace(lines[0])
		lines = lines[1:]
	}
	fmt.Fprintln(w, first)
	for _, line := range lines {
		fmt.Fprintln(w, strings.Repeat(" ", indent)+strings.TrimSpace(line))
	}
}
