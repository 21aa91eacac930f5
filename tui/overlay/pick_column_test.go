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

// TestTheNameThatIsTyped stands in the list, where a place has several: the first unless another is
// more like it.
func TestTheNameThatIsTyped(t *testing.T) {
	p := NewPick(theme.New(theme.Unknown), Words{Title: "emoji"}, []Place{
		{ID: "👍", Name: "👍 +1", About: "thumbsup · ok", Else: []Name{{"👍 thumbsup", "+1 · ok"}, {"👍 thumbs\x1b[31m_yes", "x"}}},
		{ID: "🚀", Name: "🚀 rocket", About: "ship", Else: []Name{{"🚀 ket", "y"}}},
	})
	p.SetSize(60, 8)
	for query, want := range map[string]string{
		"": "👍 +1|thumbsup · ok", "+1": "👍 +1|thumbsup · ok", "thumbsup": "👍 thumbsup|+1 · ok", "tup": "👍 thumbsup|+1 · ok", "t": "👍 thumbsup|+1 · ok",
		"rock": "🚀 rocket|ship", "ke": "🚀 ket|y", "yes": "👍 thumbs␛[31m_yes|x",
	} {
		p.Empty()
		p.Paste(query)
		one, ok := p.Chosen()
		if got := one.Name + "|" + one.About; !ok || got != want || one.ID != want[:4] {
			t.Errorf("%q finds %q of %s, want %q", query, got, one.ID, want)
		}
	}
	if len(p.all) != 2 || p.all[0].Name != "👍 +1" {
		t.Errorf("%v are listed", p.all)
	}
	// The column has room for each.
	p.Empty()
	p.Paste("thumbsup")
	if rows := strings.Split(ansi.Strip(p.View()), "\n"); !strings.Contains(strings.Join(rows, "\n"), "👍 thumbsup  ") {
		t.Errorf("%q", rows)
	}
}
