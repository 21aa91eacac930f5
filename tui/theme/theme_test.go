package theme

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

func TestContrast(t *testing.T) {
	for name, c := range map[string]struct {
		p           palette
		backgrounds []string
	}{
		"dark":  {dark, []string{"#000000", "#1e1e1e", "#282a36", "#2e3440"}},
		"light": {light, []string{"#ffffff", "#fafafa", "#fdf6e3"}},
	} {
		if r := contrast(t, hexOf(over(lipgloss.Color(c.p.chosen))), c.p.chosen); r < 7 {
			t.Errorf("%s: what has no colour of its own has a contrast of %.2f where it is selected", name, r)
		}
		inks := append([]string{c.p.dim, c.p.accent, c.p.good, c.p.warn, c.p.bad}, slices.Concat(c.p.names, c.p.code.all())...)
		for _, ink := range inks {
			for _, background := range c.backgrounds {
				if r := contrast(t, ink, background); r < 4.2 {
					t.Errorf("%s: %s on %s has a contrast of %.2f", name, ink, background, r)
				}
			}
			if r := contrast(t, ink, c.p.chosen); r < 4.2 {
				t.Errorf("%s: %s has a contrast of %.2f where it is selected", name, ink, r)
			}
			if r := contrast(t, ink, c.backgrounds[0]); r < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.2f", name, ink, c.backgrounds[0], r)
			}
		}
	}
}

// Where the background is not known, everything but the lines that divide is
// readable on both.
func TestEitherIsReadableOnBoth(t *testing.T) {
	for _, ink := range append([]string{either.dim, either.accent, either.good, either.warn, either.bad}, slices.Concat(either.names, either.code.all())...) {
		for background, least := range map[string]float64{"#000000": 4, "#ffffff": 4, "#1e1e1e": 3, "#fdf6e3": 3.7} {
			if r := contrast(t, ink, background); r < least {
				t.Errorf("%s on %s has a contrast of %.2f", ink, background, r)
			}
		}
		if c := colorprofile.ANSI256.Convert(lipgloss.Color(ink)); !sameColour(c, lipgloss.Color(ink)) {
			t.Errorf("%s becomes %v with 256 colours", ink, c)
		}
	}
	if th := New(Terminal{Profile: colorprofile.ANSI}); strings.ContainsAny(th.Good.Render("x")+th.Accent.Render("x"), "23456") {
		t.Errorf("16 colours: %q, %q", th.Good.Render("x"), th.Accent.Render("x"))
	}
}

func sameColour(a, b color.Color) bool {
	r, g, u, _ := a.RGBA()
	x, y, z, _ := b.RGBA()
	return r == x && g == y && u == z
}

