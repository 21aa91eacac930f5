package cli

import (
	"context"

	"charm.land/fang/v2"
	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// dress gives root what fang makes of cobra's commands: help in colours, the
// manual page, --version. Fang itself runs nothing but a command that does
// nothing: before it lets anybody print an error it asks the terminal for its
// colours, and one that does not answer would hold up the error for seconds.
func dress(root *cobra.Command, version string) {
	model := &cobra.Command{Use: root.Use, Run: func(*cobra.Command, []string) {}}
	model.SetArgs([]string{}) // nil would be the process's own
	if err := fang.Execute(context.Background(), model, fang.WithVersion(version)); err != nil {
		return // plain help is help
	}
	root.SetHelpFunc(model.HelpFunc())
	root.Version = model.Version
	for _, c := range model.Commands() {
		if c.Name() == "man" { // of whatever root it is below
			model.RemoveCommand(c)
			c.Args = exit.NoArgs
			root.AddCommand(c)
		}
	}
}
