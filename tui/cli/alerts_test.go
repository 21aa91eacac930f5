package cli

import (
	"testing"

	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
)

func TestAlertsAreChosen(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want tui.Alerts
	}{
		{nil, tui.Alerts{Bell: true}},
		{map[string]string{"TERM": "xterm-kitty"}, tui.Alerts{OSC9: true}},
		{map[string]string{"TERM_PROGRAM": "WezTerm"}, tui.Alerts{OSC9: true}},
		{map[string]string{"TERM": "foot"}, tui.Alerts{OSC777: true}},
		{map[string]string{"TERM": "xterm-kitty", "TMUX": "x"}, tui.Alerts{Bell: true, Tmux: true}},
		{map[string]string{"HOBNOB_NOTIFY": "osc9", "TMUX": "x"}, tui.Alerts{OSC9: true, Tmux: true}},
		{map[string]string{"HOBNOB_NOTIFY": "osc777", "TERM": "xterm-kitty"}, tui.Alerts{OSC777: true}},
		{map[string]string{"HOBNOB_NOTIFY": "bell", "TERM": "xterm-kitty"}, tui.Alerts{Bell: true}},
		{map[string]string{"HOBNOB_NOTIFY": "none", "TERM": "xterm-kitty"}, tui.Alerts{}},
		{map[string]string{"HOBNOB_NOTIFY": "auto", "TERM": "xterm-kitty"}, tui.Alerts{OSC9: true}},
	} {
		auto, way, err := alerts(func(name string) string { return c.env[name] })
		if got := auto.NotifyBy(way); got != c.want || err != nil {
			t.Errorf("%v: %+v, %v", c.env, got, err)
		}
	}
	if _, _, err := alerts(func(string) string { return "loud" }); exit.CodeOf(err) != exit.Usage {
		t.Error(err)
	}
}
