package keymap

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/tui/settings"
)

// remapped is the default key map as a file makes it, and what is wrong in the file.
func remapped(t *testing.T, file string) (Map, []string) {
	t.Helper()
	entries, broken := settings.Parse([]byte(file))
	if len(broken) > 0 {
		t.Fatalf("%q: %v", file, broken)
	}
	k := Default()
	var says []string
	for _, m := range k.Remap(entries) {
		says = append(says, m.Says)
	}
	return k, says
}

func keysIn(k *Map, name string) string {
	for _, b := range k.Named() {
		if b.Name == name {
			return strings.Join(b.Keys(), " ")
		}
	}
	return "there is no " + name
}

// No key of any preset means two things, and all of them are keys.
func TestPresets(t *testing.T) {
	for _, name := range PresetNames() {
		k := Of(name)
		all := k.Named()
		for i, a := range all {
			for _, one := range a.Keys() {
				if got, err := KeyName(one); err != nil || got != one {
					t.Errorf("%s: %s has %q: %q, %v", name, a.Name, one, got, err)
				}
				for _, b := range all[i+1:] {
					if clash(a.Name, b.Name) && strings.Contains(" "+strings.Join(b.Keys(), " ")+" ", " "+one+" ") {
						t.Errorf("%s: %q is of %s and of %s", name, one, a.Name, b.Name)
					}
				}
			}
			if a.Enabled() && a.Help().Key != a.Keys()[0] {
				t.Errorf("%s: the help calls %s %q", name, a.Name, a.Help().Key)
			}
			if a.Help().Desc == "" {
				t.Errorf("%s: nothing says what %s does", name, a.Name)
			}
		}
	}
}

func TestRemap(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       map[string]string
		says       []string
	}{
		{"one and several", "[keys]\nhelp = 'f2'\nrooms.next = ['f3', 'Ctrl+N']", map[string]string{"help": "f2", "rooms.next": "f3 ctrl+n"}, nil},
		{"none", "[keys]\nsleep = []\nmouse = ''", map[string]string{"sleep": "", "mouse": ""}, nil},
		{"names people have for keys", "[keys]\nhelp = ['C-x', 'alt+CTRL+b', 'shift+g', 'PageUp']", map[string]string{"help": "f1"}, []string{
			`help: "C-x" is no key; there are such as "ctrl+t", "alt+enter", "f5" and "pgup"`,
		}},
		{"what is held down, in any order", "[keys]\nhelp = 'shift+Option+control+Page-Up'", map[string]string{"help": "ctrl+alt+shift+pgup"}, nil},
		{"an unknown one", "[keys]\nsnd = 'f2'\njmp = 'f3'\nxyzzy = 'f4'", nil, []string{
			`unknown key "snd": did you mean "send"?`, `unknown key "jmp": did you mean "rooms.jump"?`, `unknown key "xyzzy"`,
		}},
		{"a letter", "[keys]\nsend = 's'\nchoose.reply = 'R'\nhelp = 'space'", map[string]string{"send": "enter", "choose.reply": "R"}, []string{
			`send: "s" is typed; a key here has ctrl or alt with it, or is one such as f5`, `help: "space" is typed; a key here has ctrl or alt with it, or is one such as f5`,
		}},
		{"no text", "[keys]\nsend = true", map[string]string{"send": "enter"}, []string{`send: a key is written as "ctrl+t", several as ["ctrl+t", "f5"]`}},
		{"what few terminals send", "[keys]\nhelp = 'ctrl+meta+x'\nopen = ['super+o', 'f5']", map[string]string{"help": "f1", "open": "super+o f5"}, []string{
			`help: few terminals send "ctrl+meta+x": give it another key too, without meta, hyper and super`,
		}},
		{"what terminals do not tell apart", "[keys]\nhelp = 'ctrl+i'", map[string]string{"help": "f1"}, []string{`help: most terminals send tab for "ctrl+i"`}},
		{"two things in the file", "[keys]\nhelp = 'f2'\nrooms.jump = ['f2', 'f3']", map[string]string{"help": "f2", "rooms.jump": "f3"}, []string{
			`rooms.jump: "f2" is the key of "help" already, on line 2`,
		}},
		{"nothing is left of it", "[keys]\nhelp = 'f2'\nrooms.jump = 'f2'", map[string]string{"rooms.jump": "ctrl+k"}, []string{
			`rooms.jump: "f2" is the key of "help" already, on line 2`,
		}},
		{"of several of another", "[keys]\nhelp = 'ctrl+n'", map[string]string{"help": "ctrl+n", "rooms.next": "alt+down"}, nil},
		{"the only one of another", "[keys]\nhelp = 'ctrl+o'", map[string]string{"help": "ctrl+o", "open": ""}, []string{
			`"ctrl+o" was the key of "open", which has none now: give it another, or say that it shall have none: open = []`,
		}},
		{"and that is wanted", "[keys]\nhelp = 'ctrl+o'\nopen = []", map[string]string{"help": "ctrl+o", "open": ""}, nil},
		{"letters mean one thing each", "[keys.choose]\nreply = 'x'\nedit = 'x'", map[string]string{"choose.reply": "x", "choose.edit": "e"}, []string{
			`choose.edit: "x" is the key of "choose.reply" already, on line 2`,
		}},
		{"in each place its own", "[keys]\nchoose.reply = 'x'\nread.close = 'x'", map[string]string{"choose.reply": "x", "read.close": "x"}, nil},
		{"rooms by number", "[keys.rooms]\nnth = ['ctrl+1', 'f2', 'f10']", nil, []string{`rooms.nth: "f10" says no number from 1 to 9 at its end`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, says := remapped(t, c.file)
			if d := cmp.Diff(c.says, says); d != "" {
				t.Error(d)
			}
			for name, want := range c.want {
				if got := keysIn(&k, name); got != want {
					t.Errorf("%s has %q, want %q", name, got, want)
				}
			}
		})
	}
}

// Whatever stands in the file: the rest is in force, and no key means two things.
func FuzzRemap(f *testing.F) {
	f.Add("[keys]\nsend = 'f5'\n[keys.rooms]\njump = ['ctrl+t', 'f6']\n")
	f.Add("preset = 'vim'\nkeys.help = 'ctrl+b'\nkeys.choose = {up = 'x', down = 'x'}")
	f.Add("keys.help = '+'\nkeys.send = 'ctrl++'\nkeys.nth = 1")
	f.Fuzz(func(t *testing.T, file string) {
		entries, _ := settings.Parse([]byte(file))
		preset := ""
		for _, e := range entries {
			if text, ok := e.Value.(string); ok && e.Name == "preset" {
				preset = text
			}
		}
		k := Of(preset)
		k.Remap(entries)
		all := k.Named()
		for i, a := range all {
			for _, one := range a.Keys() {
				if got, err := KeyName(one); err != nil || got != one {
					t.Fatalf("%s has %q: %q, %v", a.Name, one, got, err)
				}
				for _, b := range all[i+1:] {
					for _, other := range b.Keys() {
						if one == other && clash(a.Name, b.Name) {
							t.Fatalf("%q is of %s and of %s", one, a.Name, b.Name)
						}
					}
				}
			}
		}
	})
}

// Where a part of a key is none, all of the key that was meant is said.
func TestKeysThatWereMeant(t *testing.T) {
	for text, want := range map[string]string{"ctl+t": "ctrl+t", "ctrl+entr": "ctrl+enter", "pgupp": "pgup", "ctrl+shft+x": "ctrl+shift+x"} {
		if _, err := KeyName(text); err == nil || !strings.HasSuffix(err.Error(), "did you mean "+`"`+want+`"?`) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
