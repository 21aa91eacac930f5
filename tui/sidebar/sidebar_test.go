package sidebar

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// TestEveryRowHasItsWidth: whatever rooms are called, the pane keeps its size, and the
// room that is shown is among those that are seen.
func TestEveryRowHasItsWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		th := theme.New(theme.Unknown)
		var rows []Row
		for i := range rapid.IntRange(0, 50).Draw(t, "rows") {
			rows = append(rows, Row{
				Mark: rapid.SampledFrom([]string{"#", "*", "●", "◐"}).Draw(t, "mark"),
				Name: rapid.OneOf(rapid.String(), rapid.Just("日本語の部屋"), rapid.Just(strings.Repeat("x", 90))).Draw(t, "name"),
				Gap:  i > 0 && rapid.Bool().Draw(t, "gap"), Unread: rapid.IntRange(0, 2000).Draw(t, "unread"),
				Mentions: rapid.IntRange(0, 2000).Draw(t, "mentions"), Muted: rapid.Bool().Draw(t, "muted"),
			})
		}
		shown := -1
		if len(rows) > 0 {
			shown = rapid.IntRange(0, len(rows)-1).Draw(t, "shown")
			rows[shown].Shown, rows[shown].Name = true, "here"
		}
		s := New(th)
		s.SetTitle("acme")
		s.SetRows(rows)
		width, height := rapid.IntRange(leastWidth, mostWidth).Draw(t, "width"), rapid.IntRange(1, 40).Draw(t, "height")
		s.SetSize(width, height)
		lines := strings.Split(ansi.Strip(s.View()), "\n")
		if len(lines) != height {
			t.Fatalf("%d rows of %d", len(lines), height)
		}
		seen := false
		for _, l := range lines {
			if w := ansi.StringWidthWc(l); w != width {
				t.Fatalf("%d cells of %d: %q", w, width, l)
			}
			seen = seen || strings.Contains(l, "▸")
		}
		if shown >= 0 && !seen {
			t.Fatalf("the room that is shown is not seen:\n%s", strings.Join(lines, "\n"))
		}
	})
}

// What is being written in a room has one place in its row, whether the room is shown or not.
func TestDraftsHaveOnePlace(t *testing.T) {
	s := New(theme.New(theme.Unknown))
	s.SetSize(20, 4)
	for row, want := range map[Row]string{
		{Mark: "#", Name: "ops", Draft: true}:                                        " # ops           ✎ │",
		{Mark: "#", Name: "ops", Draft: true, Shown: true}:                           "▸# ops           ✎ │",
		{Mark: "#", Name: "ops", Draft: true, Unread: 3}:                             " # ops          ✎3 │",
		{Mark: "#", Name: "ops", Draft: true, Unread: 3, Mentions: 1, Threads: true}: " # ops        ✎↳@1 │",
		{Mark: "#", Name: "a-very-long-name-of-a-room", Draft: true, Unread: 10_000}: " # a-very…oom ✎1k+ │",
	} {
		s.SetRows([]Row{row})
		if line, _, _ := strings.Cut(ansi.Strip(s.View()), "\n"); line != want {
			t.Errorf("%+v is %q, want %q", row, line, want)
		}
	}
}

