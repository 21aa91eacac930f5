package composer

import (
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

func fresh(width, text, say int) *Composer {
	keys := textarea.DefaultKeyMap()
	c := New(theme.New(theme.Unknown), Keys{KeyMap: keys, Yank: key.NewBinding(key.WithKeys("ctrl+y"))})
	c.SetPlaceholder("write to #general")
	fit(c, width, text, say)
	return c
}

func fit(c *Composer, width, text, say int) {
	c.SetSpace(width, text, say)
	c.SetSize(width, c.Rows())
}

func view(c *Composer) string {
	rows := strings.Split(ansi.Strip(c.View()), "\n")
	for i, r := range rows {
		rows[i] = strings.TrimRight(r, " ")
	}
	return strings.Join(rows, "\n")
}

func TestGrowsToItsSpaceAndFollowsTheCursor(t *testing.T) {
	c := fresh(30, 3, 2)
	for _, want := range []struct {
		paste, view string
		x, y        int
	}{
		{"", "┃ write to #general", 2, 0},
		{"one", "┃ one", 5, 0},
		{"\ntwo", "┃ one\n┃ two", 5, 1},
		{"\nthree\nfour", "┃ two\n┃ three\n┃ four", 6, 2},
		{"\r\nfive 日本", "┃ three\n┃ four\n┃ five 日本", 11, 2},
	} {
		c.Paste(want.paste)
		fit(c, 30, 3, 2)
		at := c.Cursor()
		if got := view(c); got != want.view || at.X != want.x || at.Y != want.y {
			t.Errorf("%q at %d,%d, want %q at %d,%d", got, at.X, at.Y, want.view, want.x, want.y)
		}
	}
	for range 4 {
		c.Press(tea.KeyPressMsg{Code: tea.KeyUp})
	}
	if got := view(c); !strings.HasPrefix(got, "┃ one") {
		t.Errorf("the cursor is not followed up: %q", got)
	}
}

func TestSentence(t *testing.T) {
	c := fresh(24, 3, 2)
	c.Paste("text")
	c.Say("this is \x1b[2Jwhy it was not sent, at some length")
	fit(c, 24, 3, 2)
	if got, want := view(c), "┃ text\n  this is ␛[2Jwhy it was\n  not sent, at some …"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if fit(c, 24, 3, 0); c.Said() == "" || view(c) != "┃ text" {
		t.Errorf("without room: %q, %q", c.Said(), view(c))
	}
	c.Press(tea.KeyPressMsg{Code: 'x', Text: "x"})
	if c.Said() != "" {
		t.Error("it outlives the text")
	}
}

// Joined emoji are counted as the terminal counts them.
func TestCursorIsWhereTheTerminalPutsIt(t *testing.T) {
	for measure, want := range map[ansi.Method]int{ansi.WcWidth: 2 + 8 + 1, ansi.GraphemeWidth: 2 + 2 + 1} {
		c := fresh(30, 3, 2)
		c.SetTheme(theme.New(theme.Terminal{Measure: measure}))
		c.Paste("👨‍👩‍👧‍👦x")
		if at := c.Cursor(); at.X != want {
			t.Errorf("measure %v: at %d, want %d", measure, at.X, want)
		}
	}
}

func TestRemoved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.StringMatching(`[ab日]{0,12}`).Draw(t, "before")
		i := rapid.IntRange(0, len(before)).Draw(t, "from")
		j := rapid.IntRange(i, len(before)).Draw(t, "to")
		after := before[:i] + before[j:]
		cut := removed(before, after)
		if len(cut) != j-i {
			t.Fatalf("%q became %q: %q was cut out", before, after, cut)
		}
		for at := range len(after) + 1 {
			if after[:at]+cut+after[at:] == before {
				return
			}
		}
		t.Fatalf("%q became %q: %q does not make it whole", before, after, cut)
	})
}

func TestEverySizeFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := fresh(rapid.IntRange(0, 50).Draw(t, "width"), rapid.IntRange(0, 8).Draw(t, "text"), rapid.IntRange(0, 3).Draw(t, "say"))
		c.Paste(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"日本語日本語日本語", "a b c d e f\ng", strings.Repeat("x", 99)})).Draw(t, "paste"))
		c.Say(rapid.SampledFrom([]string{"", "no", "日本語 is too long for this"}).Draw(t, "sentence"))
		c.SetSize(c.width, rapid.IntRange(0, 12).Draw(t, "height"))
		v := c.View()
		if c.width <= 0 || c.height <= 0 {
			if v != "" || c.Cursor() != nil {
				t.Fatalf("%q in no space", v)
			}
			return
		}
		rows := strings.Split(v, "\n")
		if len(rows) != c.height {
			t.Fatalf("%d rows of %d", len(rows), c.height)
		}
		for _, r := range rows {
			if w := ansi.StringWidthWc(r); w > c.width {
				t.Fatalf("%q has %d cells of %d", r, w, c.width)
			}
		}
		if at := c.Cursor(); at.X < 0 || at.X >= c.width || at.Y < 0 || at.Y >= c.height {
			t.Fatalf("the cursor is at %v in %dx%d", at.Position, c.width, c.height)
		}
	})
}

// BenchmarkKey is what a key costs in a text as long as a server takes, the
// whole of which the text area lays out again.
func BenchmarkKey(b *testing.B) {
	for name, lines := range map[string]int{"1 line": 1, "50 lines": 50, "500 lines": 500} {
		b.Run(name, func(b *testing.B) {
			c := fresh(100, 10, 3)
			c.Paste(strings.Repeat("a line of code that somebody pasted\n", lines-1))
			fit(c, 100, 10, 3)
			for b.Loop() {
				c.Press(tea.KeyPressMsg{Code: 'x', Text: "x"})
				c.View()
				c.Press(tea.KeyPressMsg{Code: tea.KeyBackspace})
				c.View()
			}
		})
	}
}
