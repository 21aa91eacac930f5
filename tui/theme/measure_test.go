package theme

import (
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestTruncate(t *testing.T) {
	const family = "👨‍👩‍👧‍👦"
	for _, c := range []struct {
		measure ansi.Method
		in      string
		width   int
		want    string
	}{
		{ansi.WcWidth, "hello", 5, "hello"},
		{ansi.WcWidth, "hello", 4, "hel…"},
		{ansi.WcWidth, "日本語", 4, "日…"},
		{ansi.WcWidth, "x", 0, ""},
		{ansi.WcWidth, family + " x", 9, family + "…"},
		{ansi.GraphemeWidth, family + " x", 4, family + " x"},
		{ansi.WcWidth, family + " x", 4, "…"},
		{ansi.GraphemeWidth, "  1\ufe0f\u20e3 keycap", 4, "  …"},
		{ansi.GraphemeWidth, "  1\ufe0f\u20e3 keycap", 5, "  1\ufe0f\u20e3…"},
		{ansi.WcWidth, "  1\ufe0f\u20e3 keycap", 4, "  1\ufe0f\u20e3…"},
		{ansi.WcWidth, "\x1b[31mhello\x1b[m", 3, "\x1b[31mhe…\x1b[m"},
	} {
		th := New(Terminal{Measure: c.measure})
		if got := th.Truncate(c.in, c.width, "…"); got != c.want {
			t.Errorf("%q to %d: %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"hello", 5, "hello"}, {"hello", 4, "hell…"}, {"日本", 4, "日…"}, {"日本", 2, "…"}, {"", 0, ""}, {"\x80\x80\x80", 2, "…"},
	} {
		if got := Clip(c.in, c.n); got != c.want {
			t.Errorf("%q to %d bytes: %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

// Names that begin alike stay apart when they are cut.
func TestShorten(t *testing.T) {
	th := New(Unknown)
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"deploys-eu", 10, "deploys-eu"},
		{"deploys-eu", 9, "deploy…eu"},
		{"deploys-us", 9, "deploy…us"},
		{"deploys-eu", 7, "depl…eu"},
		{"deploys-eu", 6, "deplo…"},
		{"deploys-eu", 1, "…"},
		{"deploys-eu", 0, ""},
		{"日本語のテキスト", 15, "日本語のテ…スト"},
		{"日本語のテキスト", 9, "日本語…ト"},
		{"", 3, ""},
	} {
		if got := th.Shorten(c.in, c.width); got != c.want || th.Measure.StringWidth(got) > c.width {
			t.Errorf("%q to %d: %q, want %q", c.in, c.width, got, c.want)
		}
	}
}
