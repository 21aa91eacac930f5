package chat

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
)

// ChooseRoomName returns the name somebody chose for a room as it is stored and
// shown: the UsernameCaseMapped profile of PRECIS (RFC 8265, section 3.3), in small
// letters and without width variants, with a dash for each space so that it can be
// typed as one word, and without the leading "#". It has 1 to MaxRoomName
// characters: letters, digits and what stands between them; and letters of one
// script, or of those that are written together.
//
// The error is an *Error with CodeBadRequest whose sentence says what to change.
// ChooseRoomName is idempotent and safe from any goroutine.
func ChooseRoomName(s string) (string, error) {
	tooLong := nameError("a room's name has at most " + strconv.Itoa(MaxRoomName) + " characters")
	if len(s) > 16*MaxRoomName {
		return "", tooLong
	}
	s = strings.Join(strings.Fields(strings.TrimPrefix(strings.TrimSpace(s), "#")), "-")
	if s == "" {
		return "", nameError("a room needs a name")
	}
	name, err := precis.UsernameCaseMapped.String(s)
	switch {
	case err != nil || SanitizeLine(name) != name || strings.ContainsAny(name, "#@:,;!?/\\\"'`<>()[]{}|*&^%$~=+"):
		return "", nameError("a room's name has letters, digits, dots, dashes and underscores")
	case utf8.RuneCountInString(name) > MaxRoomName:
		return "", tooLong
	case !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }):
		return "", nameError("a room's name must have a letter or a digit")
	case mixed(name) != nil:
		return "", nameError("a room's name must not mix letters of several scripts, which can look alike")
	}
	return name, nil
}

// IsEmoji tells whether s is drawn as emoji and nothing else: symbols with what
// joins, colours and selects them (UTS #51, section 1.4.9, a little generous).
func IsEmoji(s string) bool {
	symbols := 0
	for i, r := range s {
		switch {
		case r == '\u20e3' || r == '\u200d' || r == vs16: // keycap, joiner, emoji look
		case r >= 0xe0020 && r <= 0xe007f: // flags of regions are spelled with these
		case r >= 0x1f3fb && r <= 0x1f3ff: // skin tones
			symbols++
		case isRegional(r) || unicode.Is(unicode.So, r) || r == '\u2194' || r == '\u2195' || r == '\u203c' || r == '\u2049' || r == '\u2122':
			symbols++
		case i == 0 && strings.ContainsRune("0123456789#*", r) && strings.HasSuffix(s, "\u20e3"):
			symbols++
		default:
			return false
		}
	}
	return symbols > 0 && symbols <= 10
}
