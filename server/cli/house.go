package cli

import "github.com/spf13/cobra"

// houseCommands are the commands below admin that keep a team: its copies, its ways
// in and out of other programs, and its numbers.
func houseCommands(version string) []*cobra.Command {
	return []*cobra.Command{backupCommand(version), restoreCommand(), exportCommand(version), importCommand(), statsCommand()}
}
