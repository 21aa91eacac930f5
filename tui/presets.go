package tui

import "charm.land/bubbles/v2/key"

// preset is a key map for fingers that know another program.
type preset struct {
	name, does string
	change     func(set func(b *key.Binding, keys ...string), k *KeyMap)
}

// presets are the key maps one can begin with; the first is the one of who has chosen
// none.
func presets() []preset {
	type set = func(b *key.Binding, keys ...string)
	return []preset{
		{"slack", "up edits your last message, ctrl+k finds rooms", func(set, *KeyMap) {}},
		{"irc", "up recalls what you sent, alt+j finds rooms", func(set set, k *KeyMap) {
			set(&k.EditLast)
			set(&k.Rooms.Jump, "alt+j")
			set(&k.Rooms.Unread, "alt+a")
			set(&k.Rooms.Next, "alt+down", "ctrl+n", "f6")
			set(&k.Rooms.Previous, "alt+up", "ctrl+p", "f5")
			set(&k.Edit.DeleteAfterCursor, "ctrl+k")
		}},
		{"vim", "esc selects messages, i writes, ctrl+] quits", func(set set, k *KeyMap) {
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
	for _, p := range presets() {
		names = append(names, p.name)
	}
	return names
}

// PresetKeyMap is the key map that is called that, DefaultKeyMap if none is.
func PresetKeyMap(name string) KeyMap {
	k := DefaultKeyMap()
	for _, p := range presets() {
		if p.name == name {
			p.change(func(b *key.Binding, keys ...string) { rebind(b, keys) }, &k)
		}
	}
	return k
}
