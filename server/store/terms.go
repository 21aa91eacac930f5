package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// termsVersion is counted up with every change of what appendTerms makes of a
// text, so that an index of older terms is made anew.
const termsVersion = "1/" + norm.Version + "/" + cases.UnicodeVersion + "/" + unicode.Version

// maxTerm bounds a term, in bytes; what is longer is cut, here and in a query. The
// hash of a file in hex has 128, and nobody looks for the end of a key.
const maxTerm = 128

// appendTerms appends what can be looked for in a text, in the order in which it
// stands there: the index, a query and the scan of what is not indexed yet all see
// a text by it alone.
//
// A term is a run of letters, digits and their marks, whatever the case, accents
// and compatible spellings. Where a script puts no spaces between words (Chinese,
// Japanese, Thai …), or puts endings to them that one does not look for (Korean),
// each two neighbours are a term, and so is the last of a run: a word in such a
// text is found as the pairs it has, one after the other. A picture (emoji) is a
// term. All else separates.
func appendTerms(dst []string, text string) []string {
	text = fold(text)
	start, in := 0, separator
	for i, r := range text {
		kind := kindOf(r)
		if kind == mark {
			if kind = in; in == picture {
				kind = separator
			}
		}
		if kind == in && kind != picture {
			continue
		}
		dst = appendRun(dst, text[start:i], in)
		start, in = i, kind
	}
	return appendRun(dst, text[start:], in)
}

// appendRun appends the terms of a run of runes of one kind.
func appendRun(dst []string, run string, kind kind) []string {
	switch kind {
	case letter, picture:
		return append(dst, cut(run))
	case unspaced:
		for first := 0; ; {
			_, n := utf8.DecodeRuneInString(run[first:])
			second := first + n
			if second == len(run) {
				return append(dst, run[first:])
			}
			_, n = utf8.DecodeRuneInString(run[second:])
			dst = append(dst, run[first:second+n])
			first = second
		}
	default:
		return dst
	}
}

// cut shortens a term to maxTerm, at the beginning of a rune.
func cut(term string) string {
	if len(term) <= maxTerm {
		return term
	}
	end := maxTerm
	for !utf8.RuneStart(term[end]) {
		end--
	}
	return term[:end]
}

// kind says what a rune is to appendTerms.
type kind uint8

const (
	separator kind = iota
	letter         // or a digit
	unspaced       // of a script without spaces between words
	picture
	mark // belongs to what is before it
)

// prolonged is the mark that lengthens a vowel of Katakana and belongs to no script.
const prolonged = '\u30fc'

// unspacedScripts are those whose words are not told apart by spaces.
var unspacedScripts = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo, unicode.Yi,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
	unicode.Tai_Le, unicode.New_Tai_Lue, unicode.Tai_Tham, unicode.Tai_Viet, unicode.Javanese, unicode.Balinese,
}

func kindOf(r rune) kind {
	const firstUnspaced = '\u0e01' // Thai
	switch {
	case r < utf8.RuneSelf:
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return letter
		}
		return separator
	case unicode.IsMark(r):
		return mark
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		if r >= firstUnspaced && (r == prolonged || unicode.In(r, unspacedScripts...)) {
			return unspaced
		}
		return letter
	case unicode.Is(unicode.So, r):
		return picture
	}
	return separator
}

// fold makes equal what is to be found as equal: case, accents, width and other
// compatible spellings. Its result is for comparing and never for showing.
func fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	s = norm.NFKC.String(cases.Fold().String(norm.NFKC.String(strings.ToValidUTF8(s, " "))))
	var b strings.Builder
	b.Grow(len(s))
	last := rune(-1)
	for _, r := range norm.NFD.String(s) {
		switch {
		case r < utf8.RuneSelf:
			b.WriteByte(byte(r))
		case isAccent(r, last):
			continue // and keep last: the next one is on the same letter
		case strokes[r] != "":
			b.WriteString(strokes[r])
		default:
			b.WriteRune(r)
		}
		last = r
	}
	return norm.NFC.String(b.String())
}

// strokes are letters that differ from others by what is no mark of its own, or by
// less than those who cannot type them would know.
var strokes = map[rune]string{
	'đ': "d", 'ħ': "h", 'ı': "i", 'ł': "l", 'ø': "o", 'ŧ': "t", 'æ': "ae", 'œ': "oe",
}

const (
	breve     = '\u0306'
	shortI    = 'и' // with a breve it is й, another letter
	tatweel   = '\u0640'
	wordSpace = '\u200b' // invisible, and put between words
)

// isAccent tells whether r may be left out where others write it: accents of
// Latin, Greek and Cyrillic, points of Hebrew and Arabic, and what cannot be seen.
// The vowel signs of other scripts are as good as letters.
func isAccent(r, before rune) bool {
	switch {
	case r == breve && before == shortI:
		return false
	case r < '\u0300':
		return r == '\u00ad' // a hyphen that shows only at the end of a line
	case r <= '\u036f':
		return true
	case r < '\u0591':
		return false
	case r <= '\u06ed':
		return r == tatweel || unicode.Is(unicode.Mn, r)
	case r == wordSpace:
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Me, unicode.Variation_Selector)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
