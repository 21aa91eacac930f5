package cli

import (
	"testing"

	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui/notify"
)

func TestAlertsAreChosen(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want notify.Means
	}{
		{nil, notify.Means{Bell: true}},
		{map[string]string{"TERM": "xterm-kitty"}, notify.Means{OSC9: true}},
		{map[string]string{"TERM_PROGRAM": "WezTerm"}, notify.Means{OSC9: true}},
		{map[string]string{"TERM": "foot"}, notify.Means{OSC777: true}},
		{map[string]string{"TERM": "xterm-kitty", "TMUX": "x"}, notify.Means{Bell: true, Tmux: true}},
		{map[string]string{"HOBNOB_NOTIFY": "osc9", "TMUX": "x"}, notify.Means{OSC9: true, Tmux: true}},
		{map[string]string{"HOBNOB_NOTIFY": "osc777", "TERM": "xterm-kitty"}, notify.Means{OSC777: true}},
		{map[string]string{"HOBNOB_NOTIFY": "bell", "TERM": "xterm-kitty"}, notify.Means{Bell: true}},
		{map[string]string{"HOBNOB_NOTIFY": "none", "TERM": "xterm-kitty"}, notify.Means{}},
		{map[string]string{"HOBNOB_NOTIFY": "auto", "TERM": "xterm-kitty"}, notify.Means{OSC9: true}},
	} {
		auto, way, err := alerts(func(name string) string { return c.env[name] })
		if got := auto.By(way); got != c.want || err != nil {
			t.Errorf("%v: %+v, %v", c.env, got, err)
		}
	}
	if _, _, err := alerts(func(string) string { return "loud" }); exit.CodeOf(err) != exit.Usage {
		t.Error(err)
	}
}
