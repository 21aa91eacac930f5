package keymap

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"

	"github.com/hobnob-chat/hobnob/tui/settings"
)

// Table is the table of the file of settings that has the keys.
const Table = "keys."

// Named is a key of a Map and what it is called in the file of settings.
type Named struct {
	Name string // as rooms.jump; the field's name
	*key.Binding
}

// Named are all keys there are.
func (k *Map) Named() (list []Named) {
	binding := reflect.TypeFor[key.Binding]()
	var walk func(v reflect.Value, in string)
	walk = func(v reflect.Value, in string) {
		for i := range v.NumField() {
			name := in + kebab(v.Type().Field(i).Name)
			if f := v.Field(i); f.Type() != binding {
				walk(f, name+".")
			} else if b, ok := reflect.TypeAssert[*key.Binding](f.Addr()); ok {
				list = append(list, Named{name, b})
			}
		}
	}
	walk(reflect.ValueOf(k).Elem(), "")
	return list
}

// kebab is a field's name as it is written in the file: LineStart is line-start.
func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// mode is when a key is heard: each of these has its own letters, and within one no key
// means two things.
func mode(name string) string {
	switch name {
	case "choose.begin", "look.catch-up": // these begin one
		return ""
	}
	for _, own := range []string{"choose.", "read.", "look.catch-"} {
		if strings.HasPrefix(name, own) {
			return own
		}
	}
	return "" // while one writes, where letters are letters
}

// shared are pairs of bindings that have a key together: one of the two does something
// where the other does nothing.
func shared(a, b string) bool {
	for _, p := range [][2]string{
		{"leave", "edit.delete-character-forward"}, // where nothing is written
		{"edit-last", "edit.line-previous"},        // likewise
		{"rooms.jump", "edit.delete-after-cursor"}, // at the end of a line
	} {
		if p == [2]string{a, b} || p == [2]string{b, a} {
			return true
		}
	}
	return false
}

// Remap changes keys to what the file of settings says, and tells what is wrong there.
// What is right of it is in force. A key that the file gives to something is taken from
// what had it before.
func (k *Map) Remap(entries []settings.Entry) []settings.Mistake {
	mistakes, lost := k.Rebind(entries)
	for _, l := range lost {
		mistakes = append(mistakes, settings.Mistake{Line: l.Line, Says: l.String() + ": give it another, or say that it shall have none: " + l.Name + " = []"})
	}
	return mistakes
}

// Loss is a binding whose last key was given to another one.
type Loss struct {
	Name, Key string
	Line      int // that gave it away; 0 where it is not in the file
}

func (l Loss) String() string {
	return fmt.Sprintf("%q was the key of %q, which has none now", l.Key, l.Name)
}

// Rebind is Remap that tells of what has no key left for itself.
func (k *Map) Rebind(entries []settings.Entry) (mistakes []settings.Mistake, lost []Loss) {
	all := k.Named()
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].Name
	}
	lines := make(map[string]int) // of what is set; 0 where it is not in the file
	unknown := 0
	for _, e := range entries {
		name, ours := strings.CutPrefix(e.Name, Table)
		if !ours {
			continue
		}
		at := slices.Index(names, name)
		if at < 0 {
			near := ""
			if unknown++; unknown <= settings.MostTold {
				near = settings.Nearest(name, names)
			}
			mistakes = append(mistakes, settings.Mistake{Line: e.Line, Says: settings.Unknown("key", name, near)})
			continue
		}
		keys, err := keysOf(name, e.Value)
		if err != nil {
			mistakes = append(mistakes, settings.Mistake{Line: e.Line, Says: fmt.Sprintf("%s: %s", name, err)})
			continue
		}
		wanted := len(keys)
		keys = slices.DeleteFunc(keys, func(one string) bool {
			for other, line := range lines {
				if slices.Contains(all[slices.Index(names, other)].Keys(), one) && clash(name, other) {
					mistakes = append(mistakes, settings.Mistake{Line: e.Line, Says: fmt.Sprintf("%s: %q is the key of %q already%s", name, one, other, onLine(line))})
					return true
				}
			}
			return false
		})
		if len(keys) == 0 && wanted > 0 {
			continue // it keeps what it had
		}
		rebind(all[at].Binding, keys)
		lines[name] = e.Line
	}
	return mistakes, yields(all, lines)
}

// clash tells whether two bindings cannot have one key.
func clash(a, b string) bool { return a != b && mode(a) == mode(b) && !shared(a, b) }

// yields takes keys that the file gives to something from what had them before, and
// tells what has none then.
func yields(all []Named, lines map[string]int) (lost []Loss) {
	for _, b := range all {
		if _, set := lines[b.Name]; set {
			continue
		}
		gave := Loss{Name: b.Name}
		left := slices.DeleteFunc(slices.Clone(b.Keys()), func(one string) bool {
			for _, other := range all {
				if n, set := lines[other.Name]; set && clash(b.Name, other.Name) && slices.Contains(other.Keys(), one) {
					gave.Key, gave.Line = one, n
					return true
				}
			}
			return false
		})
		if len(left) == len(b.Keys()) {
			continue
		}
		if rebind(b.Binding, left); len(left) == 0 {
			lost = append(lost, gave)
		}
	}
	return lost
}

// onLine says where something is set, if that is in the file.
func onLine(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", on line %d", n)
}

