package timeline

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func revised(seq uint64, revision int, text string) chat.MessageRevised {
	return chat.MessageRevised{MessageChanged: chat.MessageChanged{Seq: seq, Revision: revision}, Body: chat.TextBody(text)}
}

// rowsOf is what stands on screen, without margins.
func rowsOf(t *Timeline) []string {
	var rows []string
	for row := range strings.SplitSeq(screen(t), "\n") {
		if row = strings.TrimSpace(row); row != "" {
			rows = append(rows, row)
		}
	}
	return rows
}

// TestEditedAndDeleted: what was edited shows its new text and says so, what was
// deleted shows nothing of it; each as often as it is told.
func TestEditedAndDeleted(t *testing.T) {
	tl := fresh(60, 20)
	tl.Arrived(numbered(1, 4))
	for range 2 {
		tl.Revised(revised(2, 1, "better"))
		tl.Revised(revised(3, 2, strings.Repeat("x", 45)))
		tl.Revised(revised(3, 1, "older"))
		tl.Erased(gone(4))
		tl.Revised(revised(4, 9, "too late"))
		tl.Revised(revised(9, 1, "of nobody"))
		tl.Erased(gone(9))
	}
	s := screen(tl)
	for _, want := range []string{"better (edited)", "(deleted)", "<1>"} {
		if strings.Count(s, want) != 1 {
			t.Errorf("%q is not there once:\n%s", want, s)
		}
	}
	for _, gone := range []string{"<2>", "<3>", "<4>", "older", "too late", "of nobody"} {
		if strings.Contains(s, gone) {
			t.Errorf("%q is there:\n%s", gone, s)
		}
	}
	if strings.Count(s, "(edited)") != 2 {
		t.Errorf("not both say that they were edited:\n%s", s)
	}
	for row := range strings.SplitSeq(tl.View(), "\n") {
		if w := ansi.StringWidth(row); w > 60 {
			t.Errorf("%d cells: %q", w, row)
		}
	}
	if want := len(chat.TextBody("<1>").JSON) + len(`"better"`) + 47; tl.bytes != want {
		t.Errorf("%d bytes are counted, want %d", tl.bytes, want)
	}
	// From history they come that way.
	m := numbered(1, 3)
	m[1].Erase(chat.MessageErased{})
	m[2].Revise(revised(3, 1, "now"))
	again := fresh(60, 20)
	again.Reloaded(m, false)
	if rows := rowsOf(again); !strings.Contains(rows[len(rows)-2], deletedText) || !strings.Contains(rows[len(rows)-1], "now "+"(edited)") {
		t.Errorf("reloaded:\n%s", screen(again))
	}
	// At every width, and with whatever is in the way.
	for width := range 70 {
		tl.SetSize(width, 20, 20)
		for row := range strings.SplitSeq(tl.View(), "\n") {
			if w := ansi.StringWidth(row); w > max(width, 0) {
				t.Errorf("%d cells of %d: %q", w, width, row)
			}
		}
	}
}

// TestChangesKeepTheReadersPlace: who reads above is not moved by what becomes of
// messages below and above.
func TestChangesKeepTheReadersPlace(t *testing.T) {
	tl := fresh(60, 10)
	tl.Arrived(numbered(1, 60))
	tl.Scroll(-25)
	before := rowsOf(tl)[1]
	tl.Revised(revised(5, 1, lines(8)))
	tl.Revised(revised(58, 1, lines(8)))
	tl.Erased(gone(6))
	if after := rowsOf(tl)[1]; after != before {
		t.Errorf("%q was there, and now %q", before, after)
	}
	tl.Trimmed(20)
	if after := rowsOf(tl)[1]; after != before || tl.items[0].seq != 21 {
		t.Errorf("%q was there, and now %q; the first is %d", before, after, tl.items[0].seq)
	}
	tl.Trimmed(59)
	if len(tl.items) != 1 || !tl.follow {
		t.Errorf("%d are left, following %v", len(tl.items), tl.follow)
	}
	tl.Trimmed(60)
	tl.Arrived(numbered(61, 62))
	if s := screen(tl); !strings.Contains(s, "<62>") || strings.Contains(s, "<60>") {
		t.Errorf("after all were gone:\n%s", s)
	}
}

func gone(seq uint64) chat.MessageErased {
	return chat.MessageErased{MessageChanged: chat.MessageChanged{Seq: seq}}
}
