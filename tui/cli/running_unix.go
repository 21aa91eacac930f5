//go:build unix

package cli

import (
	"errors"
	"syscall"
)

// running tells whether there is a process.
func running(process int) bool {
	return process > 0 && !errors.Is(syscall.Kill(process, 0), syscall.ESRCH)
}
