//go:build !unix

package cli

// hasShell tells whether there is a shell above that goes on when this stops: nothing stops
// so here.
func hasShell() bool { return false }
