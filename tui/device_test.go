package tui

import (
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/tui/settings"
)

// TestDevice: what the file says that the machine is called; who says no name tells none.
func TestDevice(t *testing.T) {
	for file, want := range map[string]string{
		"": DeviceAuto, "device = 'auto'": DeviceAuto, "device = 'none'": DeviceNone, "device = 'None'": DeviceNone, "device = false": DeviceNone,
		"device = 'off'": DeviceNone, "device = true": DeviceAuto, "device = 'the desk'": "the desk", "device = ''": DeviceNone, "mouse = false": DeviceAuto,
	} {
		entries, _ := settings.Parse([]byte(file))
		if got := Device(entries); got != want {
			t.Errorf("%q is %q, want %q", file, got, want)
		}
	}
}

// TestDeviceIsSet: any name, which the pane has beside the words, and none again.
func TestDeviceIsSet(t *testing.T) {
	var saved []any
	s := openSet(t, "", func(name string, value any) error { saved = append(saved, name, value); return nil })
	s.line(t, "/set device the desk")
	s.line(t, "/settings")
	if got := s.text(); !strings.Contains(got, "device    auto   none  [the desk]") {
		t.Errorf("it is\n%s", got)
	}
	for range settingList() {
		s.keys(t, "{down}")
	}
	s.keys(t, "{up}")
	for range 2 { // past the last, to none
		drainAll(s, s.keys(t, "{right}"))
	}
	if got := s.text(); !strings.Contains(got, "device    auto  [none]") || s.device != DeviceNone || len(saved) < 2 || saved[1] != "the desk" {
		t.Errorf("%q, saved %v:\n%s", s.device, saved, got)
	}
}
