package timeline

import (
	"slices"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestAFileIsWhereItIsDrawn: a click on what is said of it, on its box and its picture leads to it, and
// none beside them.
func TestAFileIsWhereItIsDrawn(t *testing.T) {
	notes, graph := chat.File{ID: "f1", Name: "notes.txt", Type: "text/plain", Size: 7}, chat.File{ID: "f2", Name: "p99.png", Type: "image/png", Size: 7}
	for name, c := range map[string]struct {
		width int
		text  string
		files []chat.File
		shown bool
		rows  [][3]string // what begins and what ends what is drawn in a row, and whose it is
	}{
		"below a text": {100, "look", []chat.File{notes, graph}, false, [][3]string{
			{"▤ notes.txt", "7 bytes", "f1"}, {"╭─ p99.png", "╮", "f2"}, {"│ image", "│", "f2"}, {"╰─", "╯", "f2"},
		}},
		"alone":           {100, "", []chat.File{notes}, false, [][3]string{{"▤ notes.txt", "7 bytes", "f1"}}},
		"a box alone":     {100, "", []chat.File{graph}, false, [][3]string{{"╭─ p99.png", "╮", "f2"}, {"│ image", "│", "f2"}, {"╰─", "╯", "f2"}}},
		"a picture":       {100, "", []chat.File{graph, notes}, true, [][3]string{{"▤ p99.png", "7 bytes", "f2"}, {"<<", ">>", "f2"}, {"▤ notes.txt", "7 bytes", "f1"}}},
		"behind a name":   {40, "", []chat.File{notes}, false, [][3]string{{"▤ notes.txt", "…", "f1"}}},
		"below, narrow":   {40, "look", []chat.File{notes, graph}, false, [][3]string{{"▤ notes.txt", "…", "f1"}, {"▤ p99.png", "…", "f2"}}},
		"a picture below": {40, "", []chat.File{graph}, true, [][3]string{{"▤ p99.png", "…", "f2"}, {"<<", ">>", "f2"}}},
	} {
		for _, reactions := range [][]chat.Reaction{nil, {{Emoji: "👍", Count: 1}}} {
			tl := fresh(c.width, 30)
			m := message(1, ada, "m1", c.text)
			m.Files, m.Reactions = c.files, reactions
			tl.SetPictures(c.shown)
			tl.SetPicture(graph.ID, &Picture{Rows: []string{"<<======>>", "<<======>>"}, Width: 10})
			tl.Reloaded([]chat.Message{m}, false)
			rows := strings.Split(screen(tl), "\n")
			for _, want := range c.rows {
				y := slices.IndexFunc(rows, func(r string) bool { return strings.Contains(r, want[0]) })
				if y < 0 {
					t.Fatalf("%s: there is no %q:\n%s", name, want[0], screen(tl))
				}
				before, _, _ := strings.Cut(rows[y], want[0])
				first := tl.theme.Measure.StringWidth(before)
				end := strings.LastIndex(rows[y], want[1])
				if end < 0 {
					t.Fatalf("%s: there is no %q:\n%s", name, want[1], screen(tl))
				}
				last := tl.theme.Measure.StringWidth(rows[y][:end+len(want[1])]) - 1
				for x := range c.width {
					spot, _, which := tl.SpotAt(x, y)
					if on := x >= first && x <= last; (spot == Attached) != on || on && which != want[2] {
						t.Errorf("%s: in cell %d of %q, from %d to %d, is %v %q", name, x, rows[y], first, last, spot, which)
						break
					}
				}
			}
		}
	}
}
