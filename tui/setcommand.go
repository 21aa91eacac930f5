package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/overlay"
	"github.com/hobnob-chat/hobnob/tui/settings"
)

// setCommand shows what can be set, or sets it: for this program at once, and in the
// file for the next ones.
func (m *Model) setCommand(rest string) tea.Cmd {
	name, value, _ := strings.Cut(rest, " ")
	value = strings.TrimPrefix(strings.TrimSpace(value), "= ")
	list := settingList()
	at := slices.IndexFunc(list, func(s setting) bool { return s.name == name })
	switch {
	case name == "":
		return m.showSettings()
	case strings.HasPrefix(name, keymap.Table) || name == "keys":
		return m.setKey(strings.TrimPrefix(strings.TrimPrefix(name, "keys"), "."), value)
	case at < 0:
		m.composer.Say(settings.Unknown("setting", name, settings.Nearest(name, settingNames(&m.keys))) + " /set shows what there is")
	case value == "":
		s := list[at]
		m.composer.Tell(fmt.Sprintf("%s is %s: %s (%s)%s", s.name, s.get(m), s.does, s.says(), s.stronger(m)))
	default:
		return m.setOne(list[at], value)
	}
	return nil
}

// setOne sets something, and says so.
func (m *Model) setOne(s setting, value string) tea.Cmd {
	cmd, err := m.setTo(s, value)
	switch {
	case err != nil:
		m.composer.Say(s.name + ": " + cut(err.Error()))
	case s.put == nil:
		m.composer.Tell(s.name + " is " + s.get(m) + " now" + m.where() + s.stronger(m))
	}
	return cmd
}

// setTo sets something, for this program at once and in the file for the next ones.
func (m *Model) setTo(s setting, value string) (tea.Cmd, error) {
	value = s.meant(value)
	if err := s.check(value); err != nil {
		return nil, err
	}
	if s.put != nil {
		return s.put(m, value), nil
	}
	if err := s.set(m, value); err != nil {
		return nil, err
	}
	m.entered(settings.Entry{Name: s.name, Value: s.inFile(value)})
	return m.save(s.name, s.inFile(value), s.line(value)), nil
}

// stronger says what is stronger than a setting, after something else.
func (s setting) stronger(m *Model) string {
	if s.note == nil || s.note(m) == "" {
		return ""
	}
	return "; " + s.note(m)
}

// entered remembers what is set as if it were in the file.
func (m *Model) entered(e settings.Entry) {
	m.set.Entries = slices.DeleteFunc(slices.Clone(m.set.Entries), func(o settings.Entry) bool { return o.Name == e.Name })
	m.set.Entries = append(m.set.Entries, e)
}

// where says whether a change outlives the program.
func (m *Model) where() string {
	if m.set.Save == nil {
		return ", until you leave"
	}
	return ""
}

// setKey shows the keys whose names begin so, or gives one of them others.
func (m *Model) setKey(name, value string) tea.Cmd {
	all := m.keys.Named()
	at := slices.IndexFunc(all, func(b keymap.Named) bool { return b.Name == name })
	if value == "" {
		if at >= 0 {
			m.composer.Tell(fmt.Sprintf("%s%s is %s: %s", keymap.Table, name, keyText(all[at]), all[at].Help().Desc))
			return nil
		}
		if m.listKeys(name, all) {
			return nil
		}
	}
	if at < 0 {
		m.composer.Say(settings.Unknown("key", name, settings.Nearest(name, settingNames(&m.keys))) + " /set keys shows all")
		return nil
	}
	keys := []any{}
	if value != "none" {
		for word := range strings.FieldsSeq(strings.ReplaceAll(value, ",", " ")) {
			keys = append(keys, word)
		}
	}
	before, was := m.set.Entries, m.keys
	m.entered(settings.Entry{Name: keymap.Table + name, Value: keys})
	k := m.baseKeys()
	mistakes, lost := k.Rebind(m.set.Entries)
	var wrong []string
	for _, mistake := range mistakes {
		if mistake.Line == 0 { // the others are told already
			wrong = append(wrong, mistake.Says)
		}
	}
	if len(wrong) > 0 {
		m.set.Entries = before
		m.composer.Say(cut(strings.Join(wrong, "; ")))
		return nil
	}
	m.remap()
	lines := []string{keymap.Table + name + " is " + keyText(sameKey(all[at], &m.keys)) + " now" + m.where()}
	for _, l := range lost {
		if len(sameKey(keymap.Named{Name: l.Name}, &was).Keys()) > 0 { // this took it
			lines = append(lines, l.String()+": /set "+keymap.Table+l.Name+" KEY gives it another")
		}
	}
	m.composer.Tell(strings.Join(lines, " · "))
	return m.save(keymap.Table+name, keys, fmt.Sprintf("%s in [keys]", name))
}

const (
	// keyColumn is how wide keys stand before what they do, in a list: most have one or two.
	keyColumn = 16
	// longestKey is as long as the name of a key: edit.delete-character-backward.
	longestKey = 30
)

// listKeys lists the keys whose names begin so, to give one of them others, and tells whether
// there are any.
func (m *Model) listKeys(name string, all []keymap.Named) bool {
	var places []overlay.Place
	for _, b := range all {
		if name == "" || strings.HasPrefix(b.Name, name+".") {
			places = append(places, overlay.Place{ID: b.Name, Name: b.Name, About: fmt.Sprintf("%-*s %s", keyColumn, keyText(b), b.Help().Desc)})
		}
	}
	if len(places) == 0 {
		return false
	}
	m.pick(overlay.Words{Title: "keys", None: "no key is called that", Does: "gives it another", Widest: longestKey}, places, func(p overlay.Place) tea.Cmd {
		if line := "/set " + keymap.Table + p.ID + " "; m.composer.Empty() {
			m.composer.Paste(line)
		} else {
			m.composer.Bring(line)
		}
		m.setFocus(writing)
		return nil
	})
	return true
}

// sameKey is the same key of another map.
func sameKey(b keymap.Named, k *keymap.Map) keymap.Named {
	for _, other := range k.Named() {
		if other.Name == b.Name {
			return other
		}
	}
	return b
}

// keyText is which keys a binding has.
func keyText(b keymap.Named) string {
	if len(b.Keys()) == 0 {
		return "no key"
	}
	return strings.Join(b.Keys(), " ")
}
