package exit

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Completions gets the commands below root ready for a shell that completes a
// line: the values of flags that have a few (Value), and descriptions without the
// marks that name a value in help. Files are offered for what is a file. It is for
// a process that does nothing else, since help needs those marks.
func Completions(root *cobra.Command) error {
	var failed error
	each := func(cmd *cobra.Command, f *pflag.Flag) {
		name, usage := pflag.UnquoteUsage(f)
		f.Usage = usage
		if _, ok := cmd.GetFlagCompletionFunc(f.Name); ok || failed != nil {
			return
		}
		is, _ := meaning(f)
		switch values := choices(is); {
		case len(values) > 0:
			failed = cmd.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
		case name == "FOLDER":
			failed = cmd.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs))
		case !strings.HasSuffix(name, "FILE"):
			failed = cmd.RegisterFlagCompletionFunc(f.Name, cobra.NoFileCompletions)
		}
	}
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) { each(cmd, f) })
		if cmd.ValidArgsFunction == nil && !cmd.HasSubCommands() {
			cmd.ValidArgsFunction = cobra.NoFileCompletions // no argument of ours is a file
		}
		for _, below := range cmd.Commands() {
			walk(below)
		}
	}
	walk(root)
	return failed
}

// choices takes the values from a sentence that lists them all, as "a, b or c"
// does, and nothing from any other.
func choices(is string) []string {
	values := strings.Split(strings.ReplaceAll(is, " or ", ", "), ", ")
	if len(values) < 2 {
		return nil
	}
	for _, v := range values {
		if v == "" || strings.ContainsAny(v, " \t") {
			return nil
		}
	}
	return values
}
