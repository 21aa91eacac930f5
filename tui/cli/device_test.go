package cli

import (
	"errors"
	"testing"
)

// TestDevice: the machine's own name without its domain, unless its user says another or
// none.
func TestDevice(t *testing.T) {
	for _, c := range []struct{ set, own, want string }{
		{"auto", "laptop", "laptop"},
		{"auto", "laptop.corp.example.org", "laptop"},
		{"auto", ".local", ""},
		{"auto", "bad\x1b[31m", "bad␛[31m"},
		{"auto", "", ""},
		{"none", "laptop", ""},
		{"my.desk", "laptop", "my.desk"},
		{" \x1b ", "laptop", "␛"},
	} {
		if got := deviceOf(c.set, func() (string, error) { return c.own, nil }); got != c.want {
			t.Errorf("%+v is %q", c, got)
		}
	}
	if got := deviceOf("auto", func() (string, error) { return "x", errors.New("it has none") }); got != "" {
		t.Errorf("who has no name is %q", got)
	}
}
