package cli

import (
	"strings"

	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
)

// alerts is how the terminal tells its user of a message while they look elsewhere. A
// desktop's own notifications are left out: over ssh they would be those of another
// machine.
func alerts(env func(string) string) (tui.Alerts, error) {
	tmux := env("TMUX") != ""
	switch said := env("HOBNOB_NOTIFY"); said {
	case "none":
		return tui.Alerts{}, nil
	case "bell":
		return tui.Alerts{Bell: true}, nil
	case "osc9":
		return tui.Alerts{OSC9: true, Tmux: tmux}, nil
	case "osc777":
		return tui.Alerts{OSC777: true, Tmux: tmux}, nil
	case "", "auto":
	default:
		return tui.Alerts{}, exit.New(exit.Usage, "HOBNOB_NOTIFY=auto is what the terminal is known to have, or its bell",
			"HOBNOB_NOTIFY is auto, osc9, osc777, bell or none, not %q", said)
	}
	if tmux || env("STY") != "" { // which tell of a bell in their own way, and may pass on nothing else
		return tui.Alerts{Bell: true}, nil
	}
	name := strings.ToLower(env("TERM_PROGRAM") + " " + env("LC_TERMINAL") + " " + env("TERM"))
	for _, n := range []string{"kitty", "ghostty", "wezterm", "iterm"} {
		if strings.Contains(name, n) {
			return tui.Alerts{OSC9: true}, nil
		}
	}
	for _, n := range []string{"foot", "rxvt", "contour"} {
		if strings.Contains(name, n) {
			return tui.Alerts{OSC777: true}, nil
		}
	}
	return tui.Alerts{Bell: true}, nil
}
