package theme

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/pelletier/go-toml/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Scheme is a set of colours by what they mean, for each kind of background. It is not
// changed after it was made. A nil Scheme is the default.
type Scheme struct {
	Name    string
	own     bool // the terminal's own sixteen colours, whatever it has beside them
	palette map[Background]palette
}

// builtIn are the schemes there are without a file.
var builtIn = []*Scheme{
	{Name: "default", palette: map[Background]palette{Either: either, Dark: dark, Light: light}},
	{Name: "contrast", palette: map[Background]palette{Either: eitherStark, Dark: darkStark, Light: lightStark}},
	{Name: "terminal", own: true, palette: map[Background]palette{}},
}

// BuiltIn is the scheme of a name, nil if none has it.
func BuiltIn(name string) *Scheme {
	at := slices.IndexFunc(builtIn, func(s *Scheme) bool { return s.Name == name })
	if at < 0 {
		return nil
	}
	return builtIn[at]
}

// BuiltInNames are what they are called.
func BuiltInNames() (names []string) {
	for _, s := range builtIn {
		names = append(names, s.Name)
	}
	return names
}

// The high-contrast colours: all but the rule have 7 to 1 (WCAG 2.2, 1.4.6) against the
// usual backgrounds. No colour has that against black and white, so that where the
// background is not known there is none.
var (
	darkStark = palette{
		dim: "#c8ccd4", rule: "#9aa0aa", accent: "#4cc3f6", good: "#0df26c", warn: "#f2c40d", bad: "#fa9f97",
		code: syntax{span: "#f7a65f", word: "#dca1fa", text: "#a6f20d", number: "#f7a65f", call: "#4cc3f6", kind: "#0df2d4"},
		names: []string{
			"#a6f20d", "#0df2d4", "#99b6fa", "#dca1fa", "#fe98ba", "#d5b09d",
		},
		chosen: "#272a34",
	}
	lightStark = palette{
		dim: "#41464e", rule: "#6b7078", accent: "#07587c", good: "#05612b", warn: "#635105", bad: "#a51609",
		code: syntax{span: "#834107", word: "#830abf", text: "#3f5c05", number: "#834107", call: "#07587c", kind: "#055e53"},
		names: []string{
			"#3f5c05", "#045c5a", "#0b45ce", "#830abf", "#a20962", "#744832",
		},
		chosen: "#f4f6f9",
	}
	eitherStark = palette{names: []string{""}}
)

// MaxFile is how large a theme's file may be, in bytes: it has some twenty colours.
const MaxFile = 64 << 10

// sections are the parts of a theme's file.
var sections = map[string]Background{"dark": Dark, "light": Light, "either": Either}

// Parse reads a theme's file. What is wrong in it is said in sentences with its line;
// the rest is in force, and what it does not say is as in the scheme that it names as
// its base. An error is that it is no TOML at all.
func Parse(name string, text []byte) (_ *Scheme, wrong []string, err error) {
	if len(text) > MaxFile {
		return nil, nil, fmt.Errorf("it has more than %d bytes", MaxFile)
	}
	var file map[string]any
	if err := toml.Unmarshal(text, &file); err != nil {
		if at, ok := errors.AsType[*toml.DecodeError](err); ok {
			line, _ := at.Position()
			return nil, nil, fmt.Errorf("line %d: %s", line, chat.SanitizeLine(at.Error()))
		}
		return nil, nil, err
	}
	r := reading{text: string(text)}
	base := builtIn[0]
	if said, ok := file["base"]; ok {
		word, _ := said.(string)
		if base = BuiltIn(word); base == nil {
			base = builtIn[0]
			r.wrong("", "base", fmt.Sprintf("%q is no theme to begin with; there are %s", said, strings.Join(BuiltInNames(), ", ")))
		}
	}
	s := &Scheme{Name: name, own: base.own, palette: make(map[Background]palette)}
	for _, b := range []Background{Either, Dark, Light} {
		s.palette[b] = base.palette[b]
	}
	for _, key := range sorted(file) {
		b, known := sections[key]
		table, is := file[key].(map[string]any)
		switch {
		case key == "base":
		case known && is:
			s.palette[b] = r.palette(key, table, s.palette[b])
		default:
			r.wrong("", key, "there is no such thing in a theme; there are base, [dark], [light] and [either]")
		}
	}
	return s, r.said, nil
}

// reading is a file that is being read.
type reading struct {
	text  string
	lines map[spot]int // where what is first, once something is wrong
	said  []string
}

// spot is a key in a table, "" for none, or with no key the line of a table.
type spot struct{ table, key string }

