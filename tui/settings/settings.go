// Package settings reads the file in which a user sets things, and changes it. The file
// is TOML. A mistake in it is named with its line, and takes nothing else with it: what
// can be read of the rest is.
//
// It knows no setting: what a name means, and what its value may be, is its owner's.
package settings

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

const (
	// MaxBytes is how large a file may be: some hundred times what there is to set.
	MaxBytes = 256 << 10

	// maxDeep is how many tables a name may be in: names of ours have three parts.
	maxDeep = 8
)

// Entry is one setting as it stands in the file.
type Entry struct {
	Name  string // with the tables it is in: keys.rooms.jump
	Value any    // string, bool, int64, float64, or []any of these; nil for what nobody sets, such as a date
	Line  int    // from 1; 0 for what is in no file

	key, value span // where it is in the file
}

// span is a part of the file.
type span struct{ from, to int }

// Mistake is what is wrong in the file.
type Mistake struct {
	Line int // from 1; 0 for the file as a whole
	Says string

	// Name and Text are of a line that sets something to a text without quotes: which, with its
	// table, and to what.
	Name, Text string

	// Ends is set where nothing below that line is read: too much above cannot be.
	Ends bool
}

// Parse reads a file. Of a name that is set twice the first counts.
func Parse(b []byte) (entries []Entry, mistakes []Mistake) {
	entries, mistakes, _ = parse(b)
	return entries, mistakes
}

// Refused tells whether nothing of a file is read, whatever is in it.
func Refused(b []byte) bool { return len(b) > MaxBytes || !utf8.Valid(b) }

// parse is Parse that also returns the file without the lines that cannot be read.
func parse(b []byte) (entries []Entry, mistakes []Mistake, clean []byte) {
	if len(b) > MaxBytes {
		return nil, []Mistake{{Line: 0, Says: fmt.Sprintf("this is larger than %d kB, and is not read", MaxBytes>>10)}}, nil
	}
	if !utf8.Valid(b) {
		return nil, []Mistake{{Line: invalidLine(b), Says: "this is not UTF-8, and the file is not read"}}, nil
	}
	b = append([]byte(nil), b...) // lines that are wrong are taken out of it
	for {
		r := reading{search: true}
		r.parser.Reset(b)
		r.all()
		if r.broken == nil {
			break
		}
		if len(mistakes) == MostTold-1 { // each takes a pass, and the last that is told says so
			mistakes = append(mistakes, Mistake{Line: r.start, Says: "this cannot be read, and nothing below it is read until what is above is mended", Ends: true})
			break
		}
		to := r.broken.Line
		if to > r.start && begins(b, to) { // what is wrong is before that line
			to--
			r.broken = &Mistake{Line: r.start, Says: "this cannot be read: what begins here is not closed"}
		}
		mistakes = append(mistakes, *r.broken)
		blank(b, r.start, to)
	}
	r := reading{}
	r.parser.Reset(b)
	r.all()
	return r.entries, append(mistakes, r.mistakes...), b
}

// ownLine is a line that begins a table or sets something, whatever is before it.
var ownLine = regexp.MustCompile(`^\s*(\[[A-Za-z_.-]+\]|[A-Za-z][A-Za-z0-9_.-]*\s*=)`)

// begins tells whether a line, from 1, is such a one.
func begins(b []byte, line int) bool {
	return ownLine.Match(lineOf(b, line))
}

// lineOf is a line of a file, from 1.
func lineOf(b []byte, line int) []byte {
	for range line - 1 {
		_, b, _ = bytes.Cut(b, []byte("\n"))
	}
	first, _, _ := bytes.Cut(b, []byte("\n"))
	return first
}

// bareLine is a line that sets something to a text without quotes.
var bareLine = regexp.MustCompile(`^\s*([A-Za-z][A-Za-z0-9_.-]*)\s*=\s*(\pL[\pL\pN _+./-]{0,60}?)\s*(#.*)?$`)

// bareText says how such a line is written, and what it sets to what where that is a text; "" of
// any other.
func bareText(line []byte) (says, name, text string) {
	parts := bareLine.FindSubmatch(line)
	if parts == nil {
		return "", "", ""
	}
	name, text = string(parts[1]), string(parts[2])
	if low := strings.ToLower(text); low == "true" || low == "false" {
		return fmt.Sprintf("%.60s: it is written %[1]s = %s", name, low), "", ""
	}
	return fmt.Sprintf("%.60s: a text stands in quotes: %[1]s = %q", name, text), name, text
}

// reading is one pass over the file.
type reading struct {
	parser   unstable.Parser
	search   bool           // only for what cannot be read
	table    []string       // that the lines are in
	nowhere  bool           // what they are in is no table of ours
	seen     map[string]int // names, and their lines
	ends     []int          // where lines end
	entries  []Entry
	mistakes []Mistake // of what can be read
	last     int       // where what was read so far ends
	start    int       // the line where what cannot be read begins
	broken   *Mistake
}

