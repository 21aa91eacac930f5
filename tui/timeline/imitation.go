package timeline

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What hangs on a message and what became of it stands in the column of its text, and where there
// is no colour it looks as if somebody had written it. So whatever in a text looks like a mark of
// the chat's own is shown in brackets, as what is hidden in it is: ⟨↳⟩ 3 replies, ⟨(edited)⟩.
// The lines of days and of what is new, names and notices need none: they begin left of where any
// text does.

// ownSigns begin rows of the chat's own: what a message answers, its thread, its files.
var ownSigns = []string{"↱", "↳", "▤"}

// ownWords are what stands behind a text or in its place, in small letters.
var ownWords = []string{"(edited)", "(pinned)", "(edited, pinned)", deletedText}

// bracketed is a text with brackets around what looks like a mark of the chat's own.
func bracketed(text string) string {
	for _, sign := range ownSigns {
		if strings.Contains(text, sign) {
			text = strings.ReplaceAll(text, sign, "⟨"+sign+"⟩")
		}
	}
	if strings.Contains(text, "──") || strings.Contains(text, "d)") || strings.Contains(text, "D)") {
		lines := strings.Split(text, "\n")
		for i, s := range lines {
			lines[i] = bracketedLine(s)
		}
		text = strings.Join(lines, "\n")
	}
	// What hangs on a message is below its last line.
	end := len(strings.TrimRightFunc(text, unicode.IsSpace))
	begin := strings.LastIndexByte(text[:end], '\n') + 1
	if last := text[begin:end]; chipsRow(last) || folds(last) {
		begin += len(last) - len(strings.TrimLeft(last, " "))
		return text[:begin] + "⟨" + text[begin:end] + "⟩" + text[end:]
	}
	return text
}

// bracketedLine is bracketed for what may stand in any line.
func bracketedLine(s string) string {
	if begin := len(s) - len(strings.TrimLeft(s, " ")); divides(s[begin:]) {
		return s[:begin] + "⟨─⟩" + s[begin+len("─"):]
	}
	end := len(strings.TrimRightFunc(s, unicode.IsSpace))
	for _, w := range ownWords {
		if begin := end - len(w); begin >= 0 && strings.EqualFold(s[begin:end], w) {
			return s[:begin] + "⟨" + s[begin:end] + "⟩" + s[end:]
		}
	}
	return s
}

// divides tells whether a line looks like one that says which day begins, or that what follows
// is new: horizontal lines with words between.
func divides(s string) bool {
	return strings.HasPrefix(s, "──") && strings.HasSuffix(strings.TrimRight(s, " "), "─") && strings.IndexFunc(s, unicode.IsLetter) >= 0
}

// folds tells whether a line looks like the one that says that a message goes on.
func folds(s string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(s, " "), "… ")
	return ok && rest != "" && rest[0] >= '0' && rest[0] <= '9' && (strings.Contains(rest, " more line") || strings.Contains(rest, " more character"))
}

// reaction is one as it hangs on a message: an emoji, or a name of the team's own between
// colons, and how often.
var reaction = regexp.MustCompile(`^(\[?)(\S{1,64}) \d[\d,]{0,12}(\]?)$`)

// chipsRow tells whether a line looks like reactions.
func chipsRow(s string) bool {
	if s = strings.TrimSpace(s); s == "" || s[len(s)-1] != ']' && (s[len(s)-1] < '0' || s[len(s)-1] > '9') || len(s) > maxChips {
		return false
	}
	for part := range strings.SplitSeq(s, "  ") {
		m := reaction.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			return false
		}
		r, _ := utf8.DecodeRuneInString(m[2])
		named := len(m[2]) > 2 && m[2][0] == ':' && m[2][len(m[2])-1] == ':'
		if !named && (r < utf8.RuneSelf || unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return false
		}
	}
	return true
}

// maxChips is how long a line is that is looked at for reactions, in bytes.
const maxChips = 1 << 10

var (
	bracketedSign = regexp.MustCompile(`⟨(↱|↳|▤|─|(?i:\((?:edited|pinned|edited, pinned|deleted)\)))⟩`)
	bracketedEnd  = regexp.MustCompile(`⟨([^⟨⟩\n]*)⟩(\s*)$`)
)

// typed is a text that was bracketed, or a part of it, as it was typed.
func typed(text string) string {
	if !strings.Contains(text, "⟩") {
		return text
	}
	text = bracketedSign.ReplaceAllString(text, "$1")
	if without := bracketedEnd.ReplaceAllString(text, "$1$2"); bracketed(without) != without {
		text = without // it is no sign of something hidden
	}
	return text
}
