package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/term"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/rows"
)

const (
	// dayTime is how a time is shown in a list, and toSecond in a log.
	dayTime  = "2006-01-02 15:04"
	toSecond = "2006-01-02 15:04:05"
)

// printLine writes a value as one line of JSON that no terminal obeys: control,
// invisible and reordering characters are escaped, in whatever anybody wrote. One
// line is one write, so that whoever reads along has all of it.
func printLine(w io.Writer, v any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escaped(b.Bytes()))
	return err
}

// escaped is a line of JSON with the characters escaped that are better not printed.
// Outside of strings JSON has none of them.
func escaped(raw []byte) []byte {
	clean := true
	for _, c := range raw[:len(raw)-1] {
		clean = clean && c >= ' ' && c < 0x7f
	}
	if clean {
		return raw
	}
	out := make([]byte, 0, len(raw)+16)
	for i := 0; i < len(raw)-1; {
		r, size := utf8.DecodeRune(raw[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			out = append(out, `\ufffd`...)
		case r > 0xffff && hides(r):
			high, low := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		case hides(r):
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = append(out, raw[i:i+size]...)
		}
		i += size
	}
	return append(out, raw[len(raw)-1])
}

// hides tells whether r is better not printed: what controls, is not seen, or puts
// its surroundings into another order.
func hides(r rune) bool {
	return r < ' ' || r == 0x7f || (r > 0x7f && !unicode.IsGraphic(r)) || unicode.Is(unicode.Cf, r) || unicode.In(r, unicode.Zl, unicode.Zp)
}

// columns writes a row of texts with tabs between, each made fit for one.
func columns(w io.Writer, texts ...string) error {
	for i, text := range texts {
		texts[i] = chat.SanitizeLine(text)
	}
	return writeRows(w, strings.Join(texts, "\t")+"\n")
}

// writeRows writes lines that may say what others wrote. A terminal breaks none of them, and so shows
// in its first column nothing but how lines begin; elsewhere they are as they are.
func writeRows(w io.Writer, lines string) error {
	_, err := io.WriteString(w, rows.Break(lines, widthOf(w)))
	return err
}

// widthOf is how many columns a terminal has, also one that does not say so; 0 of all else.
func widthOf(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(f.Fd()) {
		return 0
	}
	return cmp.Or(columnsOf(f), usualWidth)
}

// when is a time in a list, "" where there was none.
func when(at chat.Millis, layout string) string {
	if at == 0 {
		return ""
	}
	return at.Time().Format(layout)
}

// saying is what a message says, as lines for a log: first what it has beside its
// text. They are sanitised.
func saying(m *chat.Message) []string { return sayingBy(m, chat.Sanitize, false, byID) }

// revealing is saying for who reads along: what is invisible in a text says that it is
// there, as on the screen, and what looks like something else than a text is in brackets.
// What stands for a file, file says, of it and of what is known of it.
func revealing(m *chat.Message, file func(f chat.File, about string) string) []string {
	return sayingBy(m, chat.Reveal, true, file)
}

// byID is a file as commands take it.
func byID(f chat.File, about string) string {
	return fmt.Sprintf("[file %s: %s]", chat.SanitizeLine(f.ID), about)
}

func sayingBy(m *chat.Message, sanitize func(string) string, brackets bool, file func(f chat.File, about string) string) []string {
	if m.Deleted != 0 {
		return []string{"(deleted)"}
	}
	var lines []string
	if block := blockLine(m); block != "" {
		lines = append(lines, block)
	}
	text, plain := m.Text()
	switch {
	case !plain:
		text = "(" + describe(m.Body) + ")"
	case m.Style == chat.StyleMe:
		text = "/me " + text
	}
	if text != "" || len(m.Files) == 0 && len(lines) == 0 {
		text = strings.TrimRight(sanitize(text), "\n")
		for line := range strings.SplitSeq(text, "\n") {
			if brackets && plain && imitates(line) {
				line = "⟨" + line + "⟩"
			}
			lines = append(lines, line)
		}
	}
	for _, f := range m.Files {
		lines = append(lines, file(f, fmt.Sprintf("%s, %s, %s", chat.SanitizeLine(f.Name), chat.SanitizeLine(f.Type), chat.Size(f.Size))))
	}
	return lines
}

// imitates tells whether a line of a text looks like what stands beside a text, or in its place.
func imitates(line string) bool {
	line = strings.ToLower(strings.TrimSpace(line))
	return line == "(deleted)" || slices.ContainsFunc([]string{"[file ", "[code", "[output", "(json: ", "(binary, "}, func(s string) bool { return strings.HasPrefix(line, s) })
}

// blockLine says what is known of program text or output.
func blockLine(m *chat.Message) string {
	if m.Style != chat.StyleCode && m.Style != chat.StyleOutput {
		return ""
	}
	kind, what := string(m.Style), []string(nil)
	if b := m.Block; b != nil {
		for _, s := range []string{b.Title, b.Language} {
			if s = chat.SanitizeLine(s); s != "" {
				what = append(what, s)
			}
		}
		if b.Exit != nil {
			what = append(what, fmt.Sprint("exit ", *b.Exit))
		}
		if b.Duration > 0 {
			what = append(what, (time.Duration(b.Duration) * time.Millisecond).String())
		}
	}
	if len(what) == 0 {
		return "[" + kind + "]"
	}
	return "[" + kind + ": " + strings.Join(what, ", ") + "]"
}

// describe says what a body is that is no text.
func describe(b chat.Body) string {
	if n := len(b.Attachments); n > 0 {
		all := 0
		for _, a := range b.Attachments {
			all += len(a)
		}
		return "binary, " + chat.Size(int64(all))
	}
	var compact bytes.Buffer
	if json.Compact(&compact, b.JSON) != nil {
		return "nothing"
	}
	return "JSON: " + compact.String()
}
