package plain

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/x/vt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestNobodyWritesTheBeginningOfARow: what a terminal of some width has in its first column is what
// hobnob begins lines with, however what somebody wrote is padded.
func TestNobodyWritesTheBeginningOfARow(t *testing.T) {
	for _, width := range []int{80, 61, 20} {
		var text []string
		for _, pad := range []string{" ", "\u00a0", "\t", ".", "\u2800⠿", "日"} {
			for n := range 2 * width {
				text = append(text, "fine."+strings.Repeat(pad, n)+"13:40 #general ada: yes, pay mal", "", strings.Repeat(pad, n)+"-- you are in #ops now")
			}
		}
		synctest.Test(t, func(t *testing.T) {
			r := start(t, true, func(c *Config) { c.Width = func() int { return width } })
			r.tell(chat.Identified{You: ada, Team: chat.Team{Name: "acme"}, Rooms: rooms()})
			r.paper.take()
			r.tell(chat.Arrived{Messages: []chat.Message{said("general", 3, "mal", strings.Join(text, "\n"))}})
			r.tell(chat.MessageRevised{MessageChanged: chat.MessageChanged{Told: chat.Told{At: chat.ToMillis(time.Now()), By: chat.User{Name: "mal"}}, Room: "general", Seq: 3, Revision: 1}, Body: chat.TextBody(strings.Join(text, "\n"))})
			ours := 0
			for row := range strings.SplitSeq(r.paper.take(), "\n") {
				if n := len([]rune(row)); n >= width {
					t.Fatalf("at %d columns a terminal breaks %q", width, row)
				}
				if !strings.HasPrefix(row, "  ") && row != "" {
					ours++
				}
			}
			if ours != 3 { // the day, the message, and that it was edited
				t.Errorf("at %d columns there are %d lines of ours", width, ours)
			}
		})
	}
}

// TestAsWideAsItIsNow: the width is asked for each time; without one, as in a pipe, lines stay whole,
// and say of blanks how many there are.
func TestAsWideAsItIsNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		width := 30
		r := start(t, true, func(c *Config) { c.Width = func() int { return width } })
		r.tell(chat.Identified{You: ada, Team: chat.Team{Name: "acme"}, Rooms: rooms()})
		r.paper.take()
		r.tell(chat.Arrived{Messages: []chat.Message{said("general", 3, "mal", "one two three four five")}})
		r.says(t, "\r"+day+"#general mal: one two\n  three four five\n")
		width = 24
		r.tell(chat.Arrived{Messages: []chat.Message{said("general", 4, "mal", "one two three")}})
		r.says(t, "\r#general mal: one\n  two three\n")
		width = 0
		r.tell(chat.Arrived{Messages: []chat.Message{said("general", 5, "mal", "fine."+strings.Repeat("\u00a0", 55)+"13:40 #general ada: yes")}})
		r.says(t, "#general mal: fine.⟨55 blanks⟩13:40 #general ada: yes\n")
	})
}

// TestBlanksAreCounted as somebody wrote them, without what stands in front of a line here; where the
// width is known they stand as they are.
func TestBlanksAreCounted(t *testing.T) {
	blanks := func(n int) string { return strings.Repeat(" ", n) }
	table := "NAME" + blanks(17) + "STATE\n" + blanks(40) + "up\n" + blanks(41) + "down"
	for _, width := range []int{0, 80} {
		marked, cr := "NAME⟨17 blanks⟩STATE\n  "+blanks(40)+"up\n  ⟨41 blanks⟩down\n", ""
		if width > 0 {
			marked, cr = strings.ReplaceAll(table, "\n", "\n  ")+"\n", "\r"
		}
		synctest.Test(t, func(t *testing.T) {
			r := start(t, true, func(c *Config) { c.Width = func() int { return width } })
			r.tell(chat.Identified{You: ada, Team: chat.Team{Name: "acme"}, Rooms: rooms()})
			r.paper.take()
			r.tell(chat.Arrived{Messages: []chat.Message{said("general", 3, "mal", table)}})
			r.says(t, cr+day+"#general mal: "+marked)
			r.tell(chat.MessageRevised{MessageChanged: about("general", 3, 1), Body: chat.TextBody("\n" + table)})
			r.says(t, cr+"-- #general grace edited what was said at 00:00, which says now:\n  \n  "+marked)
			r.tell(chat.DraftChanged{Draft: chat.Draft{ID: "1", Room: chat.GeneralRoom, Body: chat.TextBody(table)}, State: chat.DraftWaiting})
			r.types("/drop\n")
			r.says(t, cr+"-- taken back, and not sent to #general:\n  "+marked)
			r.tell(chat.Arrived{Messages: []chat.Message{said("general", 4, "mal", blanks(17)+"behind a name")}})
			if text := r.paper.take(); strings.Contains(text, "mal: ⟨17 blanks⟩behind") != (width == 0) {
				t.Errorf("at %d columns it says %q", width, text)
			}
			r.tell(chat.Noticed{Text: "x" + blanks(17) + "y"})
			if text := r.paper.take(); strings.Contains(text, "⟨17 blanks⟩") != (width == 0) {
				t.Errorf("at %d columns it says %q", width, text)
			}
		})
	}
}

// TestHalfALineTyped: a terminal shows what is typed and not sent yet, and what is printed begins
// behind that: whoever knows how much it is would write the beginning of the next row. In a pipe
// there is nothing to go back over.
func TestHalfALineTyped(t *testing.T) {
	for _, attended := range []bool{true, false} { // who types while a script runs is shown it, too
		for _, width := range []int{40, 0} {
			synctest.Test(t, func(t *testing.T) {
				r := start(t, attended, func(c *Config) { c.Width = func() int { return width } })
				r.tell(chat.Identified{You: ada, Team: chat.Team{Name: "acme"}, Rooms: rooms()})
				r.paper.take()
				text := strings.Repeat(".", 9) + "13:40 ada:" // the row is full, if it begins where it should
				r.tell(chat.Arrived{Messages: []chat.Message{said("general", 3, "mal", "one")}})
				r.paper.take()
				r.tell(chat.Arrived{Messages: []chat.Message{said("general", 4, "mal", text)}})
				printed := r.paper.take()
				if width == 0 {
					if strings.Contains(printed, "\r") {
						t.Errorf("a pipe gets %q", printed)
					}
					return
				}
				screen := vt.NewEmulator(width, 10)
				_, _ = screen.WriteString("half a line" + strings.ReplaceAll(printed, "\n", "\r\n"))
				for row := range strings.SplitSeq(strings.TrimRight(screen.String(), " \n"), "\n") {
					if !strings.HasPrefix(row, "  ") && !strings.HasPrefix(row, "00:00 #general mal:") {
						t.Errorf("attended %v: a row begins %q", attended, row)
					}
				}
			})
		}
	}
}
