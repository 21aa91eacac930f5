//go:build !unix

package cli

import "os/exec"

// detach does nothing: what opens files here has a window of its own.
func detach(*exec.Cmd) {}
