package timeline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// A day that begins with what is new is one line, whole on every width.
func TestOneLineForADayAndWhatIsNew(t *testing.T) {
	for width, want := range map[int]string{
		80: " ───────────────────────────── Monday 23 November ────────────────────── new ──",
		30: "── Monday 23 November ─ new ──",
		20: "──── 23 Nov ─ new ──",
		12: "new · 23 Nov",
		5:  "new ·",
	} {
		tl := fresh(width, 8)
		tl.SetNew(0)
		tl.Arrived(numbered(1, 1))
		rows := strings.Split(ansi.Strip(tl.View()), "\n")
		found := 0
		for _, r := range rows {
			if w := ansi.StringWidth(r); w > width {
				t.Errorf("%d: %q is %d wide", width, r, w)
			}
			if strings.Contains(r, "new") {
				found++
				if strings.TrimRight(r, " ") != strings.TrimRight(want, " ") {
					t.Errorf("%d: %q, not %q", width, r, want)
				}
			}
		}
		if found != 1 {
			t.Error(fmt.Sprint(width, ": ", found, " lines\n", strings.Join(rows, "\n")))
		}
	}
}