// palette reads the colours for one kind of background.
func (r *reading) palette(section string, table map[string]any, p palette) palette {
	inks := p.inks()
	for _, key := range sorted(table) {
		value := table[key]
		ink, known := inks[key]
		switch {
		case key == "names":
			p.names = r.names(section, value, p.names)
		case !known:
			r.wrong(section, key, "no colour is called so; there are "+strings.Join(append(sorted(inks), "names"), ", "))
		default:
			if c, ok := colourOf(value); ok {
				*ink = c
			} else {
				r.wrong(section, key, noColour(value))
			}
		}
	}
	return p
}

func (r *reading) names(section string, value any, before []string) []string {
	list, _ := value.([]any)
	var names []string
	for _, v := range list {
		c, ok := colourOf(v)
		if !ok {
			r.wrong(section, "names", noColour(v))
			continue
		}
		names = append(names, c)
	}
	if len(names) == 0 {
		if len(list) == 0 {
			r.wrong(section, "names", "it takes a list of colours")
		}
		return before
	}
	return names
}

// inks are the colours of a palette by what they are called in a file.
func (p *palette) inks() map[string]*string {
	return map[string]*string{"dim": &p.dim, "rule": &p.rule, "accent": &p.accent, "good": &p.good, "warn": &p.warn, "bad": &p.bad, "chosen": &p.chosen}
}

func noColour(v any) string {
	return fmt.Sprintf("%.40q is no colour; one is written as \"#62c4ec\", 39 of the 256, \"bright-cyan\" of the 16, or \"none\"", fmt.Sprint(v))
}

// wrong says what is wrong with a key, and on which line.
func (r *reading) wrong(section, key, what string) {
	where := key
	if section != "" {
		where = section + "." + key
	}
	if r.lines == nil {
		r.lines = linesOf(r.text)
	}
	line := 0
	may := []spot{{section, key}, {"", where}}
	if section == "" {
		may = append(may, spot{table: key})
	}
	for _, at := range may {
		if n := r.lines[at]; n > 0 && (line == 0 || n < line) {
			line = n
		}
	}
	if line > 0 {
		where = fmt.Sprintf("line %d: %s", line, where)
	}
	r.said = append(r.said, chat.SanitizeLine(where+": "+what))
}

// linesOf is on which line of a text what is first.
func linesOf(text string) map[spot]int {
	lines := make(map[spot]int)
	in, n := "", 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			in = strings.Trim(line, "[] ")
		}
		at := spot{table: in}
		if word, _, isKey := strings.Cut(line, "="); isKey {
			at.key = strings.Trim(strings.TrimSpace(word), `"'`)
		}
		if lines[at] == 0 {
			lines[at] = n
		}
	}
	return lines
}

var hex = regexp.MustCompile(`^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$`)

// sixteen are the colours that every terminal calls its own.
var sixteen = []string{"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"}

// colourOf is a colour as Lip Gloss has it, "" for the terminal's own.
func colourOf(v any) (string, bool) {
	var word string
	switch v := v.(type) {
	case string:
		word = strings.ToLower(v)
	case int64:
		word = strconv.FormatInt(v, 10)
	default:
		return "", false
	}
	if word == "none" {
		return "", true
	}
	if hex.MatchString(word) {
		return word, true
	}
	if n, err := strconv.Atoi(word); err == nil && n >= 0 && n <= 255 {
		return strconv.Itoa(n), true
	}
	plain, bright := strings.CutPrefix(word, "bright-")
	if at := slices.Index(sixteen, plain); at >= 0 {
		if bright {
			at += 8
		}
		return strconv.Itoa(at), true
	}
	return "", false
}

// ink is the style of a colour.
func ink(c string) lipgloss.Style {
	if c == "" {
		return lipgloss.NewStyle()
	}
	return lipgloss.NewStyle().Foreground(lipgloss.Color(c))
}

// few tells whether a colour is one of the sixteen.
func few(c string) bool {
	n, err := strconv.Atoi(c)
	return err == nil && n < 16
}

// recolour puts those of a scheme's colours into a theme of sixteen that are among them,
// or all.
func (t *Theme) recolour(p palette, all bool) {
	styles := map[string]*lipgloss.Style{"dim": &t.Dim, "rule": &t.Rule, "accent": &t.Accent, "good": &t.Good, "warn": &t.Warn, "bad": &t.Bad}
	for name, c := range p.inks() {
		if few(*c) || all && *c != "" {
			*styles[name] = ink(*c)
		}
	}
	var names []lipgloss.Style
	for _, c := range p.names {
		if few(c) || all {
			names = append(names, ink(c))
		}
	}
	if len(names) > 0 {
		t.names = names
	}
}

func sorted[V any](m map[string]V) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
