package overlay

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// What stands beside the names of a list begins in one column, but beside names that are too
// long for it.
func TestOneColumnBesideNames(t *testing.T) {
	long := strings.Repeat("x", 30)
	p := NewPick(theme.New(theme.Unknown), Words{Title: "who"}, []Place{
		{Name: "● ada", About: "owner"}, {Name: "○ ゆき", About: "guest"}, {Name: "● grace", About: "member"}, {Name: long, About: "long"},
	})
	p.SetSize(80, 9)
	rows := strings.Split(ansi.Strip(p.View()), "\n")
	at := func(row, word string) int {
		before, _, found := strings.Cut(row, word)
		if !found {
			t.Fatalf("%q is not in %q", word, row)
		}
		return ansi.StringWidth(before)
	}
	if a, b, c := at(rows[1], "owner"), at(rows[2], "guest"), at(rows[3], "member"); a != b || b != c {
		t.Errorf("they begin at %d, %d and %d:\n%s", a, b, c, strings.Join(rows, "\n"))
	}
	if !strings.Contains(rows[4], long+"   long") {
		t.Errorf("%q", rows[4])
	}
	for width := range 40 {
		p.SetSize(width, 6)
		for r := range strings.SplitSeq(ansi.Strip(p.View()), "\n") {
			if ansi.StringWidth(r) > width {
				t.Fatalf("%d: %q", width, r)
			}
		}
	}
}

// TestWhatIsTypedFor is made once, and not before something is typed; it comes below what is called
// as much like that.
func TestWhatIsTypedFor(t *testing.T) {
	made := 0
	p := NewPick(theme.New(theme.Unknown), Words{Title: "rooms"}, []Place{{Name: "#adagio"}, {Name: "#ops"}})
	p.SetTyped(func() []Place { made++; return []Place{{Name: "@ada"}, {Name: "@a\x1b[31mx"}} })
	p.SetSize(40, 8)
	if p.View(); made != 0 {
		t.Errorf("it is made %d times before", made)
	}
	p.Paste("ad")
	p.Paste("a")
	first, _ := p.Chosen()
	if p.Scroll(1); made != 1 || first.Name != "#adagio" || len(p.found) != 2 {
		t.Errorf("it is made %d times; %v is first of %v", made, first.Name, p.found)
	}
	if second, _ := p.Chosen(); second.Name != "@ada" {
		t.Errorf("%v is second", second.Name)
	}
	if p.Empty(); len(p.found) != 2 || p.found[1].Name != "#ops" {
		t.Errorf("with nothing typed it has %v", p.found)
	}
	if p.Paste("x"); made != 1 || len(p.found) != 1 || strings.Contains(p.found[0].Name, "\x1b") {
		t.Errorf("%v, made %d times", p.found, made)
	}
}
