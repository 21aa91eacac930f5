package overlay

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

var sections = []Section{
	{"writing", []Entry{{"enter", "send"}, {"shift+enter alt+enter", "begin a new line, in the middle of a message"}}},
	{"looking", []Entry{{"pgup", "a page up"}, {"f1", "this help"}}},
}

func TestEveryRowCanBeSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := NewHelp(theme.New(theme.Unknown), sections)
		width, height := rapid.IntRange(0, 100).Draw(t, "width"), rapid.IntRange(0, 30).Draw(t, "height")
		h.SetSize(width, height)
		if width == 0 || height == 0 {
			if h.View() != "" {
				t.Fatal("drawn without space")
			}
			return
		}
		var seen strings.Builder
		for range 60 {
			rows := strings.Split(ansi.Strip(h.View()), "\n")
			if len(rows) != height {
				t.Fatalf("%d rows of %d", len(rows), height)
			}
			for _, r := range rows {
				if ansi.StringWidth(r) > width {
					t.Fatalf("%q is wider than %d", r, width)
				}
			}
			seen.WriteString(strings.Join(rows, "\n") + "\n")
			h.Page(1)
		}
		if width < 30 {
			return // words are cut
		}
		for _, s := range sections {
			for _, e := range s.Entries {
				if !strings.Contains(seen.String(), e.Key) {
					t.Fatalf("%q is never seen in %dx%d:\n%s", e.Key, width, height, seen.String())
				}
			}
		}
	})
}