// rebind gives a binding other keys; none disables it.
func rebind(b *key.Binding, keys []string) {
	if len(keys) == 0 { // only nil is taken as none
		b.SetKeys()
		b.SetHelp("", b.Help().Desc)
		return
	}
	b.SetKeys(keys...)
	b.SetHelp(keys[0], b.Help().Desc)
}

// keysOf are the keys that a value names, as the terminal's events are called.
func keysOf(name string, value any) (keys []string, _ error) {
	list, several := value.([]any)
	if !several {
		list = []any{value}
	}
	for _, v := range list {
		text, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("a key is written as \"ctrl+t\", several as [\"ctrl+t\", \"f5\"]")
		}
		if text == "" && !several {
			break
		}
		one, err := KeyName(text)
		if err != nil {
			return nil, err
		}
		if mode(name) == "" && utf8.RuneCountInString(one) == 1 || mode(name) == "" && one == "space" {
			return nil, fmt.Errorf("%q is typed; a key here has ctrl or alt with it, or is one such as f5", one)
		}
		if last := one[len(one)-1]; name == "rooms.nth" && (last < '1' || last > '9') {
			return nil, fmt.Errorf("%q says no number from 1 to 9 at its end", one)
		}
		if !slices.Contains(keys, one) {
			keys = append(keys, one)
		}
	}
	if len(keys) > 0 && !slices.ContainsFunc(keys, everywhere) {
		return nil, fmt.Errorf("few terminals send %q: give it another key too, without meta, hyper and super", keys[0])
	}
	return keys, nil
}

// everywhere tells whether a key has nothing with it that only some terminals tell of.
func everywhere(one string) bool {
	return !strings.Contains(one, "meta+") && !strings.Contains(one, "hyper+") && !strings.Contains(one, "super+")
}

var (
	// heldKeys are what is held down, in the order in which Bubble Tea says it.
	heldKeys = []string{"ctrl", "alt", "shift", "meta", "hyper", "super"}

	// keyNames are the keys that are no characters.
	keyNames = func() []string {
		names := []string{"enter", "tab", "space", "esc", "backspace", "delete", "insert", "up", "down", "left", "right", "home", "end", "pgup", "pgdown", "begin", "find", "select"}
		for i := 1; i <= 24; i++ {
			names = append(names, fmt.Sprintf("f%d", i))
		}
		return names
	}()

	// otherNames are what they are also called.
	otherNames = map[string]string{
		"return": "enter", "escape": "esc", "del": "delete", "ins": "insert", "pageup": "pgup", "pagedown": "pgdown", "pgdn": "pgdown",
		"control": "ctrl", "option": "alt", "opt": "alt", "cmd": "super", "c": "ctrl", "m": "alt", "a": "alt", "s": "shift",
	}

	// sameKeys are what terminals send for two keys: of these only the second is heard
	// everywhere.
	sameKeys = map[string]string{"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "esc"}
)

// KeyName is a key as Bubble Tea says it: what is held down in one order, and names that
// it has.
func KeyName(text string) (string, error) {
	word := strings.TrimSpace(text)
	parts := strings.Split(word, "+")
	switch rest, plus := strings.CutSuffix(word, "+"); { // the key is the plus itself
	case plus && rest == "":
		parts = []string{"+"}
	case plus:
		parts = append(strings.Split(strings.TrimSuffix(rest, "+"), "+"), "+")
	}
	base := parts[len(parts)-1]
	held := make(map[string]bool)
	for _, h := range parts[:len(parts)-1] {
		name := strings.ToLower(strings.TrimSpace(h))
		if other := otherNames[name]; other != "" {
			name = other
		}
		if !slices.Contains(heldKeys, name) {
			return "", errKey(text, within(word, h, settings.Nearest(name, heldKeys)))
		}
		held[name] = true
	}
	if base = strings.TrimSpace(base); utf8.RuneCountInString(base) == 1 {
		if len(held) > 0 && !(len(held) == 1 && held["shift"]) {
			base = strings.ToLower(base)
		} else if held["shift"] {
			base, held = strings.ToUpper(base), nil
		}
		if r, _ := utf8.DecodeRuneInString(base); !unicode.IsGraphic(r) || unicode.IsSpace(r) {
			return "", errKey(text, "")
		}
	} else {
		name := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(base))
		if other := otherNames[name]; len(name) > 1 && other != "" {
			name = other
		}
		if !slices.Contains(keyNames, name) {
			return "", errKey(text, within(word, base, settings.Nearest(name, keyNames)))
		}
		base = name
	}
	var b strings.Builder
	for _, h := range heldKeys {
		if held[h] {
			b.WriteString(h + "+")
		}
	}
	whole := b.String() + base
	if same := sameKeys[whole]; same != "" {
		return "", fmt.Errorf("most terminals send %s for %q", same, whole)
	}
	return whole, nil
}

// within is the whole key that may have been meant where a part of it is none, "" where nothing is
// near that part.
func within(whole, part, near string) string {
	if near == "" {
		return ""
	}
	return strings.Replace(whole, strings.TrimSpace(part), near, 1)
}

func errKey(text, near string) error {
	if near != "" {
		return fmt.Errorf("%q is no key: did you mean %q?", settings.Cut(text), near)
	}
	return fmt.Errorf("%q is no key; there are such as \"ctrl+t\", \"alt+enter\", \"f5\" and \"pgup\"", settings.Cut(text))
}
