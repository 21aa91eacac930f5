package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sanitize makes a text of several lines safe to draw: what it returns is valid
// UTF-8 that holds no control character but \n and \t and nothing that is
// executed, reorders its surroundings or hides text. It is to be called where
// text of another person is about to be drawn; the text itself is stored and
// sent as it was written.
//
// Nothing that meant something vanishes without a trace: control characters
// become their pictures (ESC is ␛), bidirectional controls their names (⟨RLO⟩),
// broken UTF-8 becomes U+FFFD. What is invisible by definition is dropped,
// except joiners and variation selectors where emoji and scripts need them.
// All line ends become \n. A base carries at most four combining marks, and a
// mark without a base gets a dotted circle.
//
// Sanitize is idempotent, takes linear time, and returns s itself without
// allocating when nothing has to change. Safe from any goroutine.
func Sanitize(s string) string { return sanitize(s, false) }

// SanitizeLine is Sanitize for names and other texts of one line: line ends and
// tabs become single spaces.
func SanitizeLine(s string) string { return sanitize(s, true) }

const (
	// maxMarks is how many combining marks one base carries: every living
	// script and Tibetan's usual stacks fit, piles that climb over other
	// lines do not.
	maxMarks = 4

	// maxJoins is how many emoji are joined to one: the longest sequence that
	// fonts know has three joiners. Terminals disagree on the width of longer
	// ones, and a row that is measured wrong is drawn over its neighbours.
	maxJoins = 4

	dottedCircle = "\u25cc"

	zwnj = '\u200c'
	zwj  = '\u200d'
	vs15 = '\ufe0e'
	vs16 = '\ufe0f'

	keycap    = '\u20e3'
	blackFlag = '\U0001f3f4'
)

// flagTags are the tag characters of the three subdivision flags that are
// recommended for interchange (England, Scotland, Wales; UTS #51, section 2.6).
// All other tags are text that nobody can see.
var flagTags = [...]string{
	"\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
	"\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
	"\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
}

func sanitize(s string, line bool) string {
	i := cleanASCII(s, line)
	if i == len(s) {
		return s
	}
	w := writer{src: s}
	if i > 0 {
		i-- // the last clean byte may be the base of what follows
		w.kept = i
	}
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += w.rune(r, i, size, line)
	}
	return w.String()
}

// cleanASCII returns the length of the part at the start of s that is ASCII and
// needs no change.
func cleanASCII(s string, line bool) int {
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c < 0x7f || !line && (c == '\n' || c == '\t') {
			continue
		}
		return i
	}
	return len(s)
}

// writer makes the sanitised text. It copies nothing until something differs.
// Decisions look back only at what was written, and ahead only at characters
// that are always kept: this is what makes sanitising idempotent.
type writer struct {
	src  string
	kept int    // while buf is nil: src[:kept] is the text so far
	buf  []byte // the text so far, once it differs from src
	last rune   // last character of the text so far, 0 at its start
	base rune   // what the marks are attached to, 0 if there is nothing
	kind kind   // what kind of base that is
	mark int    // marks on the current base
	join int    // joiners in the current sequence
}

// kind is what a character is to the marks that follow it.
type kind uint8

const (
	noBase kind = iota
	plainBase
	emojiBase
)

// rune adds the character r, which is src[i:i+size], and returns how many bytes
// of src it dealt with.
func (w *writer) rune(r rune, i, size int, line bool) int {
	next := i + size
	switch {
	case r == utf8.RuneError && size == 1:
		w.replace(i, "\ufffd", plainBase)
	case r < 0x80 || r == '\u0085' || r == '\u2028' || r == '\u2029':
		return w.ascii(r, i, size, line)
	case r < 0xa0: // C1
		w.replace(i, "\ufffd", plainBase)
	case bidiName(r) != "":
		w.replace(i, bidiName(r), plainBase)
	case r == zwj || r == zwnj:
		if after, _ := utf8.DecodeRuneInString(w.src[next:]); w.joins(r, after) {
			w.keep(r, i, next)
			w.join++
			return size
		}
		w.drop(i)
	case r == vs15 || r == vs16:
		if after, _ := utf8.DecodeRuneInString(w.src[next:]); w.selects(after) {
			w.keep(r, i, next)
			return size
		}
		w.drop(i)
	case unicode.Is(invisible, r):
		w.drop(i)
	case isNoncharacter(r):
		w.replace(i, "\ufffd", plainBase)
	case isMark(r) || unicode.Is(emojiModifier, r) && w.kind == emojiBase:
		w.addMark(r, i, next)
	default:
		w.addBase(r, i, next)
		if r == blackFlag {
			return size + w.flag(next)
		}
	}
	return size
}

