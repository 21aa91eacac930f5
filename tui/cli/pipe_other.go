//go:build !unix

package cli

import "syscall"

// errPipe is what a write says when the reader has gone: Windows' ERROR_NO_DATA.
const errPipe = syscall.Errno(232)
