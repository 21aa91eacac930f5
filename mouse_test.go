//go:build unix

package main

import (
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
)

// TestTheMouseCopies what was said in a row that it is drawn over from edge to edge, and not whose
// it is or when it was said; with the mouse off nothing is asked of the terminal.
func TestTheMouseCopies(t *testing.T) {
	s := hosts(t)
	row := 0
	for y, text := range strings.Split(s.screen(), "\n") {
		if strings.Contains(text, "shipping soon") {
			row = y + 1
		}
	}
	at := func(code string, x int, end string) string {
		return "\x1b[<" + code + ";" + strconv.Itoa(x) + ";" + strconv.Itoa(row) + end
	}
	s.types(at("0", 1, "M")+at("32", 40, "M")+at("32", width, "M")+at("0", width, "m"), "13 characters copied")
	want := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte("shipping soon"))
	if !strings.Contains(s.text(), want) {
		t.Errorf("%q is not in %q", want, s.text())
	}
	s.types("\x1bm", "the mouse is the terminal's")
	if off := "\x1b[?1002l"; !strings.Contains(s.text(), off) {
		t.Errorf("%q is not in %q", off, s.text())
	}
	s.leaves()
}
