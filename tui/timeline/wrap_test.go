package timeline

import (
	"runtime"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/markup"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"the quick brown fox", 10, []string{"the quick", "brown fox"}},
		{"the quick brown fox", 9, []string{"the quick", "brown fox"}},
		{"exactly ten", 11, []string{"exactly ten"}},
		{"aaa   bbb", 5, []string{"aaa", "bbb"}},
		{"aaa   bbb", 3, []string{"aaa", "bbb"}},
		{"a-very-long-word-indeed", 8, []string{"a-very-l", "ong-word", "-indeed"}},
		{"see a-very-long-word", 8, []string{"see", "a-very-l", "ong-word"}},
		{"    indented code stays", 12, []string{"    indented", "code stays"}},
		{"        deep", 6, []string{"      ", "deep"}},
		{"\tif x {", 20, []string{"    if x {"}},
		{"ab\tc", 20, []string{"ab  c"}},
		{"日本語のテキスト", 7, []string{"日本語", "のテキ", "スト"}},
		{"日本語。次", 6, []string{"日本", "語。次"}},
		{"go 日本語", 6, []string{"go 日", "本語"}},
		{"日本語", 1, []string{"·", "·", "·"}},
		{"a日 b", 1, []string{"a", "·", "b"}},
		{"e\u0301e\u0301e\u0301", 2, []string{"e\u0301e\u0301", "e\u0301"}},
		{"trailing   ", 20, []string{"trailing   "}},
		{"fits here  ", 9, []string{"fits here"}},
	} {
		got := texts(wrap(c.in, c.width, ansi.WcWidth))
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("wrap(%q, %d): %s", c.in, c.width, d)
		}
	}
}

// A family of four is one glyph of two cells where the terminal joins it, and
// four of two cells each where it does not: wrapped by the wrong measure, it
// would be clipped.
func TestWrapMeasuresAsTheTerminalDoes(t *testing.T) {
	family := "👨‍👩‍👧‍👦"
	s := family + " " + family
	if got := texts(wrap(s, 10, ansi.GraphemeWidth)); len(got) != 1 {
		t.Errorf("joined: %q", got)
	}
	if got := texts(wrap(s, 10, ansi.WcWidth)); len(got) != 2 || got[0] != family {
		t.Errorf("not joined: %q", got)
	}
	if got := texts(wrap(s, 7, ansi.WcWidth)); cmp.Diff([]string{"· ·"}, got) != "" {
		t.Errorf("wider than the row: %q", got)
	}
}

// Clusters that are too wide do not each copy the text.
func TestWrapOfWhatIsTooWideIsLinear(t *testing.T) {
	s := strings.Repeat("日", maxText/3)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	rows := wrap(s, 1, ansi.WcWidth)
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; len(rows) != maxText/3 || n > 16<<20 {
		t.Errorf("%d rows took %d bytes", len(rows), n)
	}
}

func TestWrapProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := chat.Sanitize(anyText().Draw(t, "text"))
		s, _, _ = strings.Cut(s, "\n")
		width := rapid.IntRange(1, 40).Draw(t, "width")
		m := rapid.SampledFrom([]ansi.Method{ansi.WcWidth, ansi.GraphemeWidth}).Draw(t, "measure")
		then := rapid.IntRange(1, 40).Draw(t, "then")
		narrowest := min(width, then)
		var kept strings.Builder
		for i, l := range wrapFirst(s, width, then, m) {
			if i > 0 {
				width = then
			}
			if got := m.StringWidth(l.text); got != l.width || got > width {
				t.Fatalf("row %d, %q, is %d cells wide, said to be %d, of %d", i, l.text, got, l.width, width)
			}
			kept.WriteString(l.text)
		}
		if narrowest < 12 {
			return // clusters may have been replaced
		}
		squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if want := squeeze(markup.ExpandTabs(s, m)); squeeze(kept.String()) != want {
			t.Fatalf("%q became %q", want, squeeze(kept.String()))
		}
	})
}

func texts(rows []line) []string {
	var out []string
	for _, l := range rows {
		out = append(out, l.text)
	}
	return out
}

// anyText draws what people and others send: words, code, scripts, emoji,
// escape sequences, broken UTF-8.
func anyText() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.StringMatching(`[a-z]{1,12}( [a-z]{1,9}){0,6}`),
		rapid.SampledFrom([]string{
			"日本語のテキスト", "한국어", "👨‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪🇫🇷", "e\u0301", "ก็", "\u202e", "\x1b[31m", "\x1b]0;x\x07",
			"\n", "\n\n", "\t", "   ", "\r\n", "\xff\xfe", "https://example.org/a/very/long/path?with=query#and-a-fragment",
			"```go", "func main() {", "\u200b", "\u0300\u0301\u0302", "\x00", "\u2028", "ﷺ", "…", "─", "½", "™️", "1️⃣", "⚠️",
		}),
		rapid.String(),
	)
	return rapid.Map(rapid.SliceOfN(piece, 0, 12), func(p []string) string { return strings.Join(p, "") })
}
