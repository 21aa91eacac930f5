package overlay

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

var inked = regexp.MustCompile("\x1b\\[1;4(?:;4)?m(.*?)\x1b\\[m")

// TestFoundWordsAreMarked where they begin a word, without a colour: bold, with a line below.
func TestFoundWordsAreMarked(t *testing.T) {
	ink := theme.New(theme.Unknown).Plain
	for text, want := range map[string]string{
		"Deploy it, then deploy again": "[Deploy] it, then [deploy] again",
		"redeploy":                     "redeploy",
		"deploys":                      "[deploy]s",
		"日本語のテキスト":                     "日本語の[テキ]スト",
		"nothing":                      "nothing",
		"":                             "",
		"(deploy)":                     "([deploy])",
		"deploydeploy":                 "[deploy]deploy",
	} {
		got := marked(text, []string{"deploy", "テキ"}, ink)
		got = strings.ReplaceAll(inked.ReplaceAllString(got, "[$1]"), "][", "") // letter by letter
		if got != want {
			t.Errorf("%q is %q", text, got)
		}
	}
	if got := marked("İstanbul deploy", []string{"deploy"}, ink); ansi.Strip(got) != "İstanbul deploy" {
		t.Errorf("a text that is longer when it is small: %q", got)
	}
}

// TestColumnsOfHits are as wide as what is in them, and a text has its share of every row.
func TestColumnsOfHits(t *testing.T) {
	for _, c := range []struct {
		room, who string
		width     int
		rows      int // that a message takes
		text      int // cells of its text, at least
	}{
		{"#ops", "ada", 64, 1, 40},
		{"#ops", "ada", 100, 1, 70},
		{"#a-room-with-a-long-name", "somebody-of-many-letters", 64, 2, 55},
		{"#a-room-with-a-long-name", "somebody-of-many-letters", 80, 2, 70},
		{"#a-room-with-a-long-name", "somebody-of-many-letters", 100, 1, 50},
		{"", "ada", 64, 1, 40},
	} {
		h := NewSearch(theme.New(theme.Unknown), Words{Title: "search"})
		h.SetSize(c.width, 20)
		h.SetHits([]Hit{{Room: c.room, Who: c.who, Text: strings.Repeat("x", 300), At: "22 Nov"}, {Room: strings.Repeat("#b", min(1, len(c.room))), Who: "b", Text: "short", At: "09:10"}})
		view := h.View()
		most := 0
		for row := range strings.SplitSeq(view, "\n") {
			if w := h.theme.Measure.StringWidth(row); w > c.width {
				t.Errorf("%+v: a row of %d cells: %q", c, w, row)
			}
			most = max(most, strings.Count(row, "x"))
		}
		if h.each() != c.rows || most < c.text {
			t.Errorf("%+v: %d rows for a message, %d cells of text:\n%s", c, h.each(), most, view)
		}
	}
	h := NewSearch(theme.New(theme.Unknown), Words{Title: "search"})
	for width := range 130 {
		h.SetSize(width, 9)
		h.SetHits(nil)
		for i := range 30 {
			h.Add([]Hit{{Room: "#日本語の部屋", Who: fmt.Sprint("日本", i), Text: "テキスト deploy", At: "2 Jan 2006"}})
		}
		h.SetMarks([]string{"deploy"})
		for row := range strings.SplitSeq(h.View(), "\n") {
			if w := h.theme.Measure.StringWidth(row); w > width {
				t.Fatalf("%d: a row of %d cells: %q", width, w, row)
			}
		}
	}
}