func (r *reading) all() {
	r.seen = make(map[string]int)
	for r.parser.NextExpression() {
		switch e := r.parser.Expression(); e.Kind {
		case unstable.Table, unstable.ArrayTable:
			name, at := r.name(e.Key())
			r.table, r.nowhere, r.last = name, false, at.to
			if e.Kind == unstable.ArrayTable {
				r.nowhere = true
				r.wrong(at.from, fmt.Sprintf("[[%s]] is a list of tables; what is set here is in [%[1]s]", strings.Join(name, ".")))
			}
		case unstable.KeyValue:
			if !r.search {
				r.take(r.table, e, 0)
			}
			r.last = int(e.Raw.Offset + e.Raw.Length)
		default:
		}
	}
	err := r.parser.Error()
	if err == nil {
		return
	}
	r.start = r.next()
	line, says := r.start, err.Error()
	if broken, ok := err.(*unstable.ParserError); ok { //nolint:errorlint // it is never wrapped
		if len(broken.Highlight) > 0 {
			line = r.line(int(r.parser.Range(broken.Highlight).Offset))
		}
		says = broken.Message
		if own, name, text := bareText(lineOf(r.parser.Data(), line)); own != "" {
			r.broken = &Mistake{Line: line, Says: own}
			if name != "" && !r.nowhere {
				r.broken.Name, r.broken.Text = strings.Join(append(slices.Clip(r.table), name), "."), text
			}
			return
		}
		if strings.HasSuffix(says, "at start of value") {
			says = "a value is true, false, a number, a list in brackets, or a text in quotes"
		}
	}
	r.broken = &Mistake{Line: line, Says: "this cannot be read: " + says}
}

// take adds what a key and its value say, also those in an inline table.
func (r *reading) take(table []string, e *unstable.Node, deep int) {
	own, at := r.name(e.Key())
	name := append(append([]string(nil), table...), own...)
	full, value := strings.Join(name, "."), e.Value()
	switch {
	case r.nowhere:
	case len(name) > maxDeep || deep > maxDeep:
		r.wrong(at.from, "nothing is set that deep")
	case value.Kind == unstable.InlineTable:
		for it := value.Children(); it.Next(); {
			if it.Node().Kind == unstable.KeyValue {
				r.take(name, it.Node(), deep+1)
			}
		}
	case r.seen[full] > 0:
		r.wrong(at.from, fmt.Sprintf("%q is set twice; line %d counts", full, r.seen[full]))
	default:
		line := r.line(at.from)
		r.seen[full] = line
		v, err := valueOf(value)
		if err != nil {
			r.wrong(at.from, err.Error())
			return
		}
		end := int(e.Raw.Offset + e.Raw.Length)
		r.entries = append(r.entries, Entry{full, v, line, at, span{at.to, end}})
	}
}

// name is a key's name, and where it stands.
func (r *reading) name(it unstable.Iterator) (parts []string, at span) {
	for it.Next() {
		n := it.Node()
		from := int(n.Raw.Offset)
		if parts == nil {
			at.from = from
		}
		at.to = from + int(n.Raw.Length)
		parts = append(parts, string(n.Data))
	}
	return parts, at
}

// valueOf is a value as an Entry has it.
func valueOf(n *unstable.Node) (any, error) {
	text := strings.ReplaceAll(string(n.Data), "_", "")
	switch n.Kind {
	case unstable.String:
		return string(n.Data), nil
	case unstable.Bool:
		return text == "true", nil
	case unstable.Integer:
		v, err := strconv.ParseInt(text, 0, 64)
		if err != nil {
			return nil, fmt.Errorf("%.30s is too large a number", text)
		}
		return v, nil
	case unstable.Float:
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("%.30s is too large a number", text)
		}
		return v, nil
	case unstable.Array:
		list := []any{}
		for it := n.Children(); it.Next(); {
			v, err := valueOf(it.Node())
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	default:
		return nil, nil
	}
}

func (r *reading) wrong(at int, says string) {
	r.mistakes = append(r.mistakes, Mistake{Line: r.line(at), Says: says})
}

// line is the number of the line a place is in.
func (r *reading) line(at int) int {
	if r.ends == nil {
		r.ends = []int{}
		for i, c := range r.parser.Data() {
			if c == '\n' {
				r.ends = append(r.ends, i)
			}
		}
	}
	return sort.SearchInts(r.ends, at) + 1
}

// next is the line where something stands that was not read.
func (r *reading) next() int {
	data := string(r.parser.Data())
	line := r.line(r.last)
	if r.last > 0 {
		line++ // what was read has all of its line
	}
	all := strings.Split(data, "\n")
	for ; line < len(all); line++ {
		if text := strings.TrimSpace(all[line-1]); text != "" && text[0] != '#' {
			break
		}
	}
	return min(line, len(all))
}

// blank takes lines out, so that all others stay where they are.
func blank(b []byte, from, to int) {
	line := 1
	for i := range b {
		switch {
		case b[i] == '\n':
			line++
		case line >= from && line <= max(from, to):
			b[i] = ' '
		}
	}
}

func invalidLine(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return bytes.Count(b[:i], []byte("\n")) + 1
		}
		i += n
	}
	return 0
}
