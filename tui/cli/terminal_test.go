package cli

import (
	"testing"

	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
)

func TestBackground(t *testing.T) {
	for _, c := range []struct {
		theme, term, colours string
		want                 tui.Background
		told                 bool
	}{
		{"", "xterm", "", tui.Either, false},
		{"", "xterm", "15;0", tui.Dark, false},
		{"", "xterm", "0;15", tui.Light, false},
		{"", "xterm", "0;default;7", tui.Light, false},
		{"", "xterm", "7;8", tui.Dark, false},
		{"", "xterm", "0;default", tui.Either, false},
		{"", "xterm", "0;99", tui.Either, false},
		{"", "linux", "", tui.Dark, false},
		{"auto", "xterm", "0;15", tui.Light, false},
		{"light", "linux", "15;0", tui.Light, true},
		{"dark", "xterm", "0;15", tui.Dark, true},
	} {
		env := map[string]string{"HOBNOB_THEME": c.theme, "TERM": c.term, "COLORFGBG": c.colours}
		got, told, err := background(func(name string) string { return env[name] })
		if got != c.want || told != c.told || err != nil {
			t.Errorf("%+v: %v, told %v, %v", c, got, told, err)
		}
	}
	if _, _, err := background(func(string) string { return "pink" }); exit.CodeOf(err) != exit.Usage {
		t.Errorf("a theme nobody has: %v", err)
	}
}
