package settings

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var bySight = cmpopts.IgnoreUnexported(Entry{})

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, file string
		entries    []Entry
		mistakes   []Mistake
	}{
		{"nothing", "", nil, nil},
		{"comments", "# one\n\n# two", nil, nil},
		{"kinds", "a = 'x'\nb = true\nc = 1_0\nd = 1.5\ne = ['x', \"y\"]\nf = 2020-01-01\n", []Entry{
			{Name: "a", Value: "x", Line: 1},
			{Name: "b", Value: true, Line: 2},
			{Name: "c", Value: int64(10), Line: 3},
			{Name: "d", Value: 1.5, Line: 4},
			{Name: "e", Value: []any{"x", "y"}, Line: 5},
			{Name: "f", Line: 6},
		}, nil},
		{"tables", "mouse = false\n[keys]\nsend = 'f5'\nrooms.jump = 'f6'\n[keys.edit]\nyank = 'f7'\nx = {y = 1}\n", []Entry{
			{Name: "mouse", Value: false, Line: 1},
			{Name: "keys.send", Value: "f5", Line: 3},
			{Name: "keys.rooms.jump", Value: "f6", Line: 4},
			{Name: "keys.edit.yank", Value: "f7", Line: 6},
			{Name: "keys.edit.x.y", Value: int64(1), Line: 7},
		}, nil},
		{
			"a line that cannot be read takes nothing else with it", "a = 1\nb = \nc = 'x\n\nd = 2\n",
			[]Entry{{Name: "a", Value: int64(1), Line: 1}, {Name: "d", Value: int64(2), Line: 5}},
			[]Mistake{{Line: 2, Says: "this cannot be read: "}, {Line: 3, Says: "this cannot be read: "}},
		},
		{
			"a list that has no end", "a = 1\n# why\n\nb = ['x',\n",
			[]Entry{{Name: "a", Value: int64(1), Line: 1}},
			[]Mistake{{Line: 4, Says: "this cannot be read: "}},
		},
		{
			"a list that is not closed takes no line with it", "a = [\n[keys.rooms]\njump = 'x'\n[keys]\nb = ['x'\nhelp = 'f2'\n",
			[]Entry{{Name: "keys.rooms.jump", Value: "x", Line: 3}, {Name: "keys.help", Value: "f2", Line: 6}},
			[]Mistake{{Line: 1, Says: "this cannot be read: "}, {Line: 5, Says: "this cannot be read: "}},
		},
		{"a list over several lines", "a = [\n'x',\n]\nb = 1\n", []Entry{{Name: "a", Value: []any{"x"}, Line: 1}, {Name: "b", Value: int64(1), Line: 4}}, nil},
		{"twice", "a = 1\na = 2\n", []Entry{{Name: "a", Value: int64(1), Line: 1}}, []Mistake{{Line: 2, Says: `"a" is set twice; line 1 counts`}}},
		{"a list of tables", "[[keys]]\nsend = 'x'\n[b]\nc = 1", []Entry{{Name: "b.c", Value: int64(1), Line: 4}}, []Mistake{{Line: 1, Says: "[[keys]] is a list of tables; what is set here is in [keys]"}}},
		{"a number", "a = 99999999999999999999\n", nil, []Mistake{{Line: 1, Says: "99999999999999999999 is too large a number"}}},
		{"not UTF-8", "a = 1\nb = '\xff'\n", nil, []Mistake{{Line: 2, Says: "this is not UTF-8, and the file is not read"}}},
		{"no file of settings", strings.Repeat("#", MaxBytes+1), nil, []Mistake{{Line: 0, Says: "this is larger than 256 kB, and is not read"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			entries, mistakes := Parse([]byte(c.file))
			if d := cmp.Diff(c.entries, entries, bySight); d != "" {
				t.Error(d)
			}
			for i := range mistakes { // the parser's own words are its own
				if strings.HasPrefix(mistakes[i].Says, "this cannot be read: ") {
					mistakes[i].Says = "this cannot be read: "
				}
			}
			if d := cmp.Diff(c.mistakes, mistakes); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestManyMistakes: so many lines that cannot be read take nothing else with them; where there are more,
// it is said that nothing below is read. What can be read and is wrong is counted, all of it.
func TestManyMistakes(t *testing.T) {
	for _, c := range []struct{ broken, mistakes, ends, last int }{
		{20, 20, 0, 23},
		{MostTold - 1, MostTold - 1, 0, MostTold + 2},
		{MostTold, MostTold, MostTold + 1, 1},
		{3 * MostTold, MostTold, MostTold + 1, 1},
	} {
		entries, mistakes := Parse([]byte("a = 1\n" + strings.Repeat("b = \n", c.broken) + "# why\nc = 1\n"))
		ends := 0
		for i, m := range mistakes {
			if m.Line != i+2 {
				t.Errorf("%d: %+v is the mistake number %d", c.broken, m, i+1)
			}
			if m.Ends {
				ends = m.Line
			}
		}
		if len(mistakes) != c.mistakes || ends != c.ends || len(entries) == 0 || entries[len(entries)-1].Line != c.last {
			t.Errorf("%d: %d mistakes, it ends at %d: %+v", c.broken, len(mistakes), ends, entries)
		}
	}
	if _, mistakes := Parse([]byte(strings.Repeat("a = 1\n", 3*MostTold) + "b = \n")); len(mistakes) != 3*MostTold {
		t.Errorf("of a name that is set so often there are %d", len(mistakes))
	}
}

func TestSet(t *testing.T) {
	const file = "# mine\npreset = 'irc' # as ever\n\n# keys that my terminal has\n[keys]\nsend   =   'f5'  # not enter\n\n# of rooms\n[keys.rooms]\njump = ['f6', 'f7']\n"
	for _, c := range []struct {
		name  string
		value any
		from  string
		want  string
	}{
		{"preset", "vim", file, strings.Replace(file, "'irc'", `"vim"`, 1)},
		{"keys.send", []any{"f8", `"`}, file, strings.Replace(file, "'f5'", `["f8", "\""]`, 1)},
		{"keys.rooms.jump", "f9", file, strings.Replace(file, "['f6', 'f7']", `"f9"`, 1)},
		{"mouse", false, file, strings.Replace(file, "\n\n# keys that", "\nmouse = false\n\n# keys that", 1)},
		{"keys.help", "f2", file, strings.Replace(file, "enter\n", "enter\nhelp = \"f2\"\n", 1)},
		{"keys.edit.yank", "f2", file, file + "\n[keys.edit]\nyank = \"f2\"\n"},
		{"mouse", true, "", "mouse = true\n"},
		{"mouse", true, "[keys]\nsend = 'f5'", "mouse = true\n\n[keys]\nsend = 'f5'\n"},
		{"mouse", true, "# a\r\npreset = 'irc'\r\n", "# a\r\npreset = 'irc'\r\nmouse = true\r\n"},
		{"keys.help", "f2", "keys = {send = 'f5'}\n", ""},
		{"mouse", true, "a = 1\nmouse = maybe\n[keys]\nsend = 'f5'\n", "a = 1\nmouse = true\n[keys]\nsend = 'f5'\n"},
		{"b", true, "a = 1\nmouse = maybe\n[keys]\nsend = 'f5'\n", "a = 1\nb = true\nmouse = maybe\n[keys]\nsend = 'f5'\n"},
		{"keys.x", true, "a = 1\nmouse = maybe\n[keys]\nsend = 'f5'\n", "a = 1\nmouse = maybe\n[keys]\nsend = 'f5'\nx = true\n"},
		{"preset.x", "f2", "preset = 'irc'\n", ""},
		{"theme", "sea", "a = 1\n\n[keys\nsend = 'f5'\n", "a = 1\ntheme = \"sea\"\n\n[keys\nsend = 'f5'\n"},
		{"theme", "sea", "# mine\n[keys\nsend = 'f5'\n", "theme = \"sea\"\n\n# mine\n[keys\nsend = 'f5'\n"},
	} {
		got, err := Set([]byte(c.from), c.name, c.value)
		if c.want == "" {
			if err == nil {
				t.Errorf("%s: it is %q", c.name, got)
			}
			continue
		}
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %v\n%s", c.name, err, cmp.Diff(c.want, string(got)))
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"send", "clear", "rooms.jump", "rooms.last", "edit.line-start"}
	for word, want := range map[string]string{
		"snd": "send", "sned": "send", "jump": "rooms.jump", "room.jump": "rooms.jump", "line_start": "edit.line-start",
		"xyz": "", "": "", "clea": "clear", strings.Repeat("s", 1000): "",
	} {
		if got := Nearest(word, names); got != want {
			t.Errorf("%.20q: %q, want %q", word, got, want)
		}
	}
}

// Whatever stands in a file, it is read in bounds, and what is set in it changes
// nothing else.
func FuzzSettings(f *testing.F) {
	for _, s := range []string{
		"", "a = 1\n", "[keys]\nsend = 'f5' # x\n", "a = [\n1,\n", "a = {b = {c = 1}}", "[[a]]\nb = 1", "\"a.b\" = 1\n", "a.b.c = '''x\ny'''\r\n", "[a\nb = 1", "x = \"\\u00zz\"",
	} {
		f.Add([]byte(s), "keys.send", "f5")
	}
	f.Fuzz(func(t *testing.T, b []byte, name, value string) {
		entries, mistakes := Parse(b)
		lines := strings.Count(string(b), "\n") + 1
		for _, m := range mistakes {
			if m.Line < 0 || m.Line > lines || m.Says == "" {
				t.Fatalf("%+v of %d lines", m, lines)
			}
		}
		for _, e := range entries {
			if e.Line < 1 || e.Line > lines || e.key.from > e.key.to || e.value.to > len(b) {
				t.Fatalf("%+v", e)
			}
		}
		out, err := Set(b, name, value)
		if err != nil {
			return
		}
		after, _ := Parse(out)
		if at := index(after, name); at < 0 || !reflect.DeepEqual(after[at].Value, value) {
			t.Fatalf("%q is not set in %q", name, out)
		}
	})
}
