package timeline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// lines is a text of n lines.
func lines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i+1)
	}
	return b.String()
}

// A long message takes half of the screen, within bounds, whoever wrote it; of
// what is hardly longer nothing is left out.
func TestLongMessagesAreFolded(t *testing.T) {
	for height, most := range map[int]int{3: 8, 12: 8, 27: 13, 40: 20, 48: 24, 72: 24, 90: 30, 150: 50} {
		for n, want := range map[int]string{
			500:      fmt.Sprintf("… %d more lines · ctrl+o opens it", 500-most),
			most + 4: "… 4 more lines · ctrl+o opens it",
			most + 3: fmt.Sprintf("line %d", most+3),
			most + 1: fmt.Sprintf("line %d", most+1),
			most:     fmt.Sprintf("line %d", most),
		} {
			tl := fresh(80, height)
			tl.Arrived([]chat.Message{message(1, ada, "", lines(n))})
			tl.DraftChanged(chat.DraftChanged{Draft: written("mine", lines(n)), State: chat.DraftSending})
			folded := n > most+3
			rows := n
			if folded {
				rows = most + 1
			}
			for i := range tl.items {
				l := tl.lay(i)
				last := strings.TrimSpace(ansi.Strip(l.rows[len(l.rows)-1]))
				if got := len(l.rows) - l.prefix; got != rows || last != want || l.folded != folded {
					t.Errorf("%d lines at %d rows: item %d has %d rows, %q", n, height, i, got, last)
				}
			}
		}
	}
}

// Folding saves three rows at least, however many it takes to say so.
func TestFoldingSavesRows(t *testing.T) {
	for _, width := range []int{20, 24, 40, 80} {
		for n := 1; n < 30; n++ {
			tl := fresh(width, 12)
			tl.Arrived([]chat.Message{message(1, ada, "", lines(n))})
			l := tl.lay(0)
			if saved := n - len(l.rows) + l.prefix; l.folded && saved < 3 || !l.folded && (saved != 0 || n > 8+5) {
				t.Errorf("%d lines at %d cells: folded %v, %d rows less", n, width, l.folded, saved)
			}
		}
	}
}

// Prose is folded like lines, and says how much is left; our own lines are not.
func TestProseIsFoldedAndNoticesAreNot(t *testing.T) {
	tl := fresh(40, 12)
	tl.Arrived([]chat.Message{message(1, ada, "", strings.Repeat("word ", 300))})
	if s := screen(tl); !strings.Contains(s, "more characters ·") || !strings.Contains(s, "ctrl+o opens it") || len(tl.lay(0).rows) > tl.most+3 {
		t.Errorf("%d rows:\n%s", len(tl.lay(0).rows), s)
	}
	tl.Notice(lines(30))
	if s := screen(tl); !strings.Contains(s, "line 30") || strings.Contains(s, "more lines") {
		t.Errorf("a notice:\n%s", s)
	}
}

// While many lines are written nothing is folded anew, and after a resize every
// message is, with its reader where they were.
func TestFoldingFollowsTheScreenNotTheComposer(t *testing.T) {
	tl := fresh(80, 40)
	for s := uint64(1); s <= 30; s++ {
		tl.Arrived([]chat.Message{message(s, ada, "", fmt.Sprintf("<%d>\n", s)+lines(100))})
	}
	tl.Scroll(-200)
	first := func() string { return tl.items[tl.top().i].id + strings.Split(screen(tl), "\n")[1] }
	before, rows := first(), len(tl.lay(10).rows)
	tl.SetSize(80, 20, 40)
	if now := first(); now != before || len(tl.lay(10).rows) != rows {
		t.Errorf("while somebody writes %q became %q, %d rows %d", before, now, rows, len(tl.lay(10).rows))
	}
	item := tl.top().i
	tl.SetSize(80, 20, 20)
	if got := len(tl.lay(10).rows); got != 10+1 || tl.top().i != item {
		t.Errorf("after a resize %d rows, at item %d, before at %d", got, tl.top().i, item)
	}
	tl.SetSize(80, 40, 40)
	if now := first(); now != before {
		t.Errorf("and back: %q became %q", before, now)
	}
	for range 2000 { // up and down it is row by row
		tl.Scroll(1)
	}
	if !tl.follow {
		t.Error("the end is not reached")
	}
}

func TestHugeTextsAreCutShort(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a megabyte":    {strings.Repeat("x", 1<<20), "more characters"},
		"100,000 lines": {strings.Repeat("line\n", 100_000), "… 99,992 more lines"},
		"of escapes":    {strings.Repeat("\u0001\U0001f600\"", 100_000), "more characters"},
	} {
		tl := fresh(80, 12)
		tl.Arrived([]chat.Message{message(1, ada, "", c.text)})
		if s := screen(tl); !strings.Contains(s, c.want) {
			t.Errorf("%s: does not say %q:\n%s", name, c.want, s)
		}
		if tl.bytes > maxText {
			t.Errorf("%s: %d bytes are kept", name, tl.bytes)
		}
	}
}

// One word is as long as it has characters, whatever those are made of.
func TestCharactersAreCounted(t *testing.T) {
	for _, one := range []string{"x", "é", "語", "e\u0301"} {
		tl := fresh(40, 12)
		tl.Arrived([]chat.Message{message(1, ada, "", strings.Repeat(one, 400))})
		shown := 0
		l := tl.lay(0)
		for _, row := range l.rows[l.prefix : len(l.rows)-1] {
			shown += strings.Count(row, one)
		}
		if want := fmt.Sprintf("… %d more characters", 400-shown); shown == 0 || !strings.Contains(screen(tl), want) {
			t.Errorf("%q: %d are shown, and not %q:\n%s", one, shown, want, screen(tl))
		}
	}
	for raw, want := range map[string]uint32{
		`abc"`: 3, `é語"`: 2, `\n\t\\\""`: 4, `\u0041\u00e9"`: 2, `\ud83d\ude00"`: 1, `\uD83D\uDE00x"`: 2, `"`: 1, `[1,2]`: 5, `\`: 1, `\u00`: 3, "": 1,
	} {
		if got := escapedCharacters([]byte(raw)); got != want {
			t.Errorf("%s: %d, want %d", raw, got, want)
		}
	}
}
