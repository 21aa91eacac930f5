package tui

import (
	"strings"
	"testing"
)

// TestHelpNamesEachKeyOnce: a key that means two things where one writes has one line, which
// says when it means what; also with the keys of other programs.
func TestHelpNamesEachKeyOnce(t *testing.T) {
	for _, set := range []string{"/set preset slack", "/set preset irc", "/set preset vim"} {
		s := openTeam(100, 30)
		s.keys(t, set+"{enter}")
		seen, lines := make(map[string]string), make(map[string]string)
		for _, section := range s.Model.keys.help() {
			if section.Title == "with a message" || section.Title == "in an open message" || strings.HasPrefix(section.Title, "lines") {
				continue // its keys mean that there alone
			}
			for _, e := range section.Entries {
				if strings.HasPrefix(e.Does, "on that walk") {
					continue
				}
				for _, k := range e.Keys {
					if other, twice := seen[k]; twice {
						t.Errorf("%s: %s is %q and %q", set, k, other, e.Does)
					}
					seen[k] = e.Does
				}
				lines[e.Does] = e.Keys[0]
			}
		}
		if len(lines) < 40 {
			t.Errorf("%s: the help has %d lines", set, len(lines))
		}
		own := set == "/set preset irc"
		if says := seen["up"]; strings.Contains(says, "edit your newest message") == own || !strings.Contains(says, "what you sent before") {
			t.Errorf("%s: up is %q", set, says)
		}
	}
}

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