func hexOf(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	var r, g, b int
	if _, err := fmt.Sscanf(hex, "#%02x%02x%02x", &r, &g, &b); err != nil {
		t.Fatalf("%q: %v", hex, err)
	}
	lin := func(c int) float64 {
		v := float64(c) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

func TestNamesAreStableAndSpread(t *testing.T) {
	th, again := New(Unknown), New(Unknown)
	seen := map[string]int{}
	for i := range 600 {
		id := fmt.Sprintf("user-%d", i)
		ink := th.Name(id).Render("x")
		if ink != again.Name(id).Render("x") {
			t.Fatalf("the colour of %s is not stable", id)
		}
		seen[ink]++
	}
	if len(seen) != len(either.names) {
		t.Fatalf("600 people share %d of %d colours", len(seen), len(either.names))
	}
	for ink, n := range seen {
		if n > 150 { // 100 each if the spread were even
			t.Errorf("%q is the colour of %d of 600", ink, n)
		}
	}
}

func TestNoColourMeansNoColour(t *testing.T) {
	for _, p := range []colorprofile.Profile{colorprofile.NoTTY, colorprofile.ASCII} {
		th := New(Terminal{Profile: p, Measure: ansi.WcWidth})
		for _, s := range []string{
			th.Dim.Render("x"), th.Strong.Render("x"), th.Rule.Render("x"), th.Accent.Render("x"),
			th.Good.Render("x"), th.Warn.Render("x"), th.Bad.Render("x"), th.Name("a").Render("x"),
			th.Code.Span.Render("x"), th.Code.Word.Render("x"), th.Code.Text.Render("x"), th.Code.Number.Render("x"),
			th.Code.Call.Render("x"), th.Code.Kind.Render("x"), th.Code.Comment.Render("x"), th.Link.Render("x"),
		} {
			if strings.Contains(s, "[3") || strings.Contains(s, ";3") || strings.Contains(s, "[9") {
				t.Errorf("%v: %q has a colour", p, s)
			}
		}
	}
	for _, background := range []Background{Either, Dark, Light} {
		th := New(Terminal{Background: background, Profile: colorprofile.ANSI})
		if got := th.Bad.Render("x"); !strings.Contains(got, "31m") && !strings.Contains(got, "91m") {
			t.Errorf("16 colours, background %d: %q is not red", background, got)
		}
	}
}

// People of one room have colours of their own while there are any, the same in another
// order of coming where nobody takes theirs; and with more people everybody has one.
func TestSeats(t *testing.T) {
	th := New(Unknown)
	n := len(th.names)
	if n < 3 {
		t.Fatalf("%d colours", n)
	}
	var s Seats
	seen := make(map[string]string)
	for i := range n {
		id := fmt.Sprint("u", i)
		look := th.NameAmong(&s, id).Render("x")
		if other, taken := seen[look]; taken {
			t.Errorf("%s and %s have one colour of %d", other, id, n)
		}
		seen[look] = id
	}
	for i := range 3 * n {
		id := fmt.Sprint("u", i)
		first := th.NameAmong(&s, id).Render("x")
		if again := th.NameAmong(&s, id).Render("x"); again != first {
			t.Errorf("%s changes", id)
		}
		if i >= n && first != th.Name(id).Render("x") {
			t.Errorf("%s, who came late, has not the colour of everywhere", id)
		}
	}
	if th.NameAmong(new(Seats), "u7").Render("x") != th.Name("u7").Render("x") {
		t.Error("who comes first has another colour than everywhere")
	}
	few := New(Terminal{Background: Dark, Measure: Unknown.Measure, Profile: colorprofile.ANSI})
	few.NameAmong(&s, "u1") // of another theme, which may have fewer
}

// Somebody has one colour in all rooms and lists of a team, in whatever order they come there,
// and who is new to a room has another one than those in it.
func TestAPersonHasOneColour(t *testing.T) {
	th := New(Terminal{Background: Dark, Profile: colorprofile.TrueColor})
	for n := range 60 {
		var team People
		first, list := team.Seats(), team.Seats()
		looks := make(map[string]string)
		for i := range 3 {
			id := fmt.Sprint("u", n*7+i)
			looks[id] = th.NameAmong(first, id).Render("x")
		}
		for i := 2; i >= 0; i-- {
			id := fmt.Sprint("u", n*7+i)
			if got := th.NameAmong(list, id).Render("x"); got != looks[id] {
				t.Fatalf("%s is %q in a list, and %q in the room", id, got, looks[id])
			}
		}
		ahead := team.Seats() // of a room into which those that are known come later
		late := th.NameAmong(ahead, fmt.Sprint("late", n)).Render("x")
		for id, look := range looks {
			if look == late {
				t.Fatalf("who came late has the colour of %s", id)
			}
		}
		if th.NameAmong(first, fmt.Sprint("late", n)).Render("x") != late {
			t.Fatal("who was seen in a list has another colour in a room")
		}
	}
	var team People
	s := team.Seats()
	for i := range 3 * maxPeople {
		th.NameAmong(s, fmt.Sprint("u", i))
	}
	if len(team.of) > maxPeople {
		t.Errorf("%d are remembered", len(team.of))
	}
	few := New(Terminal{Background: Light, Profile: colorprofile.ANSI})
	other := team.Seats()
	for i := range 20 { // as many colours as there are now
		id := fmt.Sprint("u", i)
		if few.NameAmong(s, id).Render("x") != few.NameAmong(other, id).Render("x") {
			t.Errorf("with another theme %s has two colours", id)
		}
	}
}

// TestNamesSayNothingElse with sixteen colours: none has the colour of what is called, waits or
// failed, and where there would be no other, names are bold.
func TestNamesSayNothingElse(t *testing.T) {
	for _, b := range []Background{Either, Dark, Light} {
		for _, scheme := range []*Scheme{nil, BuiltIn("terminal"), BuiltIn("contrast")} {
			profile := colorprofile.ANSI
			if scheme == BuiltIn("terminal") {
				profile = colorprofile.TrueColor
			}
			th := New(Terminal{Background: b, Profile: profile, Scheme: scheme})
			seen := make(map[string]bool)
			for _, name := range th.names {
				look := name.Render("x")
				for what, status := range map[string]lipgloss.Style{"where one is": th.Accent, "what waits": th.Warn, "what failed": th.Bad} {
					if b != Either && name.GetForeground() == status.GetForeground() {
						t.Errorf("background %d: %q says %s", b, look, what)
					}
				}
				if seen[look] {
					t.Errorf("background %d: %q is there twice", b, look)
				}
				seen[look] = true
			}
			if b == Either && (len(th.names) != 1 || th.names[0].Render("x") != th.Strong.Render("x")) {
				t.Errorf("on either background names are %v", th.names)
			}
		}
	}
}

// Three people of a room are told apart at a glance, whoever they are, and none of them has
// the colour of what is well, waits or failed.
func TestFewPeopleAreFarApart(t *testing.T) {
	for _, p := range []palette{dark, light, either, darkStark, lightStark} {
		for _, c := range p.names {
			for _, status := range []string{p.good, p.warn, p.bad, p.accent, p.code.span} {
				if x, y := seen(ink(c)), seen(ink(status)); math.Abs(x[0]-y[0])+math.Abs(x[1]-y[1])+math.Abs(x[2]-y[2]) < 0.04 {
					t.Errorf("a name has %s, which says %s", c, status)
				}
			}
		}
	}
	for b, least := range map[Background]float64{Either: 0.14, Dark: likeness, Light: 0.115} {
		th := New(Terminal{Background: b, Profile: colorprofile.TrueColor})
		near, own := math.Inf(1), 0
		for i := range 300 {
			for _, rooms := range []int{1, 3} { // that they are seen in
				var team People
				var looks []lipgloss.Style
				s := team.Seats()
				for n := range 3 {
					if rooms > 1 {
						s = team.Seats()
					}
					id := fmt.Sprint("u", i*3+n)
					looks = append(looks, th.NameAmong(s, id))
					if looks[n].GetForeground() == th.Name(id).GetForeground() {
						own++
					}
				}
				for _, row := range distances(looks) {
					for _, far := range row {
						if far > 0 {
							near = min(near, far)
						}
					}
				}
			}
		}
		if near < least {
			t.Errorf("background %d: of three people two are %.3f apart", b, near)
		}
		if own < 1800*7/10 { // which they have at each start, and in each room
			t.Errorf("background %d: %d of 1800 have the colour of their ID", b, own)
		}
	}
}

// TestAllNamesAreFarApart in each palette: they are as many as are told apart at a glance.
func TestAllNamesAreFarApart(t *testing.T) {
	for what, p := range map[string]palette{"dark": dark, "light": light, "either": either, "dark contrast": darkStark, "light contrast": lightStark} {
		var names []lipgloss.Style
		for _, c := range p.names {
			names = append(names, ink(c))
		}
		for i, row := range distances(names) {
			for j := range i {
				if row[j] < likeness {
					t.Errorf("%s: %s and %s are %.3f apart", what, p.names[i], p.names[j], row[j])
				}
			}
		}
	}
}

// Of many, most have the colour of their ID, whoever came before them; and those of one room
// others, while there are any.
func TestColoursAreThoseOfIDs(t *testing.T) {
	th := New(Terminal{Background: Dark, Profile: colorprofile.TrueColor})
	var team People
	own := 0
	for room := range 100 {
		s := team.Seats()
		var looks []lipgloss.Style
		for n := range 3 {
			id := fmt.Sprint("u", room*3+n)
			look := th.NameAmong(s, id)
			if look.Render("x") == th.Name(id).Render("x") {
				own++
			}
			for _, other := range looks {
				if far := distances([]lipgloss.Style{look, other})[0][1]; far < likeness {
					t.Errorf("room %d: two are %.3f apart", room, far)
				}
			}
			looks = append(looks, look)
		}
	}
	if own < 200 {
		t.Errorf("%d of 300 have the colour of their ID", own)
	}
}
