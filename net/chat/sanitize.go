package chat

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sanitize makes a text of several lines safe to draw: what it returns is valid
// UTF-8 that holds no control character but \n and \t and nothing that is
// executed, reorders its surroundings or hides text. It is for drawing: it is to
// be called where text of another person is about to be drawn, and messages are
// relayed and stored without it. What is pasted into the composer is drawn at
// once and may be anybody's, so that it is sanitised there, and sent that way.
//
// Nothing that meant something vanishes without a trace: control characters
// become their pictures (ESC is ␛), bidirectional controls their names (⟨RLO⟩),
// broken UTF-8 becomes U+FFFD. What is invisible by definition is dropped,
// except joiners and variation selectors where emoji and scripts need them.
// All line ends become \n. A base carries at most four combining marks, and a
// mark without a base gets a dotted circle. A grapheme cluster (UAX #29) has at
// most maxCluster characters: marks beyond that are left out, and letters that
// would join it are parted from it by a dotted circle.
//
// Sanitize is idempotent, takes linear time, and returns s itself without
// allocating when nothing has to change. Safe from any goroutine.
func Sanitize(s string) string { return sanitize(s, false, false) }

// Reveal is Sanitize, but instead of what is invisible by definition it shows that it
// was there: ⟨ZWSP⟩, or ⟨17 hidden⟩ for more in a row. It is for drawing what somebody
// wrote, and for nothing that is written or copied again. Variation selectors of emoji
// where there are none, and marks that are left out, hide nothing and have no sign.
func Reveal(s string) string { return sanitize(s, false, true) }

// SanitizeLine is Sanitize for names and other texts of one line: line ends and
// tabs become single spaces.
func SanitizeLine(s string) string { return sanitize(s, true, false) }

const (
	// maxMarks is how many combining marks one base carries: every living
	// script and Tibetan's usual stacks fit, piles that climb over other
	// lines do not.
	maxMarks = 4

	// maxJoins is how many emoji are joined to one, or consonants by viramas:
	// the longest sequence of emoji that fonts know has three joiners, the
	// longest conjunct of Sanskrit (in kārtsnya) has four viramas. Terminals
	// disagree on the width of longer ones, and a row that is measured wrong
	// is drawn over its neighbours.
	maxJoins = 4

	// maxLeads is how many leading consonants a Hangul syllable has: Middle
	// Korean spelled three, today's has one.
	maxLeads = 3

	// maxCluster is how many characters a grapheme cluster has. A terminal
	// may draw each in a cell of its own where another draws the cluster in
	// one, so that this is by how much a row can be measured wrong. What is
	// written has less: five emoji with skin tones and their joiners 14, the
	// conjunct of kārtsnya with vowel and nasal 11, a kiss with skin tones
	// 10, Scotland's flag 7, a base with all its marks 5.
	maxCluster = 16

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

func sanitize(s string, line, reveal bool) string {
	i := cleanASCII(s, line)
	if i == len(s) {
		return s
	}
	w := writer{src: s, reveal: reveal}
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
	src    string
	reveal bool   // tell of what is left out
	kept   int    // while buf is nil: src[:kept] is the text so far
	buf    []byte // the text so far, once it differs from src
	last   rune   // last character of the text so far, 0 at its start

	braille int8 // whether src has Braille patterns with dots: 1 if so, -1 if not, 0 as long as nobody asked

	// The base at the end of the text, and its marks.
	base   rune // what the marks are attached to, 0 if there is nothing
	kind   kind // what kind of base that is
	mark   int  // how many marks it has
	linked bool // one of them is a linker: the next consonant joins
	open   bool // last is a prefix: the next base joins, whatever it is

	// The cluster of that base. Where versions of UAX #29 differ, the longest.
	size   int  // its characters
	join   int  // its bases after the first, prefixes apart
	format bool // it begins with a format character
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
			w.extend(r, i, next)
			return size
		}
		return w.hide(i)
	case r == vs15 || r == vs16:
		if after, _ := utf8.DecodeRuneInString(w.src[next:]); w.selects(after) {
			w.extend(r, i, next)
			return size
		}
		w.drop(i)
	case w.hides(r):
		return w.hide(i)
	case isNoncharacter(r):
		w.replace(i, "\ufffd", plainBase)
	case isMark(r) || unicode.Is(emojiModifier, r) && w.kind != noBase:
		w.addMark(r, i, next)
	case unicode.Is(prefix, r):
		w.addPrefix(r, i, next)
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
			w.keep(i, i+size)
			w.begin(r, noBase, false)
		default:
			w.replace(i, "\n", noBase)
		}
	case r == '\t' && line:
		w.replace(i, " ", plainBase)
	case r == '\t':
		w.keep(i, i+size)
		w.begin(r, noBase, false)
	case r < ' ':
		w.replace(i, string('\u2400'+r), plainBase)
	case r == 0x7f:
		w.replace(i, "\u2421", plainBase)
	default:
		w.addBase(r, i, i+size)
	}
	return size
}

