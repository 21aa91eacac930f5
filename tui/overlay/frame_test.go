package overlay

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// anyOf is each of the overlays with the frame, with so much in it, and keys of its own.
func anyOf(th *theme.Theme, n int) map[string]interface {
	SetSize(width, height int)
	View() string
} {
	w := Words{Title: "a title", Said: "what is said of it, and more", None: "nothing is called that", Does: "goes there", Keys: Keys{"enter", "esc"}}
	var places []Place
	var options []Option
	var facts []Fact
	hits, search := NewHits(th, w), NewSearch(th, w)
	for i := range n {
		places = append(places, Place{Name: fmt.Sprint("name", i), About: "about"})
		options = append(options, Option{Name: fmt.Sprint("name", i), Value: "on", Values: []string{"on", "off"}, Does: "does"})
		facts = append(facts, Fact{fmt.Sprint("name", i), "says"})
		hits.Add([]Hit{{Who: fmt.Sprint("name", i), Text: "text"}})
		search.Add([]Hit{{Who: fmt.Sprint("name", i), Text: "text"}})
	}
	all := map[string]interface {
		SetSize(width, height int)
		View() string
	}{"pick": NewPick(th, w, places), "hits": hits, "search": search, "card": NewCard(th, w, facts)}
	if n > 0 {
		all["options"] = NewOptions(th, w, options)
	}
	return all
}

// TestTheRuleOfTheFrame: whatever lies over a room has its title in the first row, bold, with
// what is said of it at the right; an empty row below where there are some to spare; and the
// keys in the last row, dim.
func TestTheRuleOfTheFrame(t *testing.T) {
	th := theme.New(theme.Unknown)
	for _, n := range []int{0, 1, 3, 40} {
		for name, o := range anyOf(th, n) {
			for _, height := range []int{roomyFrom + 2, roomyFrom, roomyFrom - 1, titleFrom} {
				o.SetSize(80, height)
				raw := strings.Split(o.View(), "\n")
				rows := strings.Split(ansi.Strip(o.View()), "\n")
				where := fmt.Sprintf("%s of %d in %d rows:\n%s", name, n, height, strings.Join(rows, "\n"))
				if len(rows) != height || !strings.HasPrefix(rows[0], " a title") || !strings.Contains(raw[0], "\x1b[1ma title") {
					t.Fatalf("no title: %s", where)
				}
				if said := n > 0 || name == "pick" || name == "card"; said != strings.HasSuffix(rows[0], "what is said of it, and more") {
					t.Errorf("at the right of the title: %s", where)
				}
				if (rows[1] == "") != (height >= roomyFrom) && n > 0 {
					t.Errorf("below the title: %s", where)
				}
				foot := rows[height-1]
				if !strings.HasSuffix(foot, "esc closes") || raw[height-1] != " "+th.Dim.Render(foot[1:]) {
					t.Errorf("the foot: %s", where)
				}
				if strings.Contains(foot, "goes there") != (n > 0 && name != "options" || name == "card") {
					t.Errorf("what enter does: %s", where)
				}
				if strings.Contains(foot, "choose") != (n > 1 && name != "card") {
					t.Errorf("what is to be chosen: %s", where)
				}
			}
		}
	}
}

// TestTheFrameFits in every size, and shows something of what is listed in each that has rows
// for it.
func TestTheFrameFits(t *testing.T) {
	th := theme.New(theme.Unknown)
	for name, o := range anyOf(th, 30) {
		for _, width := range []int{0, 1, 3, 9, 13, 20, 33, 34, 40, 59} {
			for height := range 14 {
				o.SetSize(width, height)
				view := o.View()
				if width == 0 || height == 0 {
					if view != "" {
						t.Fatalf("%s: drawn without space", name)
					}
					continue
				}
				rows := strings.Split(ansi.Strip(view), "\n")
				if len(rows) != height {
					t.Fatalf("%s %dx%d: %d rows", name, width, height, len(rows))
				}
				for _, r := range rows {
					if ansi.StringWidth(r) > width {
						t.Fatalf("%s %dx%d: %q", name, width, height, r)
					}
				}
				if typed := name == "pick" || name == "search"; width > 8 && (height > 1 || !typed) && !strings.Contains(view, "na") {
					t.Fatalf("%s %dx%d: nothing is listed:\n%s", name, width, height, view)
				}
			}
		}
	}
}

// TestWhatIsTyped stands behind the title and the bar, with the cursor behind it, and how many
// are found at the right.
func TestWhatIsTyped(t *testing.T) {
	p := NewPick(theme.New(theme.Unknown), Words{Title: "rooms", Keys: Keys{"enter", "esc"}}, []Place{{Name: "#ops"}, {Name: "#deploys"}})
	for _, c := range []struct {
		width int
		query string
		row   string
		at    int
	}{
		{40, "", " rooms ┃ ", 9},
		{40, "dep", " rooms ┃ dep" + strings.Repeat(" ", 21) + "1 of 2", 12},
		{20, "dep", "rooms ┃ dep", 11},
		{21, "dep", "rooms ┃ dep    1 of 2", 11},
		{12, "dep", "┃ dep", 5},
		{4, "dep", "┃ p", 3},
	} {
		p.SetSize(c.width, 9)
		p.Empty()
		p.Paste(c.query)
		row, _, _ := strings.Cut(ansi.Strip(p.View()), "\n")
		if cursor := p.Cursor(); row != c.row || cursor.X != c.at || cursor.Y != 0 {
			t.Errorf("%q in %d: %q, the cursor at %d; want %q, %d", c.query, c.width, row, cursor.X, c.row, c.at)
		}
	}
}

// TestAKeyThatDoesNothingIsNotSpokenOf, nor one that nothing is bound to.
func TestAKeyThatDoesNothingIsNotSpokenOf(t *testing.T) {
	for _, c := range []struct {
		keys Keys
		does string
		n    int
		want string
	}{
		{Keys{"enter", "esc"}, "goes there", 2, "enter goes there · ↑ ↓ choose · esc closes|enter goes there · esc closes|enter · esc"},
		{Keys{"enter", "esc"}, "goes there", 1, "enter goes there · esc closes|enter goes there · esc closes|enter · esc"},
		{Keys{"enter", "esc"}, "goes there", 0, "esc closes|esc closes"},
		{Keys{"enter", "esc"}, "", 2, "↑ ↓ choose · esc closes|esc closes"},
		{Keys{"", "esc"}, "goes there", 2, "↑ ↓ choose · esc closes|esc closes"},
		{Keys{"enter", ""}, "goes there", 2, "enter goes there · ↑ ↓ choose|enter goes there|enter"},
		{Keys{}, "", 0, "|"},
	} {
		if got := strings.Join(c.keys.feet(c.does, c.n), "|"); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	p := NewPick(theme.New(theme.Unknown), Words{Title: "sign-ins", Does: "ends it", Keys: Keys{"enter", "esc"}}, []Place{{Name: "this", Idle: true}, {Name: "that"}})
	p.SetSize(60, 5)
	for _, want := range []bool{false, true} {
		if strings.Contains(p.View(), "ends it") != want {
			t.Errorf("enter does something: not %v\n%s", want, ansi.Strip(p.View()))
		}
		p.Scroll(1)
	}
}
