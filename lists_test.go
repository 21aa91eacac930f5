//go:build unix

package main

import (
	"regexp"
	"strings"
	"testing"
)

// TestListsInATerminal: on a terminal each list says what its columns are, and they stand below
// that; nothing in it is an escape.
func TestListsInATerminal(t *testing.T) {
	home, bus := teamOf(t)
	for command, want := range map[string]string{
		"rooms":    `^ROOM     KIND    UNREAD  MENTIONS  PEOPLE\ngeneral  public  0       0         1\n$`,
		"who":      `^NAME +ROLE +IS\n\S+ +owner +(active|offline)\n$`,
		"sessions": `^ID +PROGRAM +ADDRESS +SINCE +THIS +DEVICE +SEEN\nhost +hobnob( \w+)?/\S+ +127.0.0.1 +[-0-9]+ [0-9:]+ +here +\S+\s+connected\n`,
		"accounts": `^NAME +ROLE +TEAM +SERVER +TOKEN IN\n\S+ +owner +acme +http://127.0.0.1:\d+ +host\n$`,
		"unread":   `^nothing is unread\n$`,
		"keys":     `^NAME +KEYS +DOES\nkeys\.send +enter +send\n`,
	} {
		s := begin(t, home, bus, command)
		printed, code := s.end()
		if code != 0 || !regexp.MustCompile(want).MatchString(printed) || strings.Contains(printed, "\x1b") {
			t.Errorf("hobnob %s ends with %d, and printed\n%s\nnot\n%s", command, code, printed, want)
		}
	}
}
