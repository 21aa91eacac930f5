package overlay

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// TestLineIsAllThere: on a screen of any size all of a line can be seen, from the
// first column on, and nothing is drawn beside the screen.
func TestLineIsAllThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z]{1,12} http://[a-z0-9./-]{0,80}`).Draw(t, "text")
		width, height := rapid.IntRange(1, 100).Draw(t, "width"), rapid.IntRange(1, 20).Draw(t, "height")
		l := NewLine(theme.New(theme.Unknown), "title", "what it is for, in some words", text, "a foot that is long", "a foot")
		l.SetSize(width, height)
		seen := ""
		for n := range len(text) + 2 {
			l.Top()
			l.Scroll(n)
			rows := strings.Split(ansi.Strip(l.View()), "\n")
			if len(rows) != height {
				t.Fatalf("%d rows of %d", len(rows), height)
			}
			for _, row := range rows {
				if ansi.StringWidth(row) > width {
					t.Fatalf("%q is wider than %d", row, width)
				}
			}
			if l.offset == n { // its first row, once each
				seen += l.rows[n]
				if !strings.Contains(strings.Join(rows, "\n"), l.rows[n]) {
					t.Fatalf("row %d is not shown: %q", n, rows)
				}
			}
		}
		seen += strings.Join(l.rows[l.offset+1:], "")
		if strings.ReplaceAll(seen, " ", "") != strings.ReplaceAll(text, " ", "") {
			t.Errorf("%q of %q", seen, text)
		}
	})
}
