package exit

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// NoArgs refuses every argument, as cobra.NoArgs does. Where there are commands
// below cmd, the argument was meant to be one of them.
func NoArgs(cmd *cobra.Command, given []string) error {
	switch {
	case len(given) == 0:
		return nil
	case cmd.HasAvailableSubCommands():
		return unknownCommand(cmd, given[0])
	}
	return surplus(cmd, given[0])
}

// Args says what is missing or too much, in the words of cmd.Use, where args
// refuses what was given.
func Args(args cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, given []string) error {
		err := args(cmd, given)
		if err == nil {
			return nil
		}
		needed, optional := arguments(cmd.Use)
		switch {
		case len(given) < len(needed):
			return New(Usage, example(cmd), "%s is missing: the command is %s", needed[len(given)], line(cmd))
		case len(given) > len(needed)+len(optional):
			return surplus(cmd, given[len(needed)+len(optional)])
		}
		return New(Usage, example(cmd), "%w", err)
	}
}

// Flags says in our words what cobra found wrong with a flag; it is a
// cobra.Command's FlagErrorFunc.
func Flags(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var bad *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown)
	case errors.As(err, &bare):
		f := bare.GetFlag()
		is, such := meaning(f)
		if such == "" {
			such, _ = pflag.UnquoteUsage(f)
			return New(Usage, hintValue("--"+f.Name+" ", such), "--%s needs a value", f.Name)
		}
		return New(Usage, hintValue("--"+f.Name+" ", such), "--%s needs a value: %s", f.Name, is)
	case errors.As(err, &bad):
		return refuse("--"+bad.GetFlag().Name, " ", bad.GetFlag(), bad.GetValue())
	}
	return New(Usage, cmd.CommandPath()+" --help", "%w", err)
}

// Help is the RunE of a command that only has commands below it.
func Help(cmd *cobra.Command, _ []string) error { return cmd.Help() }

// HelpOn is the RunE of the command that helps with others, by their names.
func HelpOn(cmd *cobra.Command, names []string) error {
	on, rest, err := cmd.Root().Find(names)
	if err != nil || len(rest) > 0 {
		if on == nil {
			on = cmd.Root()
		}
		if len(rest) == 0 {
			rest = names
		}
		if !on.HasAvailableSubCommands() {
			return New(Usage, on.CommandPath()+" --help", "%s has no commands below it, such as %q", on.CommandPath(), rest[0])
		}
		return unknownCommand(on, rest[0])
	}
	on.InitDefaultHelpFlag()
	on.InitDefaultVersionFlag()
	return on.Help()
}

func unknownCommand(cmd *cobra.Command, name string) error {
	return New(Usage, meant(cmd, name, cmd.CommandPath()+" ")+cmd.CommandPath()+" --help lists its commands",
		"%s has no command %q", cmd.CommandPath(), name)
}

func unknownFlag(cmd *cobra.Command, e *pflag.NotExistError) error {
	name, typed := e.GetSpecifiedName(), "--"+e.GetSpecifiedName()
	if run := e.GetSpecifiedShortnames(); run != "" {
		typed = "-" + name
		if len(run) > 1 { // one dash before a long name
			name, typed = run, "-"+run
		}
	}
	// Cobra knows what is near to the name of a command.
	flags := &cobra.Command{}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			flags.AddCommand(&cobra.Command{Use: f.Name, Run: func(*cobra.Command, []string) {}})
		}
	})
	return New(Usage, meant(flags, name, "--")+cmd.CommandPath()+" --help lists its flags", "%s has no flag %s", cmd.CommandPath(), typed)
}

// meant is a line of a hint with what a mistyped name is near to, if anything.
func meant(cmd *cobra.Command, name, before string) string {
	var near []string
	for slips := 1; slips <= 2 && len(near) == 0; slips++ { // what is a slip away was meant, and not what two make of it
		cmd.SuggestionsMinimumDistance = slips
		near = cmd.SuggestionsFor(name)
	}
	if len(near) == 0 {
		return ""
	}
	return "did you mean " + before + strings.Join(near, " or "+before) + "?\n"
}

func surplus(cmd *cobra.Command, arg string) error {
	needed, optional := arguments(cmd.Use)
	if len(needed)+len(optional) == 0 {
		return New(Usage, cmd.CommandPath()+" --help", "%s takes no arguments, and %q is one", cmd.CommandPath(), arg)
	}
	return New(Usage, example(cmd), "%q is one argument too many: the command is %s", arg, line(cmd))
}

// line is a command with its arguments, as its help has it.
func line(cmd *cobra.Command) string {
	if cmd.HasParent() {
		return cmd.Parent().CommandPath() + " " + cmd.Use
	}
	return cmd.Use
}

// example is a hint with a whole command, the first of this one that its help shows.
func example(cmd *cobra.Command) string {
	for line := range strings.Lines(cmd.Example) {
		if strings.Contains(line, cmd.CommandPath()) {
			return "for example: " + strings.TrimSpace(line)
		}
	}
	return cmd.CommandPath() + " --help"
}

// arguments takes them from a Use line: the words after the name up to the first
// flag, those in brackets optional.
func arguments(use string) (needed, optional []string) {
	for i, word := range strings.Fields(use) {
		inner, bracketed := strings.CutPrefix(word, "[")
		switch {
		case i == 0:
		case strings.HasPrefix(word, "-") || strings.HasPrefix(inner, "--"):
			return needed, optional
		case bracketed:
			optional = append(optional, strings.TrimSuffix(inner, "]"))
		default:
			needed = append(needed, word)
		}
	}
	return needed, optional
}

// maxValue is how much of a value that is refused is shown, in characters: the
// sentence that says why comes after it.
const maxValue = 80

// refuse says that a flag, or the variable that stands for it, has no such value.
// between stands between its name and a value that it has.
func refuse(given, between string, f *pflag.Flag, value string) error {
	is, such := meaning(f)
	if runes := []rune(value); len(runes) > maxValue {
		value = string(runes[:maxValue]) + "…"
	}
	return New(Usage, hintValue(given+between, such), "%s: %q is not %s", given, value, is)
}

func hintValue(before, such string) string {
	if such == "" {
		return ""
	}
	return fmt.Sprintf("for example: %s%s", before, such)
}
