package chat

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestOwnName: what a program calls itself is short, whole and safe to show, whatever it is.
func TestOwnName(t *testing.T) {
	for name, want := range map[string]string{
		"laptop":                                 "laptop",
		"":                                       "",
		" \t\n ":                                 "",
		" ada's\nlaptop ":                        "ada's laptop",
		"\x1b[31mred":                            "␛[31mred",
		"a\u202eb":                               "a⟨RLO⟩b",
		"a\xffb":                                 "ab",
		strings.Repeat("x", 1<<20):               strings.Repeat("x", maxOwnName),
		strings.Repeat("é", maxOwnName):          strings.Repeat("é", maxOwnName/2),
		"x" + strings.Repeat("é", maxOwnName):    "x" + strings.Repeat("é", maxOwnName/2-1),
		strings.Repeat(" ", maxOwnName) + "late": "",
	} {
		if got := OwnName(name); got != want {
			t.Errorf("%.60q is %q, want %q", name, got, want)
		}
	}
	for _, hostile := range []string{strings.Repeat("\x1b", 1000), strings.Repeat("\u202e", 1000), strings.Repeat("\xff", 1000), strings.Repeat("👩‍👩‍👧‍👦", 100), strings.Repeat("a\u0301", 100)} {
		got := OwnName(hostile)
		if len(got) > maxOwnName || !utf8.ValidString(got) || OwnName(got) != got || SanitizeLine(got) != got {
			t.Errorf("%.30q is %q", hostile, got)
		}
	}
}
