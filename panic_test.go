//go:build !unix

package main

// panicking is of the tests of terminals, which are elsewhere.
func panicking() {}
