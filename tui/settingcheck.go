package tui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/settings"
)

// Check is what is wrong with the settings, by lines: what a chat that opens says of them, of
// whom nobody is there to read it. What a theme lacks is not known here.
func (s Settings) Check() []settings.Mistake {
	_, keys := s.Keys()
	return byLine(append(s.misnamed(), keys...))
}

// Keys is the key map as the settings make it, and what is wrong with that.
func (s Settings) Keys() (k keymap.Map, mistakes []settings.Mistake) {
	k = keymap.Of(presetOf(s.Entries))
	mistakes = k.Remap(s.Entries)
	return k, mistakes
}

// misnamed are the mistakes in all but the keys: what cannot be read, what is called
// otherwise, and what cannot be had.
func (s Settings) misnamed() []settings.Mistake {
	list, mistakes := settingList(), slices.Clone(s.Mistakes)
	var names []string
	unknown := 0
	for i, m := range mistakes { // quotes alone would not mend what is no value
		if at := settingAt(list, m.Name); at >= 0 {
			if _, err := list[at].read(m.Text); err != nil {
				mistakes[i].Says = fmt.Sprintf("%s: %s", m.Name, err)
			}
		}
	}
	for _, e := range s.Entries {
		if strings.HasPrefix(e.Name, keymap.Table) {
			continue
		}
		i := settingAt(list, e.Name)
		if i < 0 {
			near := ""
			if unknown++; unknown <= settings.MostTold {
				if names == nil {
					k := keymap.Default()
					names = settingNames(&k)
				}
				near = settings.Nearest(e.Name, names)
			}
			if e.Name == strings.TrimSuffix(keymap.Table, ".") {
				near = "preset"
			}
			mistakes = append(mistakes, settings.Mistake{Line: e.Line, Says: settings.Unknown("setting", e.Name, near)})
		} else if _, err := list[i].read(e.Value); err != nil {
			mistakes = append(mistakes, settings.Mistake{Line: e.Line, Says: fmt.Sprintf("%s: %s", e.Name, err)})
		}
	}
	return mistakes
}

// settingAt is where in a list the setting of a name is, -1 if there is none.
func settingAt(list []setting, name string) int {
	return slices.IndexFunc(list, func(s setting) bool { return s.name == name })
}

// byLine orders mistakes as they stand in the file; that nothing is read from a line on is told before
// all others, however many there are.
func byLine(mistakes []settings.Mistake) []settings.Mistake {
	slices.SortStableFunc(mistakes, func(a, b settings.Mistake) int {
		if a.Ends != b.Ends {
			if a.Ends {
				return -1
			}
			return 1
		}
		return a.Line - b.Line
	})
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
