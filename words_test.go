//go:build unix

package main

import (
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestPasteWithoutEndIsKept: a paste whose end mark never comes is kept when the chat is
// ended, and there the next time.
func TestPasteWithoutEndIsKept(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("there the keyring is not on D-Bus")
	}
	home := t.TempDir()
	bus := lockedKeyring(t, home)
	s := begin(t, home, bus)
	s.types("before ", "before")
	s.press("\x1b[200~precious words\x1b[20")
	s.shows("precious words") // by themselves, after a while
	s.press("and typed\xff.")
	s.shows("precious wordsand typed�.") // what is no character is seen
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if printed, code := s.end(); code != 0 {
		t.Fatalf("ended with %d: %q", code, printed)
	}
	s = begin(t, home, bus)
	s.shows("before precious wordsand typed�.")
	s.press("\x03\x03")
	s.end()
}

// TestUnmarkedPasteIsNotSent: lines that come at once, from a terminal that does not
// mark a paste, are not sent.
func TestUnmarkedPasteIsNotSent(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("there the keyring is not on D-Bus")
	}
	home := t.TempDir()
	bus := lockedKeyring(t, home)
	s := begin(t, home, bus)
	var lines strings.Builder
	for i := range 100 {
		fmt.Fprintf(&lines, "leak %d\r", i)
	}
	s.types(lines.String(), "100 lines: enter keeps")
	s.shows("leak 99")
	s.press("\r")
	s.press("\x03\x03") // the first one clears
	if printed, code := s.end(); code != 0 || strings.Contains(printed, "waits to be sent") {
		t.Errorf("ended with %d: %q", code, printed)
	}
}
