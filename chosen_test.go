//go:build unix

package main

import (
	"testing"
)

// TestMessagesAreActedOn: what is done with a message by its keys is done by the server,
// and shown by the terminal.
func TestMessagesAreActedOn(t *testing.T) {
	s := hosts(t)
	s.types("\x1b[A", "editing your message") // Up
	s.types("er\r", "shipping sooner (edited)")
	s.types("\x1b", "esc cancels") // Esc, which is one only when nothing follows it at once
	s.types("p", "y pins it")
	s.types("y", "(edited, pinned)")
	s.types("+rocket", "or a name: rocket")
	s.types("\r", "[🚀 1]")
	s.types("t", "› thread")
	s.types("an answer\r", "an answer")
	s.types("\x1b", "↳ 1 reply, last by")
	s.types("\x1bk", "esc cancels") // Alt+K: one Esc after another selects nothing
	s.types("r", "replying to")
	s.types("sure\r", "↱")
	s.types("/me waves\r", "∗")
	s.types("/topic waves\r", "#general   waves")
	s.types("/delete\r", "y deletes it")
	s.types("y", "(deleted)")
	s.leaves()
}
