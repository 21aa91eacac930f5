//go:build !unix

package main

// panicking and falling are of the tests of terminals, which are elsewhere.
func panicking() {}

func falling() {}
