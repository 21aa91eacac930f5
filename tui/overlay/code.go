package overlay

import (
	"strings"

	"charm.land/lipgloss/v2"
	"rsc.io/qr"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

// quiet is how many empty modules stand around a code. The standard (ISO/IEC 18004)
// has four; telephones read it with two, and rows are few.
const quiet = 2

// Code is a QR code, as half blocks: two modules in a cell.
type Code struct{ code *qr.Code }

// NewCode makes the code of a text, nil of one that is too long for any. It takes some
// milliseconds, and may be called from any goroutine.
func NewCode(text string) *Code {
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return nil
	}
	return &Code{code}
}

// size is how many cells it takes.
func (c *Code) size() (width, height int) {
	n := c.code.Size + 2*quiet
	return n, (n + 1) / 2
}

// rows draw it. Where there are colours it is black on white, whatever the terminal has;
// where there are none, what is lit is white, or with paper what is not.
func (c *Code) rows(t *theme.Theme, colours, paper bool) []string {
	width, height := c.size()
	ink := t.Plain
	if colours {
		ink = ink.Foreground(lipgloss.Color("#ffffff")).Background(lipgloss.Color("#000000"))
	}
	lit := func(x, y int) bool {
		dark := c.code.Black(x-quiet, y-quiet) // white where there is nothing
		return dark == (paper && !colours)
	}
	rows := make([]string, height)
	for r := range rows {
		var b strings.Builder
		for x := range width {
			switch above, below := lit(x, 2*r), lit(x, 2*r+1); {
			case above && below:
				b.WriteRune('█')
			case above:
				b.WriteRune('▀')
			case below:
				b.WriteRune('▄')
			default:
				b.WriteByte(' ')
			}
		}
		rows[r] = ink.Render(b.String())
	}
	return rows
}
