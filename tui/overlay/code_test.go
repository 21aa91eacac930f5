package overlay

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"rsc.io/qr"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

const link = "https://chat.example.org/join/0123456789abcdefghjkm"

// TestTheCodeIsDrawnAsItIs: every module, with what is around it.
func TestTheCodeIsDrawnAsItIs(t *testing.T) {
	code, err := qr.Encode(link, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	for _, paper := range []bool{false, true} {
		for _, colours := range []bool{false, true} {
			rows := NewCode(link).rows(theme.New(theme.Unknown), colours, paper)
			for y := range code.Size + 2*quiet {
				row := []rune(ansi.Strip(rows[y/2]))
				for x := range row {
					lit := row[x] == '█' || row[x] == '▀' && y%2 == 0 || row[x] == '▄' && y%2 == 1
					dark := !lit
					if paper && !colours {
						dark = lit
					}
					inside := x >= quiet && y >= quiet && x < quiet+code.Size && y < quiet+code.Size
					if dark != (inside && code.Black(x-quiet, y-quiet)) {
						t.Fatalf("paper %v, colours %v: module %d %d", paper, colours, x, y)
					}
				}
			}
		}
	}
	if NewCode(strings.Repeat("x", 5000)) != nil {
		t.Error("a text that is too long has a code")
	}
}

// TestTheCodeIsThereWhereItFits, and nowhere in part.
func TestTheCodeIsThereWhereItFits(t *testing.T) {
	for width := 1; width < 90; width++ {
		for height := 1; height < 40; height++ {
			l := NewLine(theme.New(theme.Unknown), "title", "for one", "hobnob join "+link, "esc")
			l.SetCode(NewCode(link), true, false)
			l.SetSize(width, height)
			rows := strings.Split(l.View(), "\n")
			if len(rows) != height {
				t.Fatalf("%dx%d: %d rows", width, height, len(rows))
			}
			n := 0
			for _, r := range rows {
				if ansi.StringWidth(r) > width {
					t.Fatalf("%dx%d: %q", width, height, r)
				}
				if strings.ContainsAny(r, "█▀▄") {
					n++
				}
			}
			if _, h := NewCode(link).size(); n != 0 && n != h || n == 0 && width >= 70 && height >= 30 {
				t.Fatalf("%dx%d: %d rows of the code, of %d", width, height, n, h)
			}
		}
	}
}
