//go:build unix

package cli

import (
	"os"

	"golang.org/x/sys/unix"
)

// hasShell tells whether there is a shell above that starts a program again which Ctrl+Z
// stopped. Where there is none (a terminal that runs hobnob itself, ssh with a command, exec)
// the kernel does not even stop it: the group of processes is orphaned (POSIX, 3.264), and
// SIGTSTP is dropped. A shell with job control gives what it starts a group of its own, and is
// in the same session.
func hasShell() bool {
	session, err := unix.Getsid(0)
	if err != nil || unix.Getpgrp() == session {
		return false
	}
	above, err := unix.Getsid(os.Getppid())
	return err == nil && above == session
}
