package slack

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Markup makes Markdown of Slack's mrkdwn. name tells what a user's ID ("U…") or a
// channel's ("C…") is called, "" where that is not known; it may be nil. It takes any
// text, and leaves what is no markup as it is.
func Markup(text string, name func(id string) string) string {
	if name == nil {
		name = func(string) string { return "" }
	}
	var b strings.Builder
	for text != "" {
		n := codeLength(text)
		if n > 0 {
			b.WriteString(unescape(text[:n]))
			text = text[n:]
			continue
		}
		end := nextCode(text)
		b.WriteString(prose(text[:end], name))
		text = text[end:]
	}
	return b.String()
}

// codeLength is how long the code is that a text begins with: between three
// backquotes, or between one and the next in the same line.
func codeLength(text string) int {
	if fenced, ok := strings.CutPrefix(text, "```"); ok {
		if end := strings.Index(fenced, "```"); end >= 0 {
			return len("```") + end + len("```")
		}
		return len(text)
	}
	if rest, ok := strings.CutPrefix(text, "`"); ok {
		if end := strings.IndexAny(rest, "`\n"); end > 0 && rest[end] == '`' {
			return end + 2
		}
	}
	return 0
}

// nextCode is where code begins in a text that does not begin with some.
func nextCode(text string) int {
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '`')
		if i < 0 {
			return len(text)
		}
		if at += i; at > 0 && codeLength(text[at:]) > 0 {
			return at
		}
		at++
	}
}

// prose converts what is no code.
func prose(text string, name func(string) string) string {
	var b strings.Builder
	for text != "" {
		i := strings.IndexByte(text, '<')
		if i < 0 {
			b.WriteString(emphasis(unescape(text)))
			break
		}
		end := strings.IndexAny(text[i+1:], "<>\n")
		if end < 0 || text[i+1+end] != '>' {
			b.WriteString(emphasis(unescape(text[:i+1])))
			text = text[i+1:]
			continue
		}
		b.WriteString(emphasis(unescape(text[:i])))
		b.WriteString(reference(text[i+1:i+1+end], name))
		text = text[i+1+end+1:]
	}
	return b.String()
}

// reference is what stands between < and >.
func reference(inner string, name func(string) string) string {
	target, label, _ := strings.Cut(inner, "|")
	label = unescape(label)
	switch {
	case inner == "":
		return "<>"
	case target[:min(1, len(target))] == "@":
		return "@" + firstOf(name(target[1:]), strings.TrimPrefix(label, "@"), target[1:])
	case target[:min(1, len(target))] == "#":
		return "#" + firstOf(name(target[1:]), strings.TrimPrefix(label, "#"), target[1:])
	case strings.HasPrefix(target, "!here"):
		return "@here"
	case strings.HasPrefix(target, "!channel"), strings.HasPrefix(target, "!everyone"):
		return "@room"
	case strings.HasPrefix(target, "!"):
		return firstOf(label, target[1:])
	}
	target = unescape(target)
	if label == "" || label == target {
		return target
	}
	if strings.ContainsAny(target, " ()") { // no target of a Markdown link
		return label + " " + target
	}
	return "[" + brackets.Replace(label) + "](" + target + ")"
}

func firstOf(names ...string) string {
	for _, n := range names {
		if n != "" {
			return n
		}
	}
	return ""
}

// unescape undoes the three escapes that Slack's text has.
func unescape(s string) string {
	return escapes.Replace(s)
}

var (
	escapes  = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	brackets = strings.NewReplacer("[", `\[`, "]", `\]`)
)

// emphasis doubles the marks that Markdown wants twice: *bold* and ~struck~.
func emphasis(s string) string {
	var b strings.Builder
	var alone ['~' + 1]bool // marks that nothing closes any more in this line
	for i := 0; i < len(s); {
		c := s[i]
		if c == '\n' {
			alone = [len(alone)]bool{}
		}
		if (c == '*' || c == '~') && !alone[c] && opens(s, i) {
			end := closing(s, i)
			if alone[c] = end == 0; end > 0 {
				mark := strings.Repeat(string(c), 2)
				b.WriteString(mark + s[i+1:end] + mark)
				i = end + 1
				continue
			}
		}
		b.WriteByte(c)
		i++
	}
	return b.String()
}

// opens tells whether the mark at i may begin emphasis: at the edge of a word, before
// something that can be seen.
func opens(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+1:])
	return (i == 0 || !word(before) && before != rune(s[i])) && after != rune(s[i]) && !unicode.IsSpace(after) && i+1 < len(s)
}

// closing is where the emphasis ends that the mark at i begins, in the same line; 0
// where it does not.
func closing(s string, i int) int {
	for j := i + 1; j < len(s) && s[j] != '\n'; j++ {
		if s[j] != s[i] {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:j])
		after, _ := utf8.DecodeRuneInString(s[j+1:])
		if !unicode.IsSpace(before) && (j+1 == len(s) || !word(after)) && after != rune(s[i]) {
			return j
		}
	}
	return 0
}

func word(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
