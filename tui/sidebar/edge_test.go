package sidebar

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

func long(rooms int) []Row {
	rows := make([]Row, rooms)
	for i := range rows {
		rows[i] = Row{Mark: "#", Name: fmt.Sprintf("room%02d", i)}
	}
	return rows
}

// What is unread further up and down is said there, and leads to the nearest of it that
// names the user.
func TestWhatIsBeyondIsSaid(t *testing.T) {
	s := New(theme.New(theme.Unknown))
	s.SetSize(20, 5)
	rows := long(20)
	rows[10].Shown = true
	rows[0].Unread = 4
	rows[2].Unread, rows[2].Mentions = 3, 1
	rows[5].Unread = 2
	rows[7].Unread, rows[7].Muted = 50, true
	rows[15].Unread = 6
	rows[16].Unread, rows[16].Muted = 9, true
	want := func(first, last string, up, down int) {
		t.Helper()
		s.SetRows(slices.Clone(rows))
		lines := strings.Split(ansi.Strip(s.View()), "\n")
		for y, want := range map[int]string{0: first, 4: last} {
			if got := strings.TrimRight(strings.TrimSuffix(lines[y], "│"), " "); got != want {
				t.Errorf("row %d is %q, want %q", y, got, want)
			}
		}
		for y, want := range map[int]int{0: up, 4: down, 2: -1} {
			if i, ok := s.Beyond(y); ok != (want >= 0) || ok && i != want {
				t.Errorf("row %d leads to %d, %v; want %d", y, i, ok, want)
			}
			if _, room := s.At(y); room != (want < 0) {
				t.Errorf("row %d has a room: %v", y, room)
			}
		}
	}
	want(" ↑ @1 · 9 unread", " ↓ 6 unread", 2, 15)
	rows[2].Mentions = 0
	want(" ↑ 9 unread", " ↓ 6 unread", 5, 15)
	rows[2].Unread, rows[2].Mentions = 0, 2
	want(" ↑ @2 · 6 unread", " ↓ 6 unread", 2, 15)
	rows[0].Unread, rows[5].Unread = 0, 0
	want(" ↑ @2", " ↓ 6 unread", 2, 15)
	rows[2].Mentions = 0
	want(" # room08", " ↓ 6 unread", -1, 15)
	rows[8].Unread = 1 // it is seen
	want(" # room08        1", " ↓ 6 unread", -1, 15)
	rows[0].Unread = 1 // the row that says so covers it
	want(" ↑ 2 unread", " ↓ 6 unread", 8, 15)
	s.Scroll(100)
	want(" ↑ 8 unread", " # room19", 15, -1)
	s.Scroll(-100)
	want(" # room00        1", " ↓ 7 unread", -1, 8)
}

// Whatever is unread, nothing of it is neither seen nor counted, and the room that is
// shown is seen until it is scrolled.
func TestNothingUnreadIsHidden(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := New(theme.New(theme.Unknown))
		rows := long(rapid.IntRange(1, 30).Draw(t, "rooms"))
		for i := range rows {
			rows[i].Mentions = rapid.IntRange(0, 1).Draw(t, "mentions")
			rows[i].Gap = rapid.Bool().Draw(t, "gap")
		}
		at := rapid.IntRange(0, len(rows)-1).Draw(t, "shown")
		rows[at].Shown = true
		s.SetRows(rows)
		s.SetTitle(rapid.SampledFrom([]string{"", "acme"}).Draw(t, "title"))
		s.SetSize(rapid.IntRange(leastWidth, mostWidth).Draw(t, "width"), rapid.IntRange(6, 20).Draw(t, "height"))
		if view := ansi.Strip(s.View()); !strings.Contains(view, "▸# "+rows[at].Name) {
			t.Fatalf("the room that is shown is not seen:\n%s", view)
		}
		s.Scroll(rapid.IntRange(-40, 40).Draw(t, "scroll"))
		left := 0
		for _, r := range rows {
			left += r.Mentions
		}
		for y, line := range strings.Split(ansi.Strip(s.View()), "\n") {
			if i, ok := s.At(y); ok {
				left -= rows[i].Mentions
			}
			if i, ok := s.Beyond(y); ok {
				n := 0
				if _, err := fmt.Sscanf(strings.TrimLeft(line, " ↑↓"), "@%d", &n); err != nil || rows[i].Mentions == 0 {
					t.Fatalf("%q leads to %+v", line, rows[i])
				}
				left -= n
			}
		}
		if left != 0 {
			t.Fatalf("%d mentions are nowhere:\n%s", left, ansi.Strip(s.View()))
		}
	})
}
