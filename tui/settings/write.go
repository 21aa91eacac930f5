package settings

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Set is a file in which one thing is set, and all else is as it was: comments, order
// and line ends. A file that cannot be changed without touching more is an error.
func Set(b []byte, name string, value any) ([]byte, error) {
	text, err := write(value)
	if err != nil {
		return nil, err
	}
	before, mistakes, clean := parse(b)
	out := string(b)
	if at := index(before, name); at >= 0 {
		e := before[at]
		rest := out[e.value.from:]
		gap := rest[:len(rest)-len(strings.TrimLeft(rest, " \t="))]
		out = out[:e.value.from] + gap + text + out[e.value.to:]
	} else if from, to := broken(out, mistakes, name); to > 0 {
		out = out[:from] + quoteKey(name) + " = " + text + out[to:]
	} else {
		out = add(out, before, headers(clean, out, mistakes), name, text)
	}
	after, still := Parse([]byte(out))
	var all map[string]any
	worse := toml.Unmarshal(b, &all) == nil && toml.Unmarshal([]byte(out), &all) != nil
	if worse || len(still) > len(mistakes) || !changed(before, after, name, value) {
		return nil, fmt.Errorf("the file has something in the way of %s", name)
	}
	return []byte(out), nil
}

// broken is the line that cannot be read and was to set name, which is in no table; to is
// 0 where there is none.
func broken(s string, mistakes []Mistake, name string) (from, to int) {
	lines := strings.SplitAfter(s, "\n")
	for i, line := range lines {
		text := strings.TrimSpace(line)
		if strings.HasPrefix(text, "[") {
			break
		}
		at := slices.IndexFunc(mistakes, func(m Mistake) bool { return m.Line == i+1 })
		if key, _, set := strings.Cut(text, "="); set && at >= 0 && strings.TrimSpace(key) == name {
			return from, from + len(strings.TrimRight(line, "\r\n"))
		}
		from += len(line)
	}
	return 0, 0
}

// changed tells whether name is the one thing that is another.
func changed(before, after []Entry, name string, value any) bool {
	values := make(map[string]any, len(after))
	for _, e := range after {
		values[e.Name] = e.Value
	}
	if v, ok := values[name]; !ok || !reflect.DeepEqual(v, value) {
		return false
	}
	others := 0
	for _, e := range before {
		if e.Name == name {
			continue
		}
		if v, ok := values[e.Name]; !ok || !reflect.DeepEqual(v, e.Value) {
			return false
		}
		others++
	}
	return others+1 == len(after)
}

// add puts a new line where its table ends, or makes the table.
func add(s string, entries []Entry, head []header, name, text string) string {
	end := "\n"
	if strings.Contains(s, "\r\n") {
		end = "\r\n"
	}
	table, own := "", name
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		table, own = name[:i], name[i+1:]
	}
	line := quoteKey(own) + " = " + text + end
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += end
	}
	if table == "" {
		return addTop(s, entries, head, line, end)
	}
	for i, h := range head {
		if h.table != table {
			continue
		}
		to := len(s)
		if i+1 < len(head) {
			to = head[i+1].from
		}
		last := h.to
		for _, e := range entries {
			if e.value.to > last && e.value.to <= to {
				last = e.value.to
			}
		}
		next := strings.IndexByte(s[last:], '\n') + last + 1 // a comment may follow in its line
		return s[:next] + line + s[next:]
	}
	if s != "" {
		s += end
	}
	parts := strings.Split(table, ".")
	for i := range parts {
		parts[i] = quoteKey(parts[i])
	}
	return s + "[" + strings.Join(parts, ".") + "]" + end + line
}

// addTop puts a new line below the last one that is in no table.
func addTop(s string, entries []Entry, head []header, line, end string) string {
	at, last := len(s), 0
	if len(head) > 0 {
		at = head[0].from
	}
	for _, e := range entries {
		if e.value.to <= at {
			last = max(last, e.value.to)
		}
	}
	switch {
	case last > 0: // a comment may follow in its line
		at = strings.IndexByte(s[last:], '\n') + last + 1
	case len(head) > 0: // what stands before a table may be about it
		at, line = 0, line+end
	}
	return s[:at] + line + s[at:]
}

// header is a line that begins a table.
type header struct {
	table    string
	from, to int
}

// headers are the tables that have a line of their own in s, of which clean has the lines that
// can be read. One whose line cannot be read has no name: whatever it was, it ends what stands
// before it.
func headers(clean []byte, s string, mistakes []Mistake) (list []header) {
	r := reading{}
	r.parser.Reset(clean)
	for r.parser.NextExpression() {
		e := r.parser.Expression()
		if e.Kind != unstable.Table && e.Kind != unstable.ArrayTable {
			continue
		}
		name, at := r.name(e.Key())
		from := bytes.LastIndexByte(clean[:at.from], '\n') + 1
		list = append(list, header{strings.Join(name, "."), from, at.to})
	}
	from := 0
	for i, line := range strings.SplitAfter(s, "\n") {
		wrong := slices.ContainsFunc(mistakes, func(m Mistake) bool { return m.Line == i+1 })
		known := slices.ContainsFunc(list, func(h header) bool { return h.from == from })
		if wrong && !known && strings.HasPrefix(strings.TrimSpace(line), "[") {
			list = append(list, header{"", from, from + len(line)})
		}
		from += len(line)
	}
	slices.SortFunc(list, func(a, b header) int { return a.from - b.from })
	return list
}

func index(entries []Entry, name string) int {
	for i, e := range entries {
		if e.Name == name {
			return i
		}
	}
	return -1
}

var bare = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func quoteKey(s string) string {
	if bare.MatchString(s) {
		return s
	}
	return quote(s)
}

// quote is a string as TOML has it.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// write is a value as TOML has it.
func write(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return quote(v), nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "", fmt.Errorf("%v is not set", v)
		}
		return strconv.FormatFloat(v, 'f', 1, 64), nil
	case []any:
		list := make([]string, len(v))
		for i := range v {
			text, err := write(v[i])
			if err != nil {
				return "", err
			}
			list[i] = text
		}
		return "[" + strings.Join(list, ", ") + "]", nil
	}
	return "", fmt.Errorf("%T is not set", value)
}
