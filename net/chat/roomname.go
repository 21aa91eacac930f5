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
// script, or of those that are written together. It begins with no dash, which a
// command would take for an option.
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
	case name[0] == '-' || name[0] == '.':
		return "", nameError("a room's name begins with a letter, a digit or an underscore")
	case mixed(name) != nil:
		return "", nameError("a room's name must not mix letters of several scripts, which can look alike")
	}
	return name, nil
}
