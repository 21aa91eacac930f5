package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/settings"
)

// TestHelpFitsWhereThereIsLittleRoom: what a line does is read also beside a command.
func TestHelpFitsWhereThereIsLittleRoom(t *testing.T) {
	s := openTeam(20, 5)
	s.keys(t, "{f1}")
	all := ""
	for range 80 {
		all += s.text()
		s.keys(t, "{pgdown}")
	}
	for _, want := range []string{"/reply to the newest\n", "/msg talk to one\n", "/members who is here\n", "up edit last, up\n"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not there:\n%s", want, all)
		}
	}
}

// TestHelpOfWhatHasNoKey: what the file has given the only key of another is neither in the help nor
// in its way, and what is said of keys elsewhere does not name it.
func TestHelpOfWhatHasNoKey(t *testing.T) {
	for file, gone := range map[string]string{
		"keys.help = ['f1', 'ctrl+o']":             "show all of a folded message",
		"keys.sleep = ['ctrl+z', 'alt+home']":      "to the oldest message loaded",
		"keys.choose.reply = ['r', 'x', 'd', 'e']": "delete it, which asks first",
		"keys.mouse = []":                          "leave the mouse to the terminal",
	} {
		entries, broken := settings.Parse([]byte(file))
		if len(broken) > 0 {
			t.Fatal(broken)
		}
		s := &screen{client: &fake{}}
		s.Model = New(Config{Client: s.client, Set: Settings{File: "config.toml", Entries: entries}})
		s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
		for _, b := range s.Model.keys.Named() {
			if b.Enabled() == (len(b.Keys()) == 0) {
				t.Errorf("%s: %s has the keys %q, and is enabled: %v", file, b.Name, b.Keys(), b.Enabled())
			}
		}
		for _, section := range keymap.Help(&s.Model.keys, false) {
			for _, e := range section.Entries {
				if strings.HasPrefix(e.Does, gone) {
					t.Errorf("%s: the help has %q", file, e)
				}
			}
		}
		if s.keys(t, "{f1}"); !strings.Contains(s.text(), "writing") {
			t.Errorf("%s: no help:\n%s", file, s.text())
		}
	}
}
