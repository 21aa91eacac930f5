package exit

import "github.com/spf13/cobra"

// NoArgs is cobra.NoArgs with the exit code of a usage error.
var NoArgs = Args(cobra.NoArgs)

// Args makes what args refuses a usage error.
func Args(args cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, given []string) error {
		if err := args(cmd, given); err != nil {
			return New(Usage, cmd.CommandPath()+" --help", "%w", err)
		}
		return nil
	}
}

// Flags makes cobra's complaint about a flag a usage error; it is a
// cobra.Command's FlagErrorFunc.
func Flags(cmd *cobra.Command, err error) error {
	return New(Usage, cmd.CommandPath()+" --help", "%w", err)
}

// Help is the RunE of a command that only has commands below it.
func Help(cmd *cobra.Command, _ []string) error { return cmd.Help() }
