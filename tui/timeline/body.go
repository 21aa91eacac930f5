package timeline

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

const (
	// maxText is how much of a message is kept and laid out, in bytes: some ten
	// screens. Whoever posts more does not make the room slow for the others.
	maxText = 32 << 10
	// maxNotice is how many rows a notice takes. It is ours, asks for something to
	// be done, and there is no key that opens it.
	maxNotice = 400

	// A message takes half of the timeline at most: two long ones leave room for
	// each other, and who wrote what stands before and after is still seen. It
	// takes minFold rows where that is less, which is a paragraph on a phone, and
	// on a tall screen, where half would be a wall all the same, enoughFold: that much
	// of a log or a patch tells whether one wants to open it. It takes a third of the
	// screen, whatever that is: who has so tall a one wants to see what is on it.
	minFold    = 8
	enoughFold = 24
)

// fold is how many rows one message takes, not counting the one that says what
// was left out.
func fold(height int) int { return max(min(height/2, enoughFold), height/3, minFold) }

// omitted is what of a text is not shown.
type omitted struct{ lines, characters uint32 }

func (o omitted) String() string {
	if o.lines > 0 {
		return "… " + count(int(o.lines), "more line")
	}
	return "… " + count(int(o.characters), "more character")
}

// setBody keeps what is shown of a body: the beginning of its JSON, and a note
// on its attachments, which are not drawn and would only hold memory.
func (it *item) setBody(b chat.Body) {
	it.setWhole(b)
	if len(it.body) <= maxText {
		return
	}
	end := maxText
	for end > 0 && it.body[end]&0xc0 == 0x80 { // within a character
		end--
	}
	it.rest = omitted{lines: escapedNewlines(it.body[end:]), characters: escapedCharacters(it.body[end:])}
	if it.rest.lines > 0 && bytes.HasSuffix(it.body, []byte(`\n"`)) {
		it.rest.lines-- // nothing follows the last line end
	}
	it.body = bytes.Clone(it.body[:end])
}

// setWhole keeps all of a body but its attachments.
func (it *item) setWhole(b chat.Body) {
	it.body, it.edges = b.JSON, edges{}
	if len(b.Attachments) == 0 {
		return
	}
	n := 0
	for _, a := range b.Attachments {
		n += len(a)
	}
	it.note = "binary, " + chat.Size(int64(n))
	var p struct {
		Placeholder bool `json:"_placeholder"`
	}
	if len(b.Attachments) == 1 && len(b.JSON) < 256 && json.Unmarshal(b.JSON, &p) == nil && p.Placeholder {
		it.body = nil
	}
}

// escapedNewlines counts the line ends within a part of a JSON string.
func escapedNewlines(raw []byte) (n uint32) {
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 || i+1 >= len(raw) {
			return n
		}
		if raw[i+1] == 'n' {
			n++
		}
		raw = raw[i+2:]
	}
}

// escapedCharacters counts the characters of the last part of a JSON value: in a
// string an escape is one. It is at least 1, and for whom it is told an estimate.
func escapedCharacters(raw []byte) (n uint32) {
	for i := 0; i < len(raw); i++ {
		switch {
		case raw[i]&0xc0 == 0x80: // within a character
			continue
		case raw[i] == '\\' && i+5 < len(raw) && raw[i+1] == 'u':
			if high := raw[i+2] | 0x20; high == 'd' && raw[i+3]|0x20 < 'c' && raw[i+3] >= '8' {
				n-- // the first half of a pair
			}
			i += 5
		case raw[i] == '\\':
			i++
		}
		n++
	}
	if n > 1 && raw[len(raw)-1] == '"' {
		n--
	}
	return max(n, 1)
}

// characters counts what people take for characters.
func characters(s string, m ansi.Method) (n uint32) {
	for s != "" {
		size, _ := theme.Cluster(s, m)
		s = s[size:]
		n++
	}
	return n
}

// text is what an item says, sanitised. plain tells that it is chat text and
// nothing else.
func (it *item) text() (text string, plain bool) { return it.read(chat.Sanitize) }

// read is text, sanitised by one of the ways to do that.
func (it *item) read(sanitize func(string) string) (text string, plain bool) {
	cut := it.rest.characters > 0
	switch {
	case it.deleted:
		return deletedText, false
	case it.kind == kindNotice, len(it.body) == 0 && it.note != "":
		return it.note, false
	case len(it.body) == 0:
		return "(nothing)", false
	case it.body[0] == '"' && it.note == "":
		if s, ok := unquote(it.body, cut); ok {
			return sanitize(s), true
		}
	}
	var b bytes.Buffer
	if cut || json.Compact(&b, it.body) != nil {
		b.Reset()
		b.Write(it.body)
	}
	if it.note != "" {
		b.WriteString(" " + it.note)
	}
	return sanitize(b.String()), false
}

// unquote reads a JSON string, of which the end may have been cut off.
func unquote(raw []byte, cut bool) (s string, ok bool) {
	if !cut {
		ok = json.Unmarshal(raw, &s) == nil
		return s, ok
	}
	// An escape sequence cut in half is the only thing that can be wrong with
	// the end; the longest, \ud83d\ude00, has twelve bytes.
	for n := range min(12, len(raw)) {
		whole := append(bytes.Clone(raw[:len(raw)-n]), '"')
		if json.Unmarshal(whole, &s) == nil {
			return s, true
		}
	}
	return "", false
}

// count says n things: "1 byte", "12,345 bytes".
func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return thousands(n) + " " + what
}

// thousands is a number as people read it: "12,345".
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
