package markup

import (
	"testing"
)

// TestSignsAsTyped: of an item that has another sign than it was typed with, the row knows
// that.
func TestSignsAsTyped(t *testing.T) {
	for text, want := range map[string]Tab{
		"- one": {0, len("•"), "-"}, "  * one": {2, len("•"), "*"}, "- [x] one": {0, len("☑ "), "- [x] "}, "1. one": {}, "one": {},
	} {
		rows := dark().Draw(Text{Body: text, Width: 60, Most: 10}).Rows
		var got Tab
		if len(rows[0].Tabs) > 0 {
			got = rows[0].Tabs[0]
		}
		if got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}