// addBase keeps a character that stands by itself, or continues the cluster
// before it while that has room.
func (w *writer) addBase(r rune, i, next int) {
	continues, room := w.continues(r)
	if continues && !room {
		w.replace(i, dottedCircle, plainBase)
		continues = false
	}
	k := plainBase
	if unicode.Is(pictographic, r) || unicode.Is(emojiModifier, r) {
		k = emojiBase
	}
	w.keep(i, next)
	w.begin(r, k, continues)
}

// continues tells whether the base r belongs to the cluster at the end of the
// text (UAX #29, section 3.1.1), and whether there is room for it.
func (w *writer) continues(r rune) (continues, room bool) {
	switch {
	case w.open: // GB9b
		return true, true
	case r < utf8.RuneSelf:
		return false, false
	case isLead(w.last): // GB6
		return isLead(r) || isSyllable(r), w.join+1 < maxLeads || isSyllable(r)
	case w.linked && isConsonant(r): // GB9c
		return true, w.join < maxJoins && w.size < maxCluster
	case w.last == zwj: // GB11; the joiner was kept because there is room
		return w.kind == emojiBase, true
	case isRegional(w.last) && isRegional(r): // GB12, GB13
		return w.join == 0, true
	}
	return false, false
}

// addPrefix keeps a character that is drawn with the base after it. A second
// prefix gets a dotted circle for the base of the first. Prefixes that are
// format characters, as the Arabic sign around a verse's number, make some
// terminals give their whole cluster no cell, so that two such clusters in a
// row are parted as well: nobody fills a line that takes no room.
func (w *writer) addPrefix(r rune, i, next int) {
	if w.open {
		w.replace(i, dottedCircle, plainBase)
	}
	format := unicode.Is(unicode.Cf, r)
	if w.format && format {
		w.replace(i, dottedCircle, plainBase)
	}
	w.keep(i, next)
	w.begin(r, plainBase, false)
	w.open, w.format = true, format
}

// addMark keeps a mark while its base and its cluster have room for it.
func (w *writer) addMark(r rune, i, next int) {
	switch {
	case w.mark >= maxMarks || w.size >= maxCluster:
		w.drop(i)
		return
	case w.kind == noBase:
		w.replace(i, dottedCircle, plainBase)
	}
	w.extend(r, i, next)
	w.mark++
	if unicode.Is(linker, r) && isConsonant(w.base) {
		w.linked = true
	}
}

