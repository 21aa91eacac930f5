package cli

import (
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui/notify"
)

// alerts is how the terminal is known to tell its user of a message while they look
// elsewhere, and in which way they want it whatever is set, "" for none. A desktop's own
// notifications are left out: over ssh they would be those of another machine.
func alerts(env func(string) string) (auto notify.Means, way string, err error) {
	tmux := env("TMUX") != ""
	if way = env("HOBNOB_NOTIFY"); way != "" && !slices.Contains(notify.Ways(), way) {
		return notify.Means{}, "", exit.New(exit.Usage, "HOBNOB_NOTIFY=auto is what the terminal is known to have, or its bell",
			"HOBNOB_NOTIFY is auto, osc9, osc777, bell or none, not %q", way)
	}
	if tmux || env("STY") != "" { // which tell of a bell in their own way, and may pass on nothing else
		return notify.Means{Bell: true, Tmux: tmux}, way, nil
	}
	name := strings.ToLower(env("TERM_PROGRAM") + " " + env("LC_TERMINAL") + " " + env("TERM"))
	for _, n := range []string{"kitty", "ghostty", "wezterm", "iterm"} {
		if strings.Contains(name, n) {
			return notify.Means{OSC9: true}, way, nil
		}
	}
	for _, n := range []string{"foot", "rxvt", "contour"} {
		if strings.Contains(name, n) {
			return notify.Means{OSC777: true}, way, nil
		}
	}
	return notify.Means{Bell: true}, way, nil
}
