package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/settings"
)

// openSet is a screen whose user has set things in a file.
func openSet(t *testing.T, file string, save func(string, any) error) *screen {
	t.Helper()
	entries, mistakes := settings.Parse([]byte(file))
	s := &screen{client: &fake{}, clock: monday}
	s.Model = New(Config{Client: s.client, Set: Settings{File: "~/config.toml", Entries: entries, Mistakes: mistakes, Save: save}})
	s.send(tea.WindowSizeMsg{Width: 100, Height: 40})
	s.send(chat.RoomsChanged{Rooms: acme()})
	return s
}

// A mistake is on the screen when the chat opens, with its line, and the rest is in force.
func TestMistakesAreShown(t *testing.T) {
	s := openSet(t, "preset = 'ircc'\nmouse = \nsidebar = false\nsnd = 1\n[keys]\nhelp = 'f2'\nsedn = 'f3'\n", nil)
	text := s.text()
	for _, want := range []string{
		"~/config.toml has 4 mistakes; all else in it is in force:",
		`line 1: preset: it is "slack", "irc" or "vim", not "ircc"; did you mean "irc"?`,
		"line 2: this cannot be read",
		`line 4: unknown setting "snd": did you mean "keys.send"?`,
		`line 7: unknown key "sedn": did you mean "send"?`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said:\n%s", want, text)
		}
	}
	mistakes := s.set.Check() // for who looks without a chat
	if len(mistakes) != 4 {
		t.Errorf("%d are found without a chat: %v", len(mistakes), mistakes)
	}
	unbroken := strings.Join(strings.Fields(text), " ")
	for _, one := range mistakes {
		if want := fmt.Sprintf("line %d: %s", one.Line, one.Says); !strings.Contains(unbroken, want) {
			t.Errorf("%q is not in the chat:\n%s", want, text)
		}
	}
	if !s.folded || !s.mouse || keymap.Name(s.Model.keys.Help) != "f2" {
		t.Errorf("sidebar away %v, mouse %v, help %q", s.folded, s.mouse, keymap.Name(s.Model.keys.Help))
	}
	if s.keys(t, "{f2}"); s.top() == nil || !strings.Contains(s.text(), "f2") {
		t.Errorf("f2 is no help:\n%s", s.text())
	}
}

// Of a file of which nothing is read it is not said that the rest is in force.
// TestManyMistakes: of a file that is something else altogether so many are told, and what is meant is
// looked for in those alone.
func TestManyMistakes(t *testing.T) {
	for what, begins := range map[string]string{"settings": "", "keys": "[keys]\n"} {
		word := map[string]string{"settings": "mouse", "keys": "help"}[what]
		file := begins
		for i := range 9 {
			file += fmt.Sprintf("%s%d = 1\n", word, i)
			for j := range 10 {
				file += fmt.Sprintf("%s%d%d = 1\n", word, i, j)
			}
		}
		s := openSet(t, file, nil)
		mistakes, meant := s.set.Check(), 0
		for i, one := range mistakes {
			if !strings.Contains(one.Says, "did you mean") {
				continue
			}
			if meant++; i >= settings.MostTold {
				t.Errorf("%s: what the %d. of them means is looked for", what, i+1)
			}
		}
		if len(mistakes) != 99 || meant < settings.MostTold/2 {
			t.Errorf("%s: of %d mistakes %d have a meaning", what, len(mistakes), meant)
		}
		s.send(tea.WindowSizeMsg{Width: 100, Height: 80})
		text := s.text()
		for _, want := range []string{"~/config.toml has 99 mistakes; all else in it is in force:", "and 49 more", fmt.Sprintf("line %d: ", mistakes[49].Line)} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not said:\n%s", what, want, text)
			}
		}
		if strings.Contains(text, fmt.Sprintf("line %d: ", mistakes[50].Line)) {
			t.Errorf("%s: more are told:\n%s", what, text)
		}
	}
}

// TestReadNoFurther: where too much cannot be read, it is not said that all else is in force; and it is said
// before the mistakes that are told, though there are as many above.
func TestReadNoFurther(t *testing.T) {
	above := strings.Repeat("mouse = \n", settings.MostTold)
	for _, c := range []struct{ file, has, first string }{
		{above + "sidebar = false\n", "has 50 mistakes down to line 50, where it is read no further; all else above is in force:", "line 50: this cannot be read, and nothing below it is read until what is above is mended"},
		{strings.Repeat("snd = 1\n", 60) + above, "has 110 mistakes down to line 110, where", "line 110: this cannot be read, and nothing below"},
		{strings.Repeat("mouse = \n", 21) + "sidebar = false\n", "has 21 mistakes; all else in it is in force:", "line 1: "},
	} {
		s := openSet(t, c.file, nil)
		s.send(tea.WindowSizeMsg{Width: 140, Height: 80})
		text := s.text()
		has, first := strings.Index(text, "~/config.toml "+c.has), strings.Index(text, c.first)
		if has < 0 || first < has || strings.Contains(text[has:first], "this cannot be read") {
			t.Errorf("%q and %q are not said:\n%s", c.has, c.first, text)
		}
		if said := strings.Contains(text, "all else in it is in force"); said != strings.HasPrefix(c.first, "line 1:") {
			t.Errorf("it is said that all else is in force: %v\n%s", said, text)
		}
	}
}

