package cli

import (
	"os"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui"
	"github.com/hobnob-chat/hobnob/tui/settings"
)

// device is what this machine is called where its user looks where they are signed in, ""
// for nothing: the setting, as the file has it now.
func device() string {
	b, err := readConfig(configFile())
	if err != nil {
		return ""
	}
	return deviceOf(deviceSet(b), os.Hostname)
}

// deviceSet is the setting as a file has it. Where something in the file cannot be read, and
// nothing else says what the machine is called, nothing is told: its user may have said so there.
func deviceSet(b []byte) string {
	entries, mistakes := settings.Parse(b)
	if len(mistakes) > 0 && !slices.ContainsFunc(entries, func(e settings.Entry) bool { return e.Name == "device" }) {
		return tui.DeviceNone
	}
	return tui.Device(entries)
}

// deviceOf is what a setting says, where the machine is called by its own name.
func deviceOf(set string, own func() (string, error)) string {
	switch set {
	case tui.DeviceNone:
		return ""
	case tui.DeviceAuto:
		name, err := own()
		if err != nil {
			return "" // then it has none
		}
		// Which network it is in is nobody's to know.
		name, _, _ = strings.Cut(name, ".")
		return chat.OwnName(name)
	}
	return chat.OwnName(set)
}
