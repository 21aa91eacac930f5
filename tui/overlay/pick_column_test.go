package overlay

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// What stands beside the names of a list begins in one column, but beside names that are too
// long for it.
func TestOneColumnBesideNames(t *testing.T) {
	long := strings.Repeat("x", 30)
	p := NewPick(theme.New(theme.Unknown), Words{Title: "who"}, []Place{
		{Name: "● ada", About: "owner"}, {Name: "○ ゆき", About: "guest"}, {Name: "● grace", About: "member"}, {Name: long, About: "long"},
	})
	p.SetSize(80, 9)
	rows := strings.Split(ansi.Strip(p.View()), "\n")
	at := func(row, word string) int {
		before, _, found := strings.Cut(row, word)
		if !found {
			t.Fatalf("%q is not in %q", word, row)
		}
		return ansi.StringWidth(before)
	}
	if a, b, c := at(rows[1], "owner"), at(rows[2], "guest"), at(rows[3], "member"); a != b || b != c {
		t.Errorf("they begin at %d, %d and %d:\n%s", a, b, c, strings.Join(rows, "\n"))
	}
	if !strings.Contains(rows[4], long+"   long") {
		t.Errorf("%q", rows[4])
	}
	for width := range 40 {
		p.SetSize(width, 6)
		for r := range strings.SplitSeq(ansi.Strip(p.View()), "\n") {
			if ansi.StringWidth(r) > width {
				t.Fatalf("%d: %q", width, r)
			}
		}
	}
}
