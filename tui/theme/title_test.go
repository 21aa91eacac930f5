package theme

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// What is said of a title gives way to it, a part at a time, and never runs into it.
func TestTitle(t *testing.T) {
	th := New(Unknown)
	for _, c := range []struct {
		title, said string
		room        int
		want        string
	}{
		{"settings", "", 20, "settings"},
		{"mentions of you", "2 messages, newest first", 42, "mentions of you   2 messages, newest first"},
		{"mentions of you", "2 messages, newest first", 45, "mentions of you      2 messages, newest first"},
		{"mentions of you", "2 messages, newest first", 41, "mentions of you                2 messages"},
		{"mentions of you", "2 messages, newest first", 28, "mentions of you   2 messages"},
		{"mentions of you", "2 messages, newest first", 27, "mentions of you   2 messag…"},
		{"mentions of you", "2 messages, newest first", 25, "mentions of you"},
		{"mentions of you", "2 messages, newest first", 9, "mentions…"},
		{"@ゆき", "you", 12, "@ゆき    you"},
		{"x", "y", 0, ""},
	} {
		if got := ansi.Strip(th.Title(c.title, c.said, c.room)); got != c.want {
			t.Errorf("%q, %q in %d: %q, want %q", c.title, c.said, c.room, got, c.want)
		}
	}
}

// Of the texts about keys the longest that fits is shown, and it is dim.
func TestFoot(t *testing.T) {
	th := New(Unknown)
	feet := []string{"enter goes there · esc closes", "enter · esc"}
	for room, want := range map[int]string{40: feet[0], 29: feet[0], 28: feet[1], 11: feet[1], 5: "enter"} {
		if got := th.Foot(feet, room); got != th.Dim.Render(want) {
			t.Errorf("in %d: %q, want %q", room, got, want)
		}
	}
	if got := th.Foot(nil, 9); strings.TrimSpace(got) != "" {
		t.Errorf("of nothing: %q", got)
	}
}