func TestCounts(t *testing.T) {
	s := New(theme.New(theme.Unknown))
	s.SetSize(20, 4)
	for row, want := range map[Row][2]string{
		{Mark: "#", Name: "ops", Unread: 3}:                {"# ops", "3"},
		{Mark: "#", Name: "ops", Unread: 3, Mentions: 1}:   {"# ops", "@1"},
		{Mark: "#", Name: "ops", Unread: 3, Muted: true}:   {"# ops", ""},
		{Mark: "#", Name: "ops", Unread: 5000}:             {"# ops", "1k+"},
		{Mark: "#", Name: "a-very-long-name-of-a-room"}:    {"# a-very-lo…room", ""},
		{Mark: "●", Name: "ada", Mentions: 1, Muted: true}: {"● ada", "@1"},
	} {
		s.SetRows([]Row{row})
		line, _, _ := strings.Cut(ansi.Strip(s.View()), "\n")
		pad := strings.Repeat(" ", 20-3-ansi.StringWidth(want[0])-len(want[1]))
		if whole := " " + want[0] + pad + want[1] + " │"; line != whole {
			t.Errorf("%+v is %q, want %q", row, line, whole)
		}
	}
	for _, c := range [][3]int{
		{0, 30, 0},
		{71, 30, 0},
		{72, 30, 18},
		{80, 30, 20},
		{100, 30, 25},
		{120, 30, 30},
		{128, 60, 32},
		{250, 60, 32},
		{72, 9, 16},
		{80, 17, 17},
		{250, 9, 16},
		{250, 20, 20},
	} {
		if w := Width(c[0], c[1]); w != c[2] {
			t.Errorf("a screen of %d with names for %d has a sidebar of %d, not %d", c[0], c[1], w, c[2])
		}
		if w := Width(c[0], c[1]); w > 0 && c[0]-w < 50 {
			t.Errorf("a screen of %d has %d cells for the timeline", c[0], c[0]-w)
		}
	}
}

// TestScrollingAndPointing: At is the room that is drawn in a row, wherever it is scrolled.
func TestScrollingAndPointing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := New(theme.New(theme.Unknown))
		s.SetTitle("acme")
		var rows []Row
		for i := range rapid.IntRange(1, 40).Draw(t, "rooms") {
			rows = append(rows, Row{Mark: "#", Name: fmt.Sprintf("room%02d", i), Gap: rapid.Bool().Draw(t, "gap"), Shown: i == 3})
		}
		s.SetRows(rows)
		s.SetSize(20, rapid.IntRange(1, 30).Draw(t, "height"))
		s.Scroll(rapid.IntRange(-60, 60).Draw(t, "scroll"))
		for y, line := range strings.Split(ansi.Strip(s.View()), "\n") {
			i, some := s.At(y)
			if some != strings.Contains(line, "room") || some && !strings.Contains(line, rows[i].Name) {
				t.Fatalf("row %d is %q, and has %d, %v", y, line, i, some)
			}
		}
		s.Scroll(1000)
		if _, from := s.seen(); s.body() > 0 && from+s.body() < len(rows) {
			t.Fatalf("the end is not reached: from %d of %d", from, len(rows))
		}
	})
}

// TestTeams: they stand in place of the title, the one that is shown among them; TeamAt is
// the one that is drawn in a row.
func TestTeams(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := New(theme.New(theme.Unknown))
		s.SetTitle("acme")
		s.SetRows([]Row{{Mark: "#", Name: "general", Shown: true}})
		var teams []Team
		at := rapid.IntRange(0, 19).Draw(t, "at")
		for i := range rapid.IntRange(at+1, 20).Draw(t, "teams") {
			teams = append(teams, Team{Name: fmt.Sprintf("team%02d", i), Shown: i == at, Unread: rapid.IntRange(0, 2000).Draw(t, "unread"), Mentions: rapid.IntRange(0, 2000).Draw(t, "mentions"), State: State(rapid.IntRange(0, 2).Draw(t, "state"))})
		}
		s.SetTeams(teams)
		s.SetSize(rapid.IntRange(leastWidth, mostWidth).Draw(t, "width"), rapid.IntRange(1, 40).Draw(t, "height"))
		view := ansi.Strip(s.View())
		lines := strings.Split(view, "\n")
		if len(lines) != s.height {
			t.Fatalf("%d rows of %d", len(lines), s.height)
		}
		for y, line := range lines {
			if w := ansi.StringWidth(line); w != s.width {
				t.Fatalf("%d cells of %d: %q", w, s.width, line)
			}
			i, some := s.TeamAt(y)
			if some != strings.Contains(line, "team") || some && !strings.Contains(line, teams[i].Name) {
				t.Fatalf("row %d is %q, and has %d, %v", y, line, i, some)
			}
			if _, room := s.At(y); room != strings.Contains(line, "general") {
				t.Fatalf("row %d is %q, and has a room: %v", y, line, room)
			}
		}
		if several := len(teams) > 1 && s.height >= 6; several != strings.Contains(view, "▸"+map[State]string{Apart: "○", Connected: "●", Refused: "!"}[teams[at].State]+" "+teams[at].Name) {
			t.Fatalf("the team that is shown:\n%s", view)
		}
	})
}

