package screen

import (
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/colorprofile"
)

// Profile is which colours a terminal has, as its environment says.
func Profile(out io.Writer, environ []string) colorprofile.Profile {
	return asMade(colorprofile.Detect(out, environ), environ)
}

// asMade takes the colours from a terminal that was made without: of each that is not known by its
// name sixteen are expected, and those of DEC had none up to the VT241. They have bold and what else
// is no colour. A COLORTERM says that somebody knows better, and so does a name such as vt100-color.
func asMade(p colorprofile.Profile, environ []string) colorprofile.Profile {
	term := ""
	for _, set := range slices.Backward(environ) { // the last counts
		switch name, value, _ := strings.Cut(set, "="); {
		case name == "COLORTERM" && value != "":
			return p
		case name == "TERM" && term == "":
			term = value
		}
	}
	for _, made := range []string{"vt52", "vt1", "vt220"} {
		if strings.HasPrefix(term, made) && !strings.Contains(term, "color") {
			return min(p, colorprofile.ASCII)
		}
	}
	return p
}
