package timeline

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// TestWhatIsSelectedHasABackground, in all its cells and in no others, where the theme has one for it:
// also behind what has a colour of its own. Its words stay as they are.
func TestWhatIsSelectedHasABackground(t *testing.T) {
	for name, c := range map[string]struct {
		terminal theme.Terminal
		lit      bool
	}{
		"dark":        {theme.Terminal{Profile: colorprofile.TrueColor, Background: theme.Dark, Measure: ansi.WcWidth}, true},
		"light":       {theme.Terminal{Profile: colorprofile.ANSI256, Background: theme.Light, Measure: ansi.WcWidth}, true},
		"not known":   {theme.Unknown, false},
		"16 colours":  {theme.Terminal{Profile: colorprofile.ANSI, Background: theme.Dark, Measure: ansi.WcWidth}, false},
		"no colours":  {theme.Terminal{Profile: colorprofile.ASCII, Background: theme.Dark, Measure: ansi.WcWidth}, false},
		"its own 16s": {theme.Terminal{Profile: colorprofile.TrueColor, Background: theme.Dark, Measure: ansi.WcWidth, Scheme: theme.BuiltIn("terminal")}, false},
	} {
		tl := fresh(60, 8)
		tl.SetTheme(theme.New(c.terminal))
		tl.Reloaded([]chat.Message{message(1, ada, "a", "above"), message(2, ada, "b", "some `code` and **more**\nin two rows"), message(3, ada, "c", "below")}, false)
		plain := screen(tl)
		tl.ChooseSeq(2)
		for i, row := range strings.Split(tl.View(), "\n") {
			was := strings.TrimRight(strings.Split(plain, "\n")[i], " ")
			chosen := strings.Contains(row, chosenMark)
			if got := strings.TrimRight(strings.Replace(ansi.Strip(row), chosenMark, " ", 1), " "); got != was {
				t.Errorf("%s: the row is %q, and was %q", name, got, was)
			}
			bare := unlit(row)
			if want := 60; chosen && c.lit && (bare != 0 || ansi.StringWidthWc(row) != want) {
				t.Errorf("%s: %d cells of %d have no background in %q", name, bare, ansi.StringWidthWc(row), row)
			}
			if (!chosen || !c.lit) && bare != ansi.StringWidthWc(row) {
				t.Errorf("%s: a background in %q", name, row)
			}
		}
		if n := strings.Count(tl.View(), chosenMark); n != 2 {
			t.Errorf("%s: %d rows are marked", name, n)
		}
	}
}

// unlit is how many cells of a row have no background.
func unlit(row string) (n int) {
	lit := false
	var state byte
	for row != "" {
		seq, cells, size, next := ansi.DecodeSequenceWc(row, state, nil)
		row, state = row[size:], next
		switch {
		case ansi.HasCsiPrefix(seq):
			lit = strings.Contains(seq, "48;") || lit && !strings.HasPrefix(seq, "\x1b[m") && !strings.HasPrefix(seq, "\x1b[0")
		case !lit:
			n += cells
		}
	}
	return n
}
