package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/notify"
	"github.com/hobnob-chat/hobnob/tui/settings"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// Settings are what a user has set in a file.
type Settings struct {
	File     string             // where it is, as it is said to people
	Entries  []settings.Entry   // what is in it
	Mistakes []settings.Mistake // what cannot be read of it
	Unread   bool               // nothing of it is read: Mistakes say why
	// Save sets one thing in the file and leaves all else as it is. Nil where nothing
	// can be kept. It does I/O, and is safe from any goroutine.
	Save func(name string, value any) error
}

// setting is what can be set, in the file and with /set. The keys are besides.
type setting struct {
	name, does string
	values     []string          // what it may be; nil is any text
	other      string            // what it may be besides: any text, which is called so; "" for nothing
	alike      map[string]string // other words for some of values; nil of most
	number     bool              // it is written as a number
	get        func(m *Model) string
	set        func(m *Model, value string) error // one of values
	// put sets what has to be read first, and keeps it; nil of all else.
	put  func(m *Model, value string) tea.Cmd
	note func(m *Model) string // what is stronger than it, "" for nothing; nil of all else
}

// onOff are the values of what is true or false in the file.
var onOff = []string{"on", "off"}

func onIf(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// settingList is all that can be set.
func settingList() []setting {
	return []setting{
		{
			name: "preset", does: "which keys to begin with; [keys] changes single ones", values: keymap.PresetNames(),
			get: func(m *Model) string { return m.preset },
			set: func(m *Model, v string) error { m.preset, m.firstTime = v, false; m.remap(); return nil },
		},
		{
			name: "theme", does: "the colours; those of your own are files in the folder themes",
			get: (*Model).scheme,
			set: func(*Model, string) error { return nil }, // who made the Model has read it
			put: (*Model).putOn,
		},
		{
			name: "notify", does: "how this terminal tells you of messages while you look elsewhere", values: notify.Ways(),
			get: func(m *Model) string { return m.way },
			set: func(m *Model, v string) error { m.way = v; return nil },
			note: func(m *Model) string {
				if m.alertsFixed == "" {
					return ""
				}
				return "HOBNOB_NOTIFY is stronger, and says " + m.alertsFixed
			},
		},
		{
			name: "mouse", does: "here it marks text, scrolls and goes to rooms; off leaves it to the terminal", values: onOff,
			get: func(m *Model) string { return onIf(m.mouse) },
			set: func(m *Model, v string) error { m.mouse = v == "on"; return nil },
		},
		{
			name: "sidebar", does: "the list of rooms is shown where there is room for it", values: onOff,
			get: func(m *Model) string { return onIf(!m.folded) },
			set: func(m *Model, v string) error { m.folded = v != "on"; return nil },
		},
		{
			name: "members", does: "who is in a room is shown beside it where there is room for it", values: onOff,
			get: func(m *Model) string { return onIf(m.peopleOn) },
			set: func(m *Model, v string) error { m.peopleOn = v == "on"; return nil },
		},
		{
			name: "images", does: "how pictures are shown; auto is as the terminal says it can", values: imageWays,
			alike: map[string]string{"on": imageWays[0]},
			get:   func(m *Model) string { return cmp.Or(m.pictures.way, imageWays[0]) },
			set:   func(m *Model, v string) error { m.setImages(v); return nil },
		},
		{
			name: "typing", does: "others see that you are writing", values: onOff,
			get: func(m *Model) string { return onIf(!m.typing.quiet) },
			set: func(m *Model, v string) error { m.typing.quiet = v != "on"; return nil },
		},
		{
			name: "device", does: "what this machine is called in your /sessions elsewhere, once it connects again; auto is its own name",
			values: []string{DeviceAuto, DeviceNone}, other: "a name", alike: map[string]string{"on": DeviceAuto, "off": DeviceNone},
			get: func(m *Model) string { return cmp.Or(m.device, DeviceAuto) },
			set: func(m *Model, v string) error { m.device = chat.OwnName(v); return nil },
		},
	}
}

// The setting device, where it is no name: the machine's own is told, or none.
const (
	DeviceAuto = "auto"
	DeviceNone = "none"
)

// Device is what a file says that the machine is called: DeviceAuto, DeviceNone, or a name.
// What is no such thing is DeviceNone: something else than the machine's own name was meant.
func Device(entries []settings.Entry) string {
	list := settingList()
	s := list[settingAt(list, "device")]
	for _, e := range entries {
		if e.Name == s.name {
			value, err := s.read(e.Value)
			if err != nil {
				return DeviceNone
			}
			return value
		}
	}
	return DeviceAuto
}

// offers are the values to go through with the arrows: those there are, and where it may
// be another text, the one that it is now.
func (s setting) offers(m *Model) []string {
	if now := s.get(m); s.other != "" && !slices.Contains(s.values, now) {
		return append(slices.Clone(s.values), now)
	}
	return s.values
}

// settingNames are all names there are, of keys as well.
func settingNames(k *keymap.Map) (names []string) {
	for _, s := range settingList() {
		names = append(names, s.name)
	}
	for _, b := range k.Named() {
		names = append(names, keymap.Table+b.Name)
	}
	return names
}

// readSettings puts in force what the file says, and returns what is to be said of its
// mistakes.
func (m *Model) readSettings() (says []string) {
	m.preset = keymap.PresetNames()[0]
	list, mistakes := settingList(), m.set.misnamed()
	for _, e := range m.set.Entries {
		i := settingAt(list, e.Name)
		if i < 0 {
			continue // keys are read once all else is known
		}
		value, err := list[i].read(e.Value)
		if err != nil {
			continue // which was found already
		}
		if err := list[i].set(m, value); err != nil {
			mistakes = append(mistakes, settings.Mistake{Line: e.Line, Says: fmt.Sprintf("%s: %s", e.Name, err)})
		}
	}
	mistakes = byLine(append(mistakes, m.remap()...))
	if len(mistakes) == 0 {
		return nil
	}
	what := "has 1 mistake; all else in it is in force:"
	switch n := len(mistakes); {
	case m.set.Unread:
		what = "is not read; the settings are as without it:"
	case mistakes[0].Ends:
		what = fmt.Sprintf("has %d mistakes down to line %d, where it is read no further; all else above is in force:", n, mistakes[0].Line)
	case n > 1:
		what = fmt.Sprintf("has %d mistakes; all else in it is in force:", n)
	}
	var lines []string
	for _, one := range mistakes {
		at := ""
		if one.Line > 0 {
			at = fmt.Sprintf("line %d: ", one.Line)
		}
		lines = append(lines, at+chat.SanitizeLine(cut(one.Says)))
	}
	return []string{m.set.File + " " + what + "\n" + strings.Join(settings.Told(lines), "\n")}
}

// remap makes the keys anew of the preset and what is set, and gives them to the panes.
func (m *Model) remap() []settings.Mistake {
	k := m.baseKeys()
	mistakes := k.Remap(m.set.Entries)
	m.keys = k
	for _, c := range m.composers {
		c.SetKeys(k.Edit)
	}
	for _, a := range m.abouts {
		if a.editing != nil {
			a.editing.SetKeys(k.Edit)
		}
	}
	for _, list := range m.unsaved {
		for _, a := range list {
			a.editing.SetKeys(k.Edit)
		}
	}
	m.every(func(t *timeline.Timeline) { t.SetKeys(m.timelineKeys()) })
	if m.status != nil {
		m.hint()
	}
	return mistakes
}

// baseKeys are the keys before any of them is changed.
func (m *Model) baseKeys() keymap.Map {
	if m.base != nil {
		return *m.base
	}
	return keymap.Of(m.preset)
}

// timelineKeys are the keys that a timeline speaks of.
func (m *Model) timelineKeys() timeline.Keys {
	return timeline.Keys{Retry: keymap.Name(m.keys.Retry), Drop: keymap.Name(m.keys.Drop), Bottom: keymap.Name(m.keys.Bottom), Open: keymap.Name(m.keys.Open), Up: keymap.Name(m.keys.PageUp)}
}

// read is a value of the file as it is said.
func (s setting) read(value any) (string, error) {
	var text string
	switch v := value.(type) {
	case string:
		text = v
	case bool:
		text = onIf(v)
	case int64:
		text = strconv.FormatInt(v, 10)
	default:
		return "", fmt.Errorf("it is %s", s.fileSays())
	}
	text = s.meant(text)
	if _, quoted := value.(string); s.values == nil && !s.number && !quoted {
		return "", fmt.Errorf("it is %s, in quotes", s.says())
	}
	return text, s.checkAs(text, s.fileSays())
}

// onOffToo are other words for what is on or off.
var onOffToo = map[string]string{"yes": onOff[0], "true": onOff[0], "no": onOff[1], "false": onOff[1]}

// meant is the value that is meant by a word: itself, where it is no other word for one.
func (s setting) meant(text string) string {
	low := strings.ToLower(text)
	switch {
	case s.values == nil:
		return text
	case s.alike[low] != "":
		return s.alike[low]
	case slices.Equal(s.values, onOff) && onOffToo[low] != "":
		return onOffToo[low]
	case slices.Contains(s.values, low):
		return low
	}
	return text
}

// check tells what is wrong with a value.
func (s setting) check(text string) error { return s.checkAs(text, s.says()) }

// checkAs is check with the values as they are written at the place.
func (s setting) checkAs(text, says string) error {
	switch {
	case s.other != "":
		if chat.OwnName(text) == "" {
			return fmt.Errorf("it is %s", says)
		}
	case s.values != nil && !slices.Contains(s.values, text):
		near := settings.Nearest(text, s.values)
		if near != "" {
			near = fmt.Sprintf("; did you mean %q?", near)
		}
		return fmt.Errorf("it is %s, not %q%s", says, settings.Cut(text), near)
	case s.number:
		if _, err := strconv.ParseInt(text, 10, 32); err != nil {
			return fmt.Errorf("it is a number, not %q", settings.Cut(text))
		}
	}
	return nil
}

// says is what values it may have.
func (s setting) says() string {
	switch n := len(s.values); {
	case s.number:
		return "a number"
	case n == 0:
		return "a text"
	case s.other != "":
		return choice(append(slices.Clone(s.values), s.other))
	default:
		return choice(s.values)
	}
}

// fileSays is what values it may have, as they are written in the file.
func (s setting) fileSays() string {
	switch {
	case s.values == nil:
		return s.says()
	case slices.Equal(s.values, onOff):
		return "true or false"
	}
	quoted := make([]string, 0, len(s.values)+1)
	for _, v := range s.values {
		quoted = append(quoted, strconv.Quote(v))
	}
	if s.other != "" {
		quoted = append(quoted, s.other+" in quotes")
	}
	return choice(quoted)
}

// choice is words of which one is to be chosen.
func choice(words []string) string {
	n := len(words)
	return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
}

// inFile is a value as the file has it.
func (s setting) inFile(text string) any {
	if slices.Equal(s.values, onOff) {
		return text == "on"
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && s.number {
		return n
	}
	return text
}

// setDone is what came of writing a setting into the file.
type setDone struct {
	line string // as it stands in the file
	err  error
}

// line is a setting as it stands in the file.
func (s setting) line(value string) string {
	if v, text := s.inFile(value).(string); text {
		return fmt.Sprintf("%s = %q", s.name, v)
	}
	return fmt.Sprintf("%s = %v", s.name, s.inFile(value))
}

// saving are settings on their way into the file, one after the other: what is set last is
// what stays. The first is being written.
type saving []func() tea.Msg

// save writes a setting into the file.
func (m *Model) save(name string, value any, line string) tea.Cmd {
	if m.set.Save == nil {
		return nil
	}
	save := m.set.Save
	m.saving = append(m.saving, func() tea.Msg { return setDone{line, save(name, value)} })
	if len(m.saving) > 1 {
		return nil
	}
	return m.saving[0]
}

// setNow says what came of it, and goes on with the next.
func (m *Model) setNow(d setDone) tea.Cmd {
	if d.err != nil {
		holds := "that holds until you leave: "
		if strings.HasPrefix(d.line, "device ") { // who connects looks into the file
			holds = "that does not hold: "
		}
		m.shown().Notice(holds + cut(d.err.Error()) + "\nto keep it, write " + d.line + " into " + m.set.File)
	}
	if len(m.saving) > 0 {
		m.saving = m.saving[1:]
	}
	if len(m.saving) == 0 {
		return nil
	}
	return m.saving[0]
}
