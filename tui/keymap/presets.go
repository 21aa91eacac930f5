package keymap

import "charm.land/bubbles/v2/key"

// Preset is a key map for fingers that know another program.
type Preset struct {
	Name, Does string

	change func(set func(b *key.Binding, keys ...string), k *Map)
}

// Presets are the key maps one can begin with; the first is the one of who has chosen
// none.
func Presets() []Preset {
	type set = func(b *key.Binding, keys ...string)
	return []Preset{
		{"slack", "up edits your last message, ctrl+k finds rooms", func(set, *Map) {}},
		{"irc", "up recalls what you sent, alt+j finds rooms", func(set set, k *Map) {
			set(&k.EditLast)
			set(&k.Rooms.Jump, "alt+j")
			set(&k.Rooms.Unread, "alt+a")
			set(&k.Rooms.Next, "alt+down", "ctrl+n", "f6")
			set(&k.Rooms.Previous, "alt+up", "ctrl+p", "f5")
			set(&k.Edit.DeleteAfterCursor, "ctrl+k")
		}},
		{"vim", "esc selects messages, i writes, ctrl+] quits", func(set set, k *Map) {
			set(&k.PageUp, "pgup", "ctrl+b")
			set(&k.PageDown, "pgdown", "ctrl+d")
			set(&k.Leave, "ctrl+]")
			set(&k.Edit.CharacterBackward, "left")
			set(&k.Edit.DeleteCharacterForward, "delete")
			set(&k.Choose.Leave, "i", "a", "q") // Esc once more changes nothing
		}},
	}
}

// PresetNames are the names of the key maps one can begin with.
func PresetNames() (names []string) {
	for _, p := range Presets() {
		names = append(names, p.Name)
	}
	return names
}

// Of is the key map of the preset that is called that, Default if none is.
func Of(preset string) Map {
	k := Default()
	for _, p := range Presets() {
		if p.Name == preset {
			p.change(func(b *key.Binding, keys ...string) { rebind(b, keys) }, &k)
		}
	}
	return k
}
