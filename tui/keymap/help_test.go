package keymap

import (
	"strings"
	"testing"
)

// TestHelpNamesEachKeyOnce: a key that means two things where one writes has one line, which
// says when it means what; also with the keys of other programs.
func TestHelpNamesEachKeyOnce(t *testing.T) {
	for _, preset := range PresetNames() {
		k := Of(preset)
		seen, lines := make(map[string]string), make(map[string]string)
		for _, section := range Help(&k, true) {
			if section.Title == "with a message" || section.Title == "in an open message" || strings.HasPrefix(section.Title, "lines") {
				continue // its keys mean that there alone
			}
			for _, e := range section.Entries {
				if strings.HasPrefix(e.Does, "on that walk") {
					continue
				}
				for _, one := range e.Keys {
					if other, twice := seen[one]; twice {
						t.Errorf("%s: %s is %q and %q", preset, one, other, e.Does)
					}
					seen[one] = e.Does
				}
				lines[e.Does] = e.Keys[0]
			}
		}
		if len(lines) < 40 {
			t.Errorf("%s: the help has %d lines", preset, len(lines))
		}
		own := preset == "irc"
		if says := seen["up"]; strings.Contains(says, "edit your newest message") == own || !strings.Contains(says, "what you sent before") {
			t.Errorf("%s: up is %q", preset, says)
		}
	}
}

// TestKeysInARow are said as such.
func TestKeysInARow(t *testing.T) {
	for keys, want := range map[string]string{
		"alt+1 alt+2 alt+3 alt+4": "alt+1–4", "1 2 3": "1–3", "alt+1 alt+2": "alt+1 alt+2", "alt+1 alt+3 alt+4": "alt+1 alt+3",
		"alt+8 alt+9 alt+:": "alt+8 alt+9", "ctrl+1 alt+2 alt+3": "ctrl+1 alt+2", "a b c": "a b", "": "",
	} {
		if got := strings.Join(together(strings.Fields(keys)), " "); got != want {
			t.Errorf("%s is %q", keys, got)
		}
	}
}
