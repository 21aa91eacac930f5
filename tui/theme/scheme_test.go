package theme

import (
	"slices"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// Every built-in scheme has the contrast it is for, on the usual backgrounds.
func TestStarkContrast(t *testing.T) {
	for name, c := range map[string]struct {
		p           palette
		backgrounds []string
	}{
		"dark":  {darkStark, []string{"#000000", "#1e1e1e", "#282a36"}},
		"light": {lightStark, []string{"#ffffff", "#fafafa", "#fdf6e3"}},
	} {
		for _, colour := range append([]string{c.p.dim, c.p.accent, c.p.good, c.p.warn, c.p.bad}, slices.Concat(c.p.names, c.p.code.all())...) {
			for _, background := range append(c.backgrounds, c.p.chosen) {
				if r := contrast(t, colour, background); r < 7 {
					t.Errorf("%s: %s on %s has a contrast of %.2f", name, colour, background, r)
				}
			}
		}
		if r := contrast(t, c.p.rule, c.backgrounds[0]); r < 4.5 {
			t.Errorf("%s: the rule has a contrast of %.2f", name, r)
		}
	}
	if th := New(Terminal{Profile: colorprofile.TrueColor, Scheme: BuiltIn("contrast")}); strings.Contains(all(th), "[3") {
		t.Errorf("on an unknown background there is a colour: %q", all(th))
	}
}

// all is every style of a theme, drawn.
func all(th *Theme) string {
	var b strings.Builder
	for _, s := range append([]lipgloss.Style{th.Dim, th.Strong, th.Rule, th.Accent, th.Good, th.Warn, th.Bad, th.Key, th.Code.Span, th.Code.Word, th.Code.Text, th.Code.Number, th.Code.Call, th.Code.Kind}, th.names...) {
		b.WriteString(s.Render("x"))
	}
	return b.String()
}

// The terminal's own sixteen are all that the scheme terminal has, however many there
// are; no scheme has a colour where there are none.
func TestSchemesKeepToWhatThereIs(t *testing.T) {
	for _, s := range builtIn {
		for _, b := range []Background{Either, Dark, Light} {
			for _, p := range []colorprofile.Profile{colorprofile.NoTTY, colorprofile.ASCII, colorprofile.ANSI} {
				if th := New(Terminal{Profile: p, Background: b, Scheme: s}); th.Chosen != nil {
					t.Errorf("%s, %v: what is selected has a background", s.Name, p)
				}
			}
			if th := New(Terminal{Profile: colorprofile.ANSI256, Background: b, Scheme: s}); (th.Chosen != nil) != (!s.own && b != Either) {
				t.Errorf("%s, %v: what is selected has the background %v", s.Name, b, th.Chosen)
			}
			for _, p := range []colorprofile.Profile{colorprofile.NoTTY, colorprofile.ASCII} {
				if got := all(New(Terminal{Profile: p, Background: b, Scheme: s})); strings.Contains(got, "[3") || strings.Contains(got, ";3") || strings.Contains(got, "[9") {
					t.Errorf("%s, %v: %q", s.Name, p, got)
				}
			}
			for _, p := range []colorprofile.Profile{colorprofile.ANSI, colorprofile.TrueColor} {
				got := all(New(Terminal{Profile: p, Background: b, Scheme: s}))
				if sixteenOnly := s.own || p == colorprofile.ANSI; sixteenOnly && strings.Contains(got, "38;") {
					t.Errorf("%s, %v: %q", s.Name, p, got)
				}
			}
		}
	}
}

func TestParse(t *testing.T) {
	s, wrong, err := Parse("sea", []byte(`# mine
base = "contrast"

[dark]
accent = "#00f"
good = 39
warn = "bright-yellow"
acent = "red"
bad = "#12"
names = ["red", "puce", 200]

[lihgt]
dim = "red"
`))
	if err != nil {
		t.Fatal(err)
	}
	p := s.palette[Dark]
	if p.accent != "#00f" || p.good != "39" || p.warn != "11" || p.bad != darkStark.bad || p.dim != darkStark.dim || strings.Join(p.names, " ") != "1 200" || s.palette[Light].dim != lightStark.dim {
		t.Errorf("%+v", p)
	}
	want := []string{
		"line 8: dark.acent: no colour is called so; there are accent, bad, chosen, dim, good, rule, warn, names",
		`line 9: dark.bad: "#12" is no colour; one is written as "#62c4ec", 39 of the 256, "bright-cyan" of the 16, or "none"`,
		`line 10: dark.names: "puce" is no colour; one is written as "#62c4ec", 39 of the 256, "bright-cyan" of the 16, or "none"`,
		"line 12: lihgt: there is no such thing in a theme; there are base, [dark], [light] and [either]",
	}
	if strings.Join(wrong, "\n") != strings.Join(want, "\n") {
		t.Errorf("said\n%s\nwant\n%s", strings.Join(wrong, "\n"), strings.Join(want, "\n"))
	}
	few := New(Terminal{Profile: colorprofile.ANSI, Background: Dark, Scheme: s})
	if got := few.Warn.Render("x"); got != "\x1b[93mx\x1b[m" {
		t.Errorf("of sixteen: %q", got)
	}
	if got := few.Accent.Render("x"); strings.Contains(got, "38;") {
		t.Errorf("of sixteen: %q", got)
	}
	if _, _, err := Parse("x", []byte("[dark]\ndim = \n")); err == nil || !strings.HasPrefix(err.Error(), "line 2: ") {
		t.Error(err)
	}
	if _, wrong, err := Parse("x", []byte(`base = "nothing"`)); err != nil || len(wrong) != 1 || !strings.HasPrefix(wrong[0], "line 1: base: ") {
		t.Error(wrong, err)
	}
	if _, wrong, err := Parse("x", []byte("dark.acent = 1\n\n[light]\nbad = 1\nacent = 2\n[lihgt]\nx = 1\n[odd]\n")); err != nil || len(wrong) != 4 ||
		!strings.HasPrefix(wrong[0], "line 1: dark.acent: ") || !strings.HasPrefix(wrong[1], "line 5: light.acent: ") || !strings.HasPrefix(wrong[2], "line 6: lihgt: ") || !strings.HasPrefix(wrong[3], "line 8: odd: ") {
		t.Error(wrong, err)
	}
	if _, _, err := Parse("x", make([]byte, MaxFile+1)); err == nil {
		t.Error("too large a file is taken")
	}
}

// FuzzParse: whatever is in a file, a theme can be made of what is in force, and what
// is said of it can be printed.
func FuzzParse(f *testing.F) {
	f.Add([]byte("base = \"terminal\"\n[dark]\ndim = 8\nnames = [1, \"#fff\"]\n"))
	f.Add([]byte("dark.dim = \"\x1b\"\n[[light]]\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, wrong, err := Parse("x", b)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\x1b\n") {
				t.Errorf("%q", err)
			}
			return
		}
		for _, w := range wrong {
			if strings.ContainsAny(w, "\x1b\n") {
				t.Errorf("%q", w)
			}
		}
		for _, background := range []Background{Either, Dark, Light} {
			New(Terminal{Profile: colorprofile.TrueColor, Background: background, Scheme: s}).Name("ada")
		}
	})
}
