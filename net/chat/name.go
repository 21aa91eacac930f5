package chat

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"
)

// maxRawName bounds what CleanName looks at, in bytes: a name of MaxName
// characters fits in any spelling, decomposed or with wide letters.
const maxRawName = 16 * MaxName

// CleanName returns the name a person chose as it is stored and shown: the
// Nickname profile of PRECIS (RFC 8266) with its case kept, that is compatible
// spellings united (NFKC), spaces trimmed and joined, and nothing invisible,
// executed or reordering. It is 1 to MaxName characters long, begins with
// neither "@" nor "#", which would make it read like a mention or a room, nor with
// another sign than those of ASCII and emoji, with which what a program itself says
// begins, and has at least one letter, digit or emoji.
//
// The error is an *Error with CodeBadRequest whose sentence says what to change.
// CleanName is idempotent and safe from any goroutine.
func CleanName(s string) (string, error) {
	if len(s) > maxRawName {
		return "", nameError("a name has at most " + strconv.Itoa(MaxName) + " characters")
	}
	if !utf8.ValidString(s) {
		return "", nameError("a name must be valid UTF-8 text")
	}
	// Which look of an emoji was meant is no part of a name, and RFC 8264
	// knows no variation selectors.
	s = strings.Map(func(r rune) rune {
		if r == vs15 || r == vs16 {
			return -1
		}
		return r
	}, s)
	if strings.TrimFunc(s, unicode.IsSpace) == "" {
		return "", nameError("a name must not be empty")
	}
	name, err := precis.Nickname.String(s)
	if err != nil || SanitizeLine(name) != name || strings.ContainsRune(name, blankBraille) {
		return "", nameError("a name must not have control, invisible or piled-up characters")
	}
	switch {
	case utf8.RuneCountInString(name) > MaxName:
		return "", nameError("a name has at most " + strconv.Itoa(MaxName) + " characters")
	case name[0] == '@' || name[0] == '#':
		return "", nameError("a name must not begin with @ or #")
	case !strings.ContainsFunc(name, shows):
		return "", nameError("a name must have a letter, a digit or an emoji")
	case !begins(name):
		return "", nameError("a name must begin with a letter, a digit or an emoji")
	}
	return name, nil
}

// FoldName returns what two names have in common that are to count as equal:
// case, width and compatible spellings do not matter (case-folded NFKC, The
// Unicode Standard, section 3.13), nor do spaces around and between words, nor
// what is invisible. It takes any string, is idempotent, and its result is for
// comparing and never for showing.
func FoldName(s string) string {
	if plainASCII(s) {
		return strings.Join(strings.Fields(strings.ToLower(s)), " ")
	}
	return foldName(s)
}

func foldName(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	// Folding can undo normalising and the other way round (RFC 8266, section
	// 2.1), so both are repeated until nothing changes; two rounds do, and
	// the bound is there for what nobody has found yet.
	for range 4 {
		folded := norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
		folded = strings.Join(strings.Fields(strings.Map(foldRune, folded)), " ")
		if folded == s {
			break
		}
		s = folded
	}
	return s
}

// plainASCII tells whether s is such that folding it is a matter of case and spaces:
// most names are, and all that a text mentions are folded.
func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// foldRune drops what cannot be seen.
func foldRune(r rune) rune {
	if unicode.Is(invisible, r) || r == blankBraille || bidiName(r) != "" {
		return -1
	}
	return r
}

// shows tells whether r by itself makes a name that can be seen and called.
func shows(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsNumber(r) || isRegional(r) || isPicture(r)) && r != blankBraille
}

// isPicture tells whether r is an emoji that no program has as a sign of its own, as
// circles, arrows, ticks and crosses are.
func isPicture(r rune) bool {
	return r >= '\u2600' && (r < '\u2713' || r > '\u2718') && isEmojiElement(string(r))
}

// begins tells whether a name begins as names do: also with a sign such as _ or (, but
// with none that looks like those in front of what programs say.
func begins(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	return shows(first) || first < utf8.RuneSelf && first != '*'
}

func nameError(sentence string) error {
	return &Error{Code: CodeBadRequest, Message: sentence}
}