func TestSettingsThatAreNotRead(t *testing.T) {
	s := open(80, 24)
	s.Model = New(Config{Client: s.client, Set: Settings{File: "~/config.toml", Unread: true, Mistakes: []settings.Mistake{{Line: 2, Says: "this is not UTF-8, and the file is not read"}}}})
	s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	text := s.text()
	if !strings.Contains(text, "~/config.toml is not read; the settings are as without it:") || !strings.Contains(text, "line 2: this is not UTF-8") || strings.Contains(text, "in force") {
		t.Errorf("it says\n%s", text)
	}
}

// What is said of a mistake can be written as it stands: followed, it is none any more.
func TestMistakesSayWhatTheFileTakes(t *testing.T) {
	for file, want := range map[string]string{
		"sidebar = 'perhaps'":        `line 1: sidebar: it is true or false, not "perhaps"`,
		"sidebar = on":               `line 1: sidebar: a text stands in quotes: sidebar = "on"`,
		"sidebar = Off # away":       `line 1: sidebar: a text stands in quotes: sidebar = "Off"`,
		"mouse = False":              `line 1: mouse: it is written mouse = false`,
		"notify = bell":              `line 1: notify: a text stands in quotes: notify = "bell"`,
		"notify = loud":              `line 1: notify: it is "auto", "osc9", "osc777", "bell" or "none",`,
		"mouse = maybe":              `line 1: mouse: it is true or false, not "maybe"`,
		"theme = dracula":            `line 1: theme: a text stands in quotes: theme = "dracula"`,
		"loud = very":                `line 1: loud: a text stands in quotes: loud = "very"`,
		"[mouse]\nnotify = loud":     `line 2: notify: a text stands in quotes: notify = "loud"`,
		"[keys]\nhelp = f2":          `line 2: help: a text stands in quotes: help = "f2"`,
		"[keys.find]\nsearch = 'f2'": `line 2: unknown key "find.search": did you mean "look.search"?`,
		"preset = 3":                 `line 1: preset: it is "slack", "irc" or "vim", not "3"`,
		"theme = 3":                  `line 1: theme: it is a text, in quotes`,
		"device = ''":                `line 1: device: it is "auto", "none" or a name in quotes`,
		"device = desk":              `line 1: device: a text stands in quotes: device = "desk"`,
		"device = 'the desk'":        "", "device = false": "", "device = 'none'": "",
		"sidebar = true\nmouse = 'no'": "", "sidebar = \"yes\"": "", "mouse = 'Off'": "", "notify = \"bell\"": "",
	} {
		s := openSet(t, file, nil)
		text := s.text()
		if want == "" && strings.Contains(text, "mistake") || !strings.Contains(text, want) {
			t.Errorf("%s: not %q:\n%s", file, want, text)
		}
		if want != "" && !strings.Contains(s.View().Content, s.theme.Warn.Render("~/config.toml has 1 mistake; all else in it is in force:")) {
			t.Errorf("%s: it is told as quietly as what is none:\n%q", file, s.View().Content)
		}
	}
}

// One key does what the preset says, everywhere it is spoken of.
func TestPresetOfTheFile(t *testing.T) {
	s := openSet(t, "preset = 'irc'\n", nil)
	s.keys(t, "one{enter}{up}")
	if got := s.composer.Text(); got != "one" {
		t.Errorf("up gives %q", got)
	}
	s.keys(t, "{home}{ctrl+k}{alt+j}")
	if got := s.composer.Text(); got != "" || s.top() == nil {
		t.Errorf("%q is left, and on top is %T", got, s.top())
	}
}

// Ctrl+K cuts what follows in the line, and where nothing follows goes to a room.
func TestCtrlKCutsOrJumps(t *testing.T) {
	s := openSet(t, "", nil)
	s.keys(t, "one two{ctrl+a}{ctrl+k}")
	if got := s.composer.Text(); got != "" || s.top() != nil {
		t.Errorf("%q is left, and on top is %T", got, s.top())
	}
	if s.keys(t, "{ctrl+y}{ctrl+k}"); s.composer.Text() != "one two" || s.top() == nil {
		t.Errorf("%q is left, and on top is %T", s.composer.Text(), s.top())
	}
}