func TestTeamsThatAreNotSeenCount(t *testing.T) {
	s := New(theme.New(theme.Unknown))
	s.SetSize(20, 9)
	s.SetTeams([]Team{{Name: "a", Shown: true}, {Name: "b", Unread: 2}, {Name: "c", Mentions: 3}, {Name: "d", Mentions: 1}})
	for i, want := range []string{"▸○ a", " ○ b             2", "   2 more, @4"} {
		if line := strings.Split(ansi.Strip(s.View()), "\n")[i]; strings.TrimRight(strings.TrimSuffix(line, "│"), " ") != want {
			t.Errorf("row %d is %q, want %q", i, line, want)
		}
	}
}

// What is drawn again is what would be drawn anew, whatever became another.
func TestWhatIsKeptIsNotStale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := New(theme.New(theme.Unknown))
		rows, teams, title := long(12), []Team{{Name: "a", Shown: true}, {Name: "b"}}, "acme"
		width, height := 20, 12
		s.SetSize(width, height)
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				rows = append([]Row(nil), rows...)
				rows[rapid.IntRange(0, 11).Draw(t, "row")].Unread++
				s.SetRows(rows)
			case 1:
				teams[1].Unread++ // as those who keep them do, in place
				s.SetTeams(teams[:rapid.IntRange(0, 2).Draw(t, "teams")])
			case 2:
				title += "!"
				s.SetTitle(title)
			case 3:
				width, height = rapid.IntRange(leastWidth, mostWidth).Draw(t, "width"), rapid.IntRange(1, 20).Draw(t, "height")
				s.SetSize(width, height)
			case 4:
				s.Scroll(rapid.IntRange(-3, 3).Draw(t, "rows"))
			case 5:
				s.SetTheme(theme.New(theme.Terminal{Background: theme.Background(rapid.IntRange(0, 2).Draw(t, "background")), Measure: theme.Unknown.Measure, Profile: theme.Unknown.Profile}))
			}
			got := s.View()
			if s.drawn = ""; got != s.View() {
				t.Fatalf("drawn %q, and anew %q", got, s.View())
			}
		}
	})
}

// TestArchivedIsDim, also where it is shown: nothing is written there.
func TestArchivedIsDim(t *testing.T) {
	th := theme.New(theme.Unknown)
	for _, r := range []Row{{Mark: "⊘", Name: "ops", Archived: true}, {Mark: "⊘", Name: "ops", Archived: true, Shown: true, Unread: 2}} {
		s := New(th)
		s.SetSize(20, 3)
		s.SetRows([]Row{r})
		if view := s.View(); !strings.Contains(view, th.Dim.Render("ops")) {
			t.Errorf("%+v is drawn as %q", r, view)
		}
	}
}

// TestItWantsWhatItsNamesAre: with so much no name is cut, whatever is said of its room, and with
// a cell less one is.
func TestItWantsWhatItsNamesAre(t *testing.T) {
	for _, c := range []struct {
		title string
		teams []Team
		names []string
	}{
		{"acme", nil, []string{"deploys-eu", "deploys-us", "x"}},
		{"acme", nil, []string{"日本語の部屋です"}},
		{"", []Team{{Name: "a rather long team", Mentions: 12}, {Name: "b", Shown: true}}, []string{"x"}},
	} {
		s := New(theme.New(theme.Unknown))
		s.SetTitle(c.title)
		s.SetTeams(c.teams)
		var rows []Row
		for _, n := range c.names {
			rows = append(rows, Row{Mark: "#", Name: n, Mentions: 12})
		}
		s.SetRows(rows)
		wants := s.Wants(rows)
		for less := range 2 {
			s.SetSize(wants-less, 20)
			if cut := strings.Contains(s.View(), "…"); cut != (less > 0) {
				t.Errorf("%+v, which wants %d, with %d less: cut %v\n%s", c, wants, less, cut, ansi.Strip(s.View()))
			}
		}
	}
}
