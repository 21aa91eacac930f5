//go:build unix

package cli

import "syscall"

// pipeAt makes a pipe with a name.
func pipeAt(path string) error { return syscall.Mkfifo(path, 0o600) }