// ascii adds a character of ASCII, or one of the line ends beyond it.
func (w *writer) ascii(r rune, i, size int, line bool) int {
	switch {
	case r == '\r' && strings.HasPrefix(w.src[i+1:], "\n"):
		size = 2
		fallthrough
	case r == '\n' || r == '\r' || r >= 0x80:
		switch {
		case line:
			w.replace(i, " ", plainBase)
		case r == '\n':
			w.keep(r, i, i+size)
			w.start(noBase)
		default:
			w.replace(i, "\n", noBase)
		}
	case r == '\t' && line:
		w.replace(i, " ", plainBase)
	case r == '\t':
		w.keep(r, i, i+size)
		w.start(noBase)
	case r < ' ':
		w.replace(i, string('\u2400'+r), plainBase)
	case r == 0x7f:
		w.replace(i, "\u2421", plainBase)
	default:
		w.addBase(r, i, i+size)
	}
	return size
}

// addBase keeps a character that stands by itself.
func (w *writer) addBase(r rune, i, next int) {
	joined := w.last == zwj
	w.keep(r, i, next)
	joins := w.join
	w.start(plainBase)
	if unicode.Is(pictographic, r) || unicode.Is(emojiModifier, r) {
		w.kind = emojiBase
	}
	if joined {
		w.join = joins // still the same sequence
	}
}

// addMark keeps a mark while its base has room for it.
func (w *writer) addMark(r rune, i, next int) {
	switch {
	case w.mark >= maxMarks:
		w.drop(i)
		return
	case w.kind == noBase:
		w.replace(i, dottedCircle, plainBase)
	}
	w.keep(r, i, next)
	w.mark++
}

// joins tells whether the joiner r is needed between what was written and
// after: ZWJ in a sequence of emoji, or either joiner before a letter of a
// script that is written with them.
func (w *writer) joins(r, after rune) bool {
	switch {
	case w.kind == emojiBase && r == zwj:
		return w.join < maxJoins && unicode.Is(pictographic, after)
	case unicode.In(w.base, joining...):
		return unicode.IsLetter(after) && unicode.In(after, joining...)
	}
	return false
}

// selects tells whether a variation selector after what was written chooses
// between the two looks of an emoji.
func (w *writer) selects(after rune) bool {
	switch {
	case unicode.Is(pictographic, w.last):
		return true
	case w.last >= '0' && w.last <= '9' || w.last == '#' || w.last == '*':
		return after == keycap
	}
	return false
}

// flag keeps the tags that make a black flag the flag of a country, and returns
// their length.
func (w *writer) flag(i int) int {
	for _, tags := range flagTags {
		if strings.HasPrefix(w.src[i:], tags) {
			w.keep('\U000e007f', i, i+len(tags))
			return len(tags)
		}
	}
	return 0
}

// start begins a new cluster with the last character of the text so far.
func (w *writer) start(k kind) {
	w.base, w.kind, w.mark, w.join = w.last, k, 0, 0
}

// keep adds src[i:next], whose last character is r.
func (w *writer) keep(r rune, i, next int) {
	if w.buf == nil {
		w.kept = next
	} else {
		w.buf = append(w.buf, w.src[i:next]...)
	}
	w.last = r
}

// replace adds text in the place of the character at src[i].
func (w *writer) replace(i int, text string, k kind) {
	w.drop(i)
	w.buf = append(w.buf, text...)
	w.last, _ = utf8.DecodeLastRuneInString(text)
	w.start(k)
}

// drop leaves out the character at src[i].
func (w *writer) drop(i int) {
	if w.buf == nil {
		w.buf = append(make([]byte, 0, len(w.src)+16), w.src[:i]...)
	}
}

// String returns the text.
func (w *writer) String() string {
	if w.buf == nil {
		return w.src[:w.kept]
	}
	return string(w.buf)
}
