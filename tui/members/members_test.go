package members

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// TestEveryRowHasItsWidth whatever people are called, and At finds who is drawn there.
func TestEveryRowHasItsWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := New(theme.New(theme.Unknown))
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"日本語", "\x1b[31mred", "a\u202eb", strings.Repeat("x", 500), "👩‍👩‍👧‍👦"}))
		var rows []Row
		for i := range rapid.IntRange(0, 50).Draw(t, "people") {
			rows = append(rows, Row{ID: fmt.Sprint(i), Mark: "●", Name: text.Draw(t, "name"), Note: text.Draw(t, "note"), Here: i%2 == 0})
		}
		p.SetRows(rows)
		width, height := rapid.IntRange(2, 40).Draw(t, "width"), rapid.IntRange(1, 40).Draw(t, "height")
		p.SetSize(width, height)
		p.Scroll(rapid.IntRange(-60, 60).Draw(t, "scroll"))
		lines := strings.Split(p.View(), "\n")
		if len(lines) != height {
			t.Fatalf("%d rows of %d", len(lines), height)
		}
		for y, l := range lines {
			if w := ansi.StringWidthWc(l); w != width {
				t.Fatalf("%q has %d cells of %d", l, w, width)
			}
			if _, some := p.At(y); some != strings.Contains(l, "●") && width > 4 {
				t.Fatalf("row %d: somebody is there: %v\n%s", y, some, ansi.Strip(p.View()))
			}
		}
	})
}

func TestScrollingShowsEverybody(t *testing.T) {
	p := New(theme.New(theme.Unknown))
	var rows []Row
	for i := range 30 {
		rows = append(rows, Row{ID: fmt.Sprint(i), Mark: "○", Name: fmt.Sprintf("p%02d", i), Note: "lunch"})
	}
	p.SetRows(rows)
	p.SetSize(Width(100), 12)
	if Width(60) != 0 {
		t.Error("the timeline is left too little")
	}
	p.Scroll(1000)
	if who, _ := p.At(11); who.Name != "p29" {
		t.Errorf("at the end is %+v\n%s", who, ansi.Strip(p.View()))
	}
	p.SetRows(rows[:3])
	if !strings.Contains(p.View(), "p00") || !strings.Contains(p.View(), "0 here") || !strings.Contains(p.View(), "lunch") {
		t.Errorf("fewer people:\n%s", ansi.Strip(p.View()))
	}
}
