package cli

import (
	"context"

	"charm.land/fang/v2"
	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// dress gives root help in fang's colours, --version, the manual page and
// completions. Fang itself runs nothing but a command that does nothing: before
// it lets anybody print an error it asks the terminal for its colours, and one
// that does not answer would hold up the error for seconds.
func dress(root *cobra.Command, version string) {
	var colours fang.ColorScheme
	model := &cobra.Command{Use: root.Use, Run: func(*cobra.Command, []string) {}}
	model.SetArgs([]string{}) // nil would be the process's own
	err := fang.Execute(context.Background(), model, fang.WithVersion(version), fang.WithoutManpage(),
		fang.WithColorSchemeFunc(func(c lipgloss.LightDarkFunc) fang.ColorScheme {
			colours = fang.DefaultColorScheme(c)
			return colours
		}))
	if err == nil { // or else plain help is help
		fangs := model.HelpFunc()
		root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
			withoutFlags(cmd, func() { fangs(cmd, args) })
			writeFlags(cmd, colours) // which fang has set by now
		})
		root.Version = model.Version
	}
	root.AddCommand(manCommand(version))
	root.SetHelpCommand(&cobra.Command{
		Use:               "help [COMMAND]",
		Short:             "Help with a command",
		Example:           "  hobnob help serve",
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              exit.HelpOn,
	})
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() != "completion" {
			continue
		}
		c.Short = "Print what a shell needs to complete commands"
		c.Args, c.RunE = exit.NoArgs, exit.Help
		for _, shell := range c.Commands() {
			shell.Args = exit.NoArgs
		}
	}
}
