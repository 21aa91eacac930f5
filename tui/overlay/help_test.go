package overlay

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

var sections = []Section{
	{"writing", []Entry{
		{[]string{"enter"}, "send", "send"},
		{[]string{"ctrl+j", "shift/alt+enter"}, "begin a new line, in the middle of a message", "new line"},
	}},
	{"looking", []Entry{{[]string{"pgup"}, "a page up", "page up"}, {[]string{"f1"}, "this help", "keys"}}},
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
		if width < 16 {
			return // words are cut
		}
		for _, s := range sections {
			for _, e := range s.Entries {
				if !strings.Contains(seen.String(), e.Keys[0]) {
					t.Fatalf("%q is never seen in %dx%d:\n%s", e.Keys, width, height, seen.String())
				}
			}
		}
	})
}

// The less room there is, the fewer words: each key is named on a row of its
// own, so that two are seen even where three rows are all there is.
func TestFewerWordsWhereThereIsNoRoom(t *testing.T) {
	for _, c := range []struct {
		width, height int
		want          string
	}{
		{80, 4, "enter                   send|ctrl+j shift/alt+enter  begin a new line, in the middle of a message|pgup                    a page up|pgdown ↓ · esc closes"},
		{33, 4, "enter   send|ctrl+j  begin a new line, in the|        middle of a message|pgdown ↓ · esc closes"},
		{20, 3, "enter send|ctrl+j new line|pgdown · esc closes"},
	} {
		h := NewHelp(theme.New(theme.Unknown), sections)
		h.SetSize(c.width, c.height)
		var rows []string
		for r := range strings.SplitSeq(ansi.Strip(h.View()), "\n") {
			rows = append(rows, strings.TrimSpace(r))
		}
		if c.width == 33 {
			rows[2] = "        " + rows[2]
		}
		if got := strings.Join(rows, "|"); got != c.want {
			t.Errorf("%dx%d: %q, want %q", c.width, c.height, got, c.want)
		}
		h.Page(1)
		if c.width == 20 && !strings.Contains(h.View(), "page up") {
			t.Errorf("a page is not two keys on:\n%s", ansi.Strip(h.View()))
		}
	}
}
