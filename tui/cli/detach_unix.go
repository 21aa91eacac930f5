//go:build unix

package cli

import (
	"os/exec"
	"syscall"
)

// detach gives a program a session of its own, so that it cannot take this terminal.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
