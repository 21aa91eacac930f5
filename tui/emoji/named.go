package emoji

import (
	"maps"
	"strings"
	"sync"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// nicknames are what emoji are called beside the names they have everywhere.
var nicknames = map[string]string{
	"party": "🎉", "thanks": "🙏", "check": "✅", "done": "✅", "no": "❌", "sad": "😢",
}

// names are the names they have everywhere, and whose they are.
var names = sync.OnceValue(func() map[string]string {
	all := make(map[string]string)
	for _, e := range All() {
		for _, n := range e.Names {
			all[n] = e.Text
		}
	}
	return all
})

// Names are all names, with those that are only ours, and whose they are. It is not to
// be changed.
var Names = sync.OnceValue(func() map[string]string {
	all := maps.Clone(nicknames)
	maps.Copy(all, names())
	return all
})

// Named is what somebody means by a name or a character, and whether that is known: a
// name between colons is taken as it is.
func Named(text string) (e string, known bool) {
	if chat.IsEmoji(text) {
		return text, true
	}
	word := strings.ToLower(strings.Trim(text, ":"))
	if e := Names()[word]; e != "" {
		return e, true
	}
	return ":" + word + ":", len(text) > 2 && strings.HasPrefix(text, ":") && strings.HasSuffix(text, ":")
}

// maxName is how long a name is at most, in bytes; the longest has 46.
const maxName = 64

// Spell puts emoji in place of their names between colons, as :rocket:, outside of
// code. A name that none has stays, as that of a team's own; so does one that stands in
// a word, a time or an address, and one behind a backslash.
func Spell(text string) string {
	if strings.Count(text, ":") < 2 {
		return text
	}
	var b strings.Builder
	fence := ""
	for line := range strings.Lines(text) {
		mark := fenceOf(line)
		switch {
		case fence == "" && mark != "":
			fence = mark
		case fence != "":
			if strings.HasPrefix(mark, fence) && strings.Trim(strings.TrimSpace(line), mark[:1]) == "" {
				fence = ""
			}
		default:
			spellLine(&b, line)
			continue
		}
		b.WriteString(line)
	}
	return b.String()
}

// fenceOf is the backticks or tildes that a line begins with, if they are three or more.
func fenceOf(line string) string {
	line = strings.TrimLeft(line, " ")
	for _, c := range []string{"`", "~"} {
		rest := strings.TrimLeft(line, c)
		if mark := line[:len(line)-len(rest)]; len(mark) >= 3 && (c == "~" || !strings.Contains(rest, "`")) {
			return mark
		}
	}
	return ""
}

func spellLine(b *strings.Builder, line string) {
	before := byte(' ') // what stands before i, as it was written; a space for an emoji
	for i := 0; i < len(line); {
		switch line[i] {
		case '`':
			run := len(line[i:]) - len(strings.TrimLeft(line[i:], "`"))
			n := run
			if end := codeEnd(line[i+run:], run); end >= 0 {
				n += end
			}
			b.WriteString(line[i : i+n])
			i += n
			before = '`'
			continue
		case ':':
			if e, n := spelled(line[i:]); n > 0 && mayStandBehind(before) && (i+n == len(line) || !isWord(line[i+n])) {
				b.WriteString(e)
				i += n
				before = ' '
				continue
			}
		}
		before = line[i]
		b.WriteByte(before)
		i++
	}
}

// codeEnd is where code that began with so many backticks ends, -1 if it does not.
func codeEnd(s string, run int) int {
	for at := 0; ; {
		i := strings.IndexByte(s[at:], '`')
		if i < 0 {
			return -1
		}
		at += i
		n := len(s[at:]) - len(strings.TrimLeft(s[at:], "`"))
		at += n
		if n == run {
			return at
		}
	}
}

// spelled is the emoji whose name between colons s begins with, and how long that is.
func spelled(s string) (e string, n int) {
	end := strings.IndexByte(s[1:min(len(s), maxName+2)], ':')
	if end < 1 {
		return "", 0
	}
	if e = names()[strings.ToLower(s[1:1+end])]; e == "" {
		return "", 0
	}
	return e, end + 2
}

func mayStandBehind(c byte) bool { return !isWord(c) && c != ':' && c != '/' && c != '\\' }

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
