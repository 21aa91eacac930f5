//go:build !unix

package cli

// dumps is for the signal that has a program print what it does, which is not there.
func dumps(func()) (stop func()) { return func() {} }
