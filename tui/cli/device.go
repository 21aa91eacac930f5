package cli

import (
	"os"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui"
	"github.com/hobnob-chat/hobnob/tui/settings"
)

// device is what this machine is called where its user looks where they are signed in, ""
// for nothing: the setting, as the file has it now. Where the file cannot be read, nothing
// is told: its user may have said so there.
func device() string {
	b, err := readConfig(configFile())
	if err != nil {
		return ""
	}
	entries, _ := settings.Parse(b)
	return deviceOf(tui.Device(entries), os.Hostname)
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
