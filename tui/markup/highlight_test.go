package markup

import (
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// TestCodeHasItsColours on each of its rows, and no others.
func TestCodeHasItsColours(t *testing.T) {
	d := dark()
	mark := func(as tone, s string) string {
		var b strings.Builder
		(&page{Drawer: d}).paint(&b, s, look{tone: as})
		return b.String()
	}
	code := "func f() {\n\treturn \"a\" // b\n}"
	for _, body := range []string{"```go\n" + code + "\n```", "```Go\n" + code} {
		rows := d.Draw(Text{Body: body, Width: 60, Most: 10}).Rows
		bar := mark(toneRule, codeBar)
		want := []string{
			mark(toneDim, body[3:5]),
			bar + mark(toneWord, "func") + " " + mark(toneCall, "f") + "() {",
			bar + "    " + mark(toneWord, "return") + " " + mark(toneText, `"a"`) + " " + mark(toneComment, "// b"),
			bar + "}",
		}
		for i, r := range rows {
			if i >= len(want) || r.Text != want[i] {
				t.Errorf("%q: row %d is %q", body, i, r.Text)
			}
		}
		if len(rows) != len(want) {
			t.Errorf("%d rows", len(rows))
		}
	}
	for _, text := range []Text{{Body: code, Kind: Source}, {Body: code, Kind: Source, Language: "klingon"}} {
		text.Width, text.Most = 60, 10
		for _, r := range d.Draw(text).Rows {
			if r.Text != r.Plain {
				t.Errorf("a language that is not known is coloured: %q", r.Text)
			}
		}
	}
}

func TestLanguageOf(t *testing.T) {
	for file, want := range map[string]string{
		"main.go": "go", "src/App.TSX": "tsx", "Makefile": "makefile", "a/Dockerfile": "dockerfile", `c:\x\y.py`: "py", "make test": "", "go": "", "notes.txt": "", "": "", ".": "",
	} {
		if got := LanguageOf(file); got != want {
			t.Errorf("%q is %q, not %q", file, got, want)
		}
	}
}

// TestRestIsCounted: the lines below those that are drawn, and of them those that
// would be seen.
func TestRestIsCounted(t *testing.T) {
	for _, c := range []struct {
		text string
		most int
		rest int
	}{
		{"a\nb\nc\nd", 1, 2},
		{"a\nb\nc\nd", 10, 0},
		{"a\nb\nc\n```\nd\n```\ne", 1, 3},
		{"```\na\nb\nc\n```\nd", 1, 2},
		{"```\na\nb\nc\n```", 1, 1},
		{"```\na\nb\nc", 1, 1},
		{"a\nb\n- c\n> d\n\ne", 0, 5},
	} {
		made := dark().Draw(Text{Body: c.text, Width: 40, Most: c.most})
		if made.Rest != c.rest {
			t.Errorf("%q at %d: %d rows, %d lines below, not %d", c.text, c.most, len(made.Rows), made.Rest, c.rest)
		}
	}
}

// TestSignsStay where it is not sure that what they make is seen.
func TestSignsStay(t *testing.T) {
	for profile, want := range map[colorprofile.Profile]string{
		colorprofile.TrueColor: "b i s c docs (x.org) / # T",
		colorprofile.ANSI256:   "b i s c docs (x.org) / # T",
		colorprofile.ANSI:      "b *i* ~~s~~ `c` [docs](https://x.org) / # T",
		colorprofile.ASCII:     "**b** *i* ~~s~~ `c` [docs](https://x.org) / # T",
		colorprofile.NoTTY:     "**b** *i* ~~s~~ `c` [docs](https://x.org) / # T",
	} {
		d := New(theme.New(theme.Terminal{Profile: profile}))
		got := d.Draw(Text{Body: chat.Sanitize("**b** *i* ~~s~~ `c` [docs](https://x.org) / # T"), Width: 78}).Rows[0].Plain
		if got != want {
			t.Errorf("%v: %q, not %q", profile, got, want)
		}
	}
}
