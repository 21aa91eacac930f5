package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/notify"
)

// What is changed there is in force at once and in the file, and what was being written is as
// it was.
func TestSettingsAreChangedWithArrows(t *testing.T) {
	var saved []string
	s := openSet(t, "", func(name string, value any) error {
		saved = append(saved, fmt.Sprint(name, "=", value))
		return nil
	})
	s.themes = &shelf{}
	run := func(keys string) {
		for key := range strings.SplitAfterSeq(keys, "}") {
			drainSettings(s, s.keys(t, key))
		}
	}
	run("half a word")
	run("{alt+s}")
	if text := s.text(); !strings.Contains(text, "[default]") || !strings.Contains(text, "sea") || !strings.Contains(text, "▸ preset") {
		t.Fatalf("not open:\n%s", text)
	}
	for _, c := range []struct{ keys, saved, shows string }{
		{"{right}", "preset=irc", "[irc]"},
		{"{left}{left}", "preset=slack preset=vim", "[vim]"},
		{"{down}", "", "▸ theme"},
		{"{enter}{enter}", "theme=sea theme=terminal", "[terminal]"},
		{"{down}{enter}{enter}{enter}", "notify=osc9 notify=osc777 notify=bell", "[bell]"},
		{"{down}{enter}", "mouse=false", "[off]"},
		{"{down}{enter}{left}", "sidebar=false sidebar=true", "[on]"},
		{"{down}{enter}", "members=true", "members"},
		{"x{enter}", "members=false", "members"},
	} {
		saved = nil
		if run(c.keys); strings.Join(saved, " ") != c.saved || !strings.Contains(s.text(), c.shows) {
			t.Errorf("%s saves %v, not %s, or does not show %s:\n%s", c.keys, saved, c.saved, c.shows, s.text())
		}
	}
	if got := s.Model; got.preset != "vim" || got.scheme() != "terminal" || got.way != "bell" || got.mouse || got.folded || got.peopleOn {
		t.Errorf("in force: %s %s %s %v %v %v", got.preset, got.scheme(), got.way, got.mouse, got.folded, got.peopleOn)
	}
	if run("{esc}"); s.top() != nil || s.composer.Text() != "half a word" {
		t.Errorf("on top is %T, and written %q", s.top(), s.composer.Text())
	}
}

// drainSettings does what commands of the settings do.
func drainSettings(s *screen, cmd tea.Cmd) {
	for _, msg := range messages(cmd) {
		switch msg.(type) {
		case asked, themed, setDone:
			drainSettings(s, s.send(msg))
		}
	}
}

// Where HOBNOB_NOTIFY says how one is told, that is in force whatever is set, and said.
func TestNotifyOfTheEnvironmentIsStronger(t *testing.T) {
	s := openSet(t, "notify = 'osc9'\n", nil)
	if got := s.alerts.By(s.notifies()); !got.OSC9 {
		t.Errorf("%+v", got)
	}
	s.alertsFixed = "none"
	if got := s.alerts.By(s.notifies()); got != (notify.Means{}) {
		t.Errorf("%+v", got)
	}
	s.keys(t, "/set notify{enter}")
	if text := strings.Join(strings.Fields(strings.ReplaceAll(s.text(), "│", " ")), " "); !strings.Contains(text, "is stronger, and says none") {
		t.Errorf("not said:\n%s", s.text())
	}
}

func TestSettingsGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		t.Run(fmt.Sprintf("settings-%dx%d", size[0], size[1]), func(t *testing.T) {
			s := open(size[0], size[1], chat.Reloaded{Room: chat.GeneralRoom, Messages: conversation()})
			s.Model.set.File, s.Model.set.Save = "~/.config/hobnob/config.toml", func(string, any) error { return nil }
			drainSettings(s, s.keys(t, "/settings{enter}"))
			s.keys(t, "{down}{down}{right}")
			golden(t, s.text()+"\n")
		})
	}
}

// What is set twice in a hurry is in the file as it was set last, one after the other.
func TestSettingsAreSavedInOrder(t *testing.T) {
	var saved []string
	s := openSet(t, "", func(name string, value any) error {
		saved = append(saved, fmt.Sprint(name, "=", value))
		return nil
	})
	first := s.keys(t, "/set mouse off{enter}")
	for _, line := range []string{"/set mouse on{enter}", "/set sidebar off{enter}"} {
		if got := messages(s.keys(t, line)); len(got) > 0 {
			t.Fatalf("%s does not wait: %v", line, got)
		}
	}
	drainSettings(s, first)
	if got := strings.Join(saved, " "); got != "mouse=false mouse=true sidebar=false" || len(s.saving) != 0 {
		t.Errorf("saved %s, and %d wait", got, len(s.saving))
	}
	drainSettings(s, s.keys(t, "/set mouse off{enter}"))
	if saved[len(saved)-1] != "mouse=false" {
		t.Errorf("saved %v", saved)
	}
}
