package tui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/tui/settings"
)

// Check is what is wrong with the settings, by lines: what a chat that opens says of them, of
// whom nobody is there to read it. What a theme lacks is not known here.
func (s Settings) Check() []Mistake {
	_, keys := ListKeys(s.Entries)
	return byLine(append(s.misnamed(), keys...))
}

// misnamed are the mistakes in all but the keys: what cannot be read, what is called
// otherwise, and what cannot be had.
func (s Settings) misnamed() []Mistake {
	list, mistakes := settingList(), slices.Clone(s.Mistakes)
	for _, e := range s.Entries {
		if strings.HasPrefix(e.Name, keyTable) {
			continue
		}
		i := settingAt(list, e.Name)
		if i < 0 {
			k := DefaultKeyMap()
			near := settings.Nearest(e.Name, settingNames(&k))
			if e.Name == strings.TrimSuffix(keyTable, ".") {
				near = "preset"
			}
			mistakes = append(mistakes, Mistake{Line: e.Line, Says: unknown("setting", e.Name, near)})
		} else if _, err := list[i].read(e.Value); err != nil {
			mistakes = append(mistakes, Mistake{Line: e.Line, Says: fmt.Sprintf("%s: %s", e.Name, err)})
		}
	}
	return mistakes
}

// settingAt is where in a list the setting of a name is, -1 if there is none.
func settingAt(list []setting, name string) int {
	return slices.IndexFunc(list, func(s setting) bool { return s.name == name })
}

// byLine orders mistakes as they stand in the file.
func byLine(mistakes []Mistake) []Mistake {
	slices.SortStableFunc(mistakes, func(a, b Mistake) int { return a.Line - b.Line })
	return mistakes
}

// presetOf is the preset that a file names, "" for none.
func presetOf(entries []settings.Entry) string {
	list := settingList()
	s := list[settingAt(list, "preset")]
	for _, e := range entries {
		if value, err := s.read(e.Value); err == nil && e.Name == s.name {
			return value
		}
	}
	return ""
}
