//go:build unix

package main

import (
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/charmbracelet/x/term"
)

// TestTokenIsPasted: in a terminal a token is asked for, ends with Enter however
// long it is, and is not shown; one Ctrl+C leaves, and the terminal is as it was.
func TestTokenIsPasted(t *testing.T) {
	const asks = "Paste the token, then press Enter (it is not shown):"
	long := "eyJhbGciOiJIUzI1NiJ9." + strings.Repeat("a", 5000) + ".sig" // a terminal's own lines end at 4095
	for _, tc := range []struct {
		keys string
		code int
		says string
		args []string
	}{
		{"eyJhbGciOiJub25lIn0.e30.\r", 0, `"alg": "none"`, []string{"token", "inspect"}},
		{"\x03", 1, "hobnob: you left before a token was given\n", []string{"token", "inspect"}},
		{"\r", 2, "hobnob: there is no token on stdin\n", []string{"login", "127.0.0.1:1", "--token", "-"}},
		{"\x03", 1, "hobnob: you left before a token was given\n", []string{"login", "127.0.0.1:1", "--token", "-"}},
		{long + "\r", 4, "hobnob: no server at http://127.0.0.1:1: nothing listens there\n", []string{"login", "127.0.0.1:1", "--token", "-"}},
	} {
		home := t.TempDir()
		s := begin(t, home, filepath.Join(home, "no-bus"), tc.args...)
		s.shows(asks)
		var raw *term.State
		if runtime.GOOS == "linux" { // elsewhere it is gone with its last process
			var err error
			if raw, err = term.GetState(s.keys.Fd()); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.keys.WriteString(tc.keys); err != nil {
			t.Fatal(err)
		}
		s.shows(strings.TrimSpace(tc.says))
		if raw != nil {
			if after, err := term.GetState(s.keys.Fd()); err != nil || reflect.DeepEqual(raw, after) {
				t.Errorf("%v: the terminal is not as it was: %v", tc.args, err)
			}
		}
		printed, code := s.end()
		if code != tc.code || !strings.Contains(printed, asks+" \n") || !strings.Contains(printed, tc.says) || strings.Contains(printed, "eyJ") || strings.Contains(printed, "^C") {
			t.Errorf("%v ended with %d: %q", tc.args, code, printed)
		}
	}
}
