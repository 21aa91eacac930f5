package screen

import (
	"testing"

	"github.com/charmbracelet/colorprofile"
)

// TestTerminalsWithoutColoursGetNone, and all others what is known of them.
func TestTerminalsWithoutColoursGetNone(t *testing.T) {
	for _, c := range []struct {
		environ []string
		of      colorprofile.Profile
		want    colorprofile.Profile
	}{
		{[]string{"TERM=vt100"}, colorprofile.ANSI, colorprofile.ASCII},
		{[]string{"TERM=xterm", "TERM=vt220"}, colorprofile.ANSI, colorprofile.ASCII},
		{[]string{"TERM=vt102"}, colorprofile.NoTTY, colorprofile.NoTTY},
		{[]string{"TERM=vt100", "COLORTERM=truecolor"}, colorprofile.TrueColor, colorprofile.TrueColor},
		{[]string{"TERM=vt100-color"}, colorprofile.ANSI, colorprofile.ANSI},
		{[]string{"TERM=vt340"}, colorprofile.ANSI, colorprofile.ANSI},
		{[]string{"TERM=linux"}, colorprofile.ANSI, colorprofile.ANSI},
		{[]string{"TERM=vte-256color"}, colorprofile.ANSI256, colorprofile.ANSI256},
		{nil, colorprofile.NoTTY, colorprofile.NoTTY},
	} {
		if got := asMade(c.of, c.environ); got != c.want {
			t.Errorf("%q: %v, not %v", c.environ, got, c.want)
		}
	}
}