func TestSetCommand(t *testing.T) {
	type saved struct {
		Name  string
		Value any
	}
	var got []saved
	fails := false
	s := openSet(t, "[keys]\nhelp = 'f2'\n", func(name string, value any) error {
		if fails {
			return errors.New("the disk is full")
		}
		got = append(got, saved{name, value})
		return nil
	})
	run := func(line string) {
		t.Helper()
		if cmd := s.keys(t, line+"{enter}"); cmd != nil {
			for _, msg := range messages(cmd) {
				s.send(msg)
			}
		}
	}
	for _, c := range []struct {
		line, says string
		saved      []saved
	}{
		{"/set mouse", "mouse is on: here it marks text", nil},
		{"/set mouse off", "mouse is off now", []saved{{"mouse", false}}},
		{"/set mouse of", `did you mean "off"?`, nil},
		{"/set mose off", `unknown setting "mose": did you mean "mouse"?`, nil},
		{"/set preset vim", "preset is vim now", []saved{{"preset", "vim"}}},
		{"/set keys.rooms.jump f3 f4", "keys.rooms.jump is f3 f4 now", []saved{{"keys.rooms.jump", []any{"f3", "f4"}}}},
		{"/set keys.mouse none", "keys.mouse is no key now", []saved{{"keys.mouse", []any{}}}},
		{"/set keys.redraw f2", `"f2" is the key of "help" already, on line 2`, nil},
		{"/set keys.redraw ctrl+o", `"ctrl+o" was the key of "open", which has none now: /set keys.open`, []saved{{"keys.redraw", []any{"ctrl+o"}}}},
		{"/set keys.redraw ctrl+l", "keys.redraw is ctrl+l now", []saved{{"keys.redraw", []any{"ctrl+l"}}}},
		{"/set keys.redraw super+l", `few terminals send "super+l"`, nil},
		{"/set keys.redrw f5", `did you mean "keys.redraw"?`, nil},
		{"/set keys.redraw", "keys.redraw is ctrl+l: ", nil},
		{"/set keys.read", "read.close q", nil},
	} {
		got = nil
		s.overlays = nil
		s.composer.Clear()
		run(c.line)
		if d := cmp.Diff(c.saved, got); d != "" {
			t.Errorf("%s: %s", c.line, d)
		}
		if text := strings.Join(strings.Fields(strings.ReplaceAll(s.text(), "│", "")), " "); !strings.Contains(text, strings.Join(strings.Fields(c.says), " ")) {
			t.Errorf("%s: %q is not said:\n%s", c.line, c.says, s.text())
		}
	}
	if k := s.Model.keys; s.mouse || s.Model.preset != "vim" || keymap.Name(k.Rooms.Jump) != "f3" || keymap.Name(k.Redraw) != "ctrl+l" {
		t.Errorf("mouse %v, %s, jump %s, redraw %s", s.mouse, s.Model.preset, keymap.Name(k.Rooms.Jump), keymap.Name(k.Redraw))
	}
	fails, s.overlays = true, nil
	run("/set sidebar off")
	for _, want := range []string{"the disk is full", "write sidebar = false into ~/config.toml"} {
		if !strings.Contains(s.text(), want) {
			t.Errorf("%q is not said:\n%s", want, s.text())
		}
	}
}

// What can be set has a name, values, and is as it was when it is set to what it is.
func TestSettingsAreWhatTheySay(t *testing.T) {
	s := openSet(t, "", nil)
	for _, one := range settingList() {
		was := one.get(s.Model)
		if err := one.check(was); err != nil {
			t.Errorf("%s is %q: %v", one.name, was, err)
		}
		for _, v := range one.values {
			if err := one.set(s.Model, v); err != nil || one.get(s.Model) != v {
				t.Errorf("%s set to %q is %q, %v", one.name, v, one.get(s.Model), err)
			}
			if back, err := one.read(one.inFile(v)); err != nil || back != v {
				t.Errorf("%s: %q is %q in the file, %v", one.name, v, back, err)
			}
		}
		if one.does == "" {
			t.Errorf("nothing says what %s does", one.name)
		}
	}
}

// messages are what a command brings, with all of a batch.
func messages(cmd tea.Cmd) (list []tea.Msg) {
	if cmd == nil {
		return nil
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			list = append(list, messages(c)...)
		}
	default:
		list = append(list, msg)
	}
	return list
}
