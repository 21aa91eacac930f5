package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// MaxFileName is the longest name of a file, in characters: a line of a screen
	// with room beside it.
	MaxFileName = 120

	// maxFileNameBytes keeps a name, with a number put after it by whoever saves
	// it twice, below the 255 bytes that file systems take.
	maxFileNameBytes = 240

	// maxExtension is how much of a name that is too long is kept behind its last
	// dot, in bytes.
	maxExtension = 16

	// maxRawFileName bounds what CleanFileName looks at, in bytes: the end of it,
	// where the name is in a path.
	maxRawFileName = 4096

	// namelessFile is the name of a file whose own has nothing to show.
	namelessFile = "file"
)

// CleanFileName makes a name that can be shown, and under which a file can be
// saved in any folder on any system, of what a stranger calls a file. It is never
// a path: of one its last part is kept, whichever way its slashes lean. It has
// nothing invisible, reordering or executed, none of the characters that Windows
// refuses, no dot, dash or space at its beginning and no dot or space at its end,
// and is no name of a device. It is 1 to MaxFileName characters and at most 240
// bytes long, of valid UTF-8 in NFC; one that is too long keeps its extension.
//
// It takes any string, is idempotent, and safe from any goroutine.
func CleanFileName(s string) string {
	if len(s) > maxRawFileName {
		s = s[len(s)-maxRawFileName:]
	}
	s = strings.ToValidUTF8(s, "\ufffd")
	s = strings.TrimRightFunc(s, func(r rune) bool { return isSlash(r) || unicode.IsSpace(r) })
	if i := strings.LastIndexFunc(s, isSlash); i >= 0 {
		s = s[i+1:]
	}
	// What is dropped can bring together what composes, and what is cut can leave a
	// dot at the end: it is done again until nothing changes. Two rounds do, and the
	// bound is there for what nobody has found yet.
	for range 6 {
		next := fileNameOnce(s)
		if next == s {
			break
		}
		s = next
	}
	if !strings.ContainsFunc(s, shows) {
		return namelessFile
	}
	return s
}

func fileNameOnce(s string) string {
	s = SanitizeLine(norm.NFC.String(strings.Map(fileNameRune, s)))
	s = strings.Join(strings.Fields(s), " ")
	s = strings.TrimLeft(s, ".- ")
	s = shortenFileName(s)
	s = strings.TrimRight(s, ". ")
	if isDevice(s) {
		return "_" + s
	}
	return s
}

// fileNameRune replaces what no file system, or no terminal, should meet in a name.
// Here what is reordered needs no trace: it was put there to mislead.
func fileNameRune(r rune) rune {
	switch {
	case bidiName(r) != "" || unicode.Is(invisible, r) && r != zwj && r != zwnj && r != vs15 && r != vs16:
		return -1
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsControl(r) || strings.ContainsRune(`<>:"|?*/\`, r):
		return '_'
	}
	return r
}

func isSlash(r rune) bool { return r == '/' || r == '\\' }

// shortenFileName cuts a name that is too long before its extension.
func shortenFileName(s string) string {
	if len(s) <= maxFileNameBytes && utf8.RuneCountInString(s) <= MaxFileName {
		return s
	}
	extension := ""
	if i := strings.LastIndexByte(s, '.'); i > 0 && len(s)-i <= maxExtension {
		s, extension = s[:i], s[i:]
	}
	characters := MaxFileName - utf8.RuneCountInString(extension)
	for i, r := range s {
		if characters == 0 || i+utf8.RuneLen(r)+len(extension) > maxFileNameBytes {
			return s[:i] + extension
		}
		characters--
	}
	return s + extension
}

// isDevice tells whether Windows takes a name for that of a device, which it does
// with any extension.
func isDevice(s string) bool {
	stem, _, _ := strings.Cut(s, ".")
	stem = strings.ToUpper(strings.TrimRight(stem, " "))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	for _, device := range []string{"COM", "LPT"} {
		if number, ok := strings.CutPrefix(stem, device); ok && utf8.RuneCountInString(number) == 1 &&
			strings.ContainsAny(number, "0123456789¹²³") {
			return true
		}
	}
	return false
}
