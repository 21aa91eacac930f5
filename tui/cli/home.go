package cli

import (
	"os"
	"path/filepath"
	"runtime"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// Homeless tells whether nothing says where a user's files of a kind are: neither
// the variable of the XDG base directory specification nor HOME. Without this they
// would be looked for, and made, in the root of the file system.
func Homeless(variable string) bool {
	_, err := os.UserHomeDir()
	return err != nil && runtime.GOOS != "windows" && !filepath.IsAbs(os.Getenv(variable))
}

// NeedHome refuses to keep accounts where there is no place for them.
func NeedHome() error {
	if Homeless("XDG_CONFIG_HOME") || Homeless("XDG_STATE_HOME") {
		return exit.New(exit.Usage, "set HOME, or both XDG_CONFIG_HOME and XDG_STATE_HOME",
			"HOME is not set, and without it there is no place for your accounts")
	}
	return nil
}
