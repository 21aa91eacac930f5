//go:build unix

package cli

import "syscall"

// errPipe is what a write says when the reader has gone.
const errPipe = syscall.EPIPE
