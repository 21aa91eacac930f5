package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/overlay"
)

// showSettings lists all that can be set, to be changed with the arrows. What is changed
// is in force at once, and in the file.
func (m *Model) showSettings() tea.Cmd {
	list, themes := settingList(), m.themes
	said := strings.TrimPrefix(m.where(), ", ")
	if said == "" && m.set.File != "" {
		said = "kept in " + m.set.File
	}
	var options []overlay.Option
	for _, s := range list {
		options = append(options, overlay.Option{Name: s.name, Does: s.does, Value: s.get(m), Values: s.offers(m)})
	}
	options = append(options, overlay.Option{Name: "keys", Does: "each key can be another one: /set keys shows all, /set keys.help f2 changes one", Value: "/set keys"})
	o := overlay.NewOptions(m.theme, overlay.Words{Title: "settings", Said: said, Keys: m.layerKeys()}, options)
	var names []string // of themes, once their folder was read
	refresh := func() tea.Cmd {
		for _, s := range list {
			values, note := s.offers(m), ""
			if s.name == "theme" {
				values = names
			}
			if s.note != nil {
				note = s.note(m)
			}
			o.Set(s.name, s.get(m), note, values)
		}
		return nil
	}
	set := func(next string) tea.Cmd {
		one := o.Chosen()
		i := slices.IndexFunc(list, func(s setting) bool { return s.name == one.Name })
		if i < 0 || next == "" || next == one.Value {
			return nil
		}
		cmd, err := m.setTo(list[i], next)
		if err != nil {
			m.composer.Say(one.Name + ": " + cut(err.Error()))
		}
		return cmd
	}
	turn := func(by int) tea.Cmd { return set(o.Chosen().Next(by)) }
	clicked := func(x int) tea.Cmd { // on a value; on a name it only chooses
		value, _ := o.ValueAt(x)
		return set(value)
	}
	press := func(msg tea.KeyPressMsg) (tea.Cmd, bool) {
		switch msg.String() {
		case "left", "h":
			return turn(-1), true
		case "right", "l", "space":
			return turn(1), true
		}
		return nil, false
	}
	m.openLayer(&layer{list: o, press: press, clicked: clicked, enter: func() tea.Cmd { return turn(1) }, more: refresh})
	return func() tea.Msg {
		found := schemes(themes)
		return asked{do: func(m *Model) tea.Cmd {
			names = found
			if now := m.scheme(); !slices.Contains(names, now) {
				names = append(slices.Clone(names), now)
			}
			return nil
		}}
	}
}
