package cli

import (
	"errors"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/tui/settings"
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

// TestDeviceThatIsNotRead: where it may have been said that nothing is told, nothing is.
func TestDeviceThatIsNotRead(t *testing.T) {
	for file, want := range map[string]string{
		"": "auto", "mouse = false": "auto", `device = "desk"`: "desk", `device = "none"`: "none", `device = false`: "none",
		"device = none": "none", "device = ''": "none", "\xff": "none", "nonsense": "none", "nonsense\ndevice = \"desk\"": "desk",
		strings.Repeat("#", settings.MaxBytes+1): "none",
	} {
		if got := deviceSet([]byte(file)); got != want {
			t.Errorf("%.40q: %s", file, got)
		}
	}
}
