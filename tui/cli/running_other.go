//go:build !unix && !windows

package cli

// running is not known there. No such system is released for: what an editor has open there
// when the next start comes is lost to it.
func running(int) bool { return false }