// joins tells whether the joiner r is needed between what was written and
// after, and has room: ZWJ in a sequence of emoji, either joiner before a letter
// of a script that is written with them, and ZWJ on either side of a virama,
// which chooses the form of the consonant (Bengali ra with ya-phalaa, Malayalam
// chillus as they were spelled before they were characters).
func (w *writer) joins(r, after rune) bool {
	switch {
	case w.size >= maxCluster:
		return false
	case w.kind == emojiBase && r == zwj:
		return w.join < maxJoins && w.size+2 <= maxCluster && unicode.Is(pictographic, after)
	case !unicode.In(w.base, joining...) || w.last == zwj || w.last == zwnj:
		return false
	case unicode.IsLetter(after) && unicode.In(after, joining...):
		return true
	case r == zwj && isVirama(after):
		return w.mark < maxMarks && w.size+2 <= maxCluster
	}
	return r == zwj && isVirama(w.last)
}

// selects tells whether a variation selector after what was written chooses
// between the two looks of an emoji.
func (w *writer) selects(after rune) bool {
	switch {
	case w.size >= maxCluster:
		return false
	case unicode.Is(pictographic, w.last):
		return true
	case w.last >= '0' && w.last <= '9' || w.last == '#' || w.last == '*':
		return after == keycap
	}
	return false
}

// flag keeps the tags that make a black flag the flag of a country, and returns
// their length. Such a flag is joined to nothing.
func (w *writer) flag(i int) int {
	if w.join > 0 {
		return 0
	}
	for _, tags := range flagTags {
		if strings.HasPrefix(w.src[i:], tags) {
			w.keep(i, i+len(tags))
			w.last, w.kind = '\U000e007f', plainBase
			w.size += utf8.RuneCountInString(tags)
			return len(tags)
		}
	}
	return 0
}

// begin notes that the base r was written, as part of the cluster before it if
// it continues that.
func (w *writer) begin(r rune, k kind, continues bool) {
	switch {
	case !continues || k == noBase:
		w.size, w.join, w.format = 0, 0, false
	case !w.open:
		w.join++
	}
	w.size++
	w.last, w.base, w.kind, w.mark = r, r, k, 0
	w.linked, w.open = false, false
}

// extend keeps src[i:next], the character r, which is part of the cluster
// before it.
func (w *writer) extend(r rune, i, next int) {
	w.keep(i, next)
	w.last = r
	w.size++
	w.open = false
	if r == zwnj {
		w.linked = false
	}
}

// keep adds src[i:next].
func (w *writer) keep(i, next int) {
	if w.buf == nil {
		w.kept = next
	} else {
		w.buf = append(w.buf, w.src[i:next]...)
	}
}

// replace adds text in the place of the character at src[i].
func (w *writer) replace(i int, text string, k kind) {
	w.drop(i)
	w.buf = append(w.buf, text...)
	for _, r := range text {
		w.begin(r, k, w.open)
	}
}

// hides tells whether a character is invisible by definition. The Braille pattern without dots
// is a blank in what is written in Braille, or drawn with it; without another pattern in the
// text it is there to be seen by nobody.
func (w *writer) hides(r rune) bool {
	if r != blankBraille {
		return unicode.Is(invisible, r)
	}
	if w.braille == 0 {
		if w.braille = -1; strings.ContainsFunc(w.src, isBraille) {
			w.braille = 1
		}
	}
	return w.braille < 0
}

// hide leaves out the hidden characters that begin at src[i], says so if it is to, and
// returns their length.
func (w *writer) hide(i int) int {
	r, n := utf8.DecodeRuneInString(w.src[i:])
	if !w.reveal {
		w.drop(i)
		return n
	}
	count := 1
	for i+n < len(w.src) {
		next, size := utf8.DecodeRuneInString(w.src[i+n:])
		if !w.hides(next) {
			break
		}
		n += size
		count++
	}
	name := hiddenNames[r]
	if count > 1 || name == "" {
		name = strconv.Itoa(count) + " hidden"
	}
	w.replace(i, "⟨"+name+"⟩", plainBase)
	return n
}

// hiddenNames are the short names of the hidden characters that are met most.
var hiddenNames = map[rune]string{
	'\u00ad': "SHY", '\u200b': "ZWSP", zwnj: "ZWNJ", zwj: "ZWJ", '\u2060': "WJ", '\ufeff': "BOM",
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
