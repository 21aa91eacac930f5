package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// keepHead and keepTail are how much of the beginning and the end of stdin is
	// kept, in bytes: each more than any server takes in one message, so that a
	// command may print for as long as it likes.
	keepHead = 1 << 20
	keepTail = 4 << 20
)

// excerpt is a text of any length, of which the beginning and the end are kept. It is
// written first, then ended, then read.
type excerpt struct {
	head, tail []byte
	skipped    int64 // bytes between them
	lineEnds   int64 // among those

	// Once it is ended. All lines are in first where nothing is left out.
	first, last []string
	before      int64 // lines left out at the beginning, since fewer were asked for
	between     int64 // lines left out between first and last
}

// Write implements io.Writer.
func (e *excerpt) Write(b []byte) (int, error) {
	e.add(b)
	return len(b), nil
}

func (e *excerpt) add(b []byte) {
	if room := keepHead - len(e.head); room > 0 {
		n := min(room, len(b))
		e.head = append(e.head, b[:n]...)
		b = b[n:]
	}
	e.tail = append(e.tail, b...)
	if over := len(e.tail) - keepTail; over > keepTail {
		e.skipped += int64(over)
		e.lineEnds += int64(bytes.Count(e.tail[:over], []byte("\n")))
		e.tail = slices.Clone(e.tail[over:])
	}
}

// end makes lines of what was written. What a command printed for a terminal is made
// what it shows there in the end; all else stays as it is. With most above 0 there are
// no more lines than that, the last ones.
func (e *excerpt) end(printed bool, most int) {
	if e.skipped == 0 {
		e.first = split(append(e.head, e.tail...), printed)
	} else {
		// Where it was cut there is half a line on either side.
		head, tail := e.head, e.tail
		if i := bytes.LastIndexByte(head, '\n'); i >= 0 {
			head = head[:i]
		}
		if i := bytes.IndexByte(tail, '\n'); i >= 0 {
			tail = tail[i+1:]
		}
		e.first, e.last = split(head, printed), split(tail, printed)
		e.between = e.lineEnds + 1
	}
	e.head, e.tail = nil, nil
	if all := len(e.first) + len(e.last); most > 0 && all > most {
		lines := slices.Concat(e.first, e.last)[all-most:]
		e.before = int64(all-most) + e.between
		e.first, e.last, e.between = lines, nil, 0
	}
}

// split makes lines of a text, without the blank ones at its end.
func split(b []byte, printed bool) []string {
	s := strings.ToValidUTF8(string(b), "\ufffd")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if printed {
		s = chat.Sanitize(shownAt(s))
	}
	return strings.Split(strings.TrimRight(s, "\n"), "\n")
}

// shownAt is what a terminal shows of what a command printed: without colours, of a
// line that was written over what it was in the end, and of what was struck over the
// last.
func shownAt(s string) string {
	s = ansi.Strip(s)
	if !strings.ContainsAny(s, "\r\b") {
		return s
	}
	var out strings.Builder
	for line := range strings.Lines(s) {
		text, end := strings.CutSuffix(line, "\n")
		text = strings.TrimRight(text, "\r")
		text = text[strings.LastIndexByte(text, '\r')+1:]
		var runes []rune
		for _, r := range text {
			if r == '\b' {
				runes = runes[:max(len(runes)-1, 0)]
				continue
			}
			runes = append(runes, r)
		}
		out.WriteString(string(runes))
		if end {
			out.WriteByte('\n')
		}
	}
	return out.String()
}

// empty tells whether it says nothing.
func (e *excerpt) empty() bool {
	for _, line := range slices.Concat(e.first, e.last) {
		if strings.TrimSpace(line) != "" {
			return false
		}
	}
	return true
}

// whole is all of the text, and whether that is all that was wanted of it.
func (e *excerpt) whole() (string, bool) {
	if e.between > 0 {
		return "", false
	}
	lines := e.first
	if e.before > 0 {
		lines = append([]string{leftOut(e.before)}, lines...)
	}
	return strings.Join(lines, "\n"), true
}

func leftOut(n int64) string { return "… " + plural(n, "line") + " left out …" }

// fit is as much of it as has at most limit bytes as JSON: a quarter from the
// beginning, which says what was run, and the rest from the end, which says what came
// of it. left says how much is missing.
func (e *excerpt) fit(limit int) (text, left string) {
	marker := jsonSize(leftOut(1<<62)) + jsonSize(leftOut(e.before))
	for budget := limit - marker - len(`""`); ; budget -= budget/16 + 1 {
		text, left = e.within(max(budget, 0))
		if budget <= 0 || len(chat.TextBody(text).JSON) <= limit {
			return text, left
		}
	}
}

func (e *excerpt) within(budget int) (text, left string) {
	var head []string
	if e.before > 0 {
		head = append(head, leftOut(e.before))
	}
	from, rest := 0, budget/4
	for from < len(e.first) && jsonSize(e.first[from]) <= rest {
		rest -= jsonSize(e.first[from])
		from++
	}
	head = append(head, e.first[:from]...)
	end := e.last
	if e.between == 0 {
		end = e.first[from:]
	}
	rest += budget - budget/4
	at := len(end)
	for at > 0 && jsonSize(end[at-1]) <= rest {
		at--
		rest -= jsonSize(end[at])
	}
	missing := int64(at) + e.between
	if e.between > 0 {
		missing += int64(len(e.first) - from)
	}
	tail := end[at:]
	if len(tail) == 0 && at > 0 { // one line that is longer than all there is room for
		tail = []string{"…" + endOf(end[at-1], rest-jsonSize("…"))}
		if missing--; missing == 0 {
			return strings.Join(append(head, tail...), "\n"), "some characters"
		}
	}
	return strings.Join(slices.Concat(head, []string{leftOut(missing)}, tail), "\n"), plural(missing, "line")
}

// endOf is the end of a line that has at most n bytes as JSON.
func endOf(line string, n int) string {
	for line != "" && jsonSize(line) > n {
		cut := max((jsonSize(line)-n)/6, 1) // an escaped character has six bytes
		for cut < len(line) && line[cut]&0xc0 == 0x80 {
			cut++
		}
		line = line[min(cut, len(line)):]
	}
	return line
}

// jsonSize is how many bytes a line and its end have in a JSON string.
func jsonSize(line string) int {
	b, err := json.Marshal(line)
	if err != nil {
		panic(fmt.Sprintf("a string does not marshal: %v", err))
	}
	return len(b) - len(`""`) + len(`\n`)
}
