package chat

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsEmoji tells whether s is one emoji and nothing else: a symbol with what selects,
// colours and joins it to others, a flag, or a keycap (the emoji sequences of UTS #51,
// section 1.4, a little generous with which symbols are emoji). What is joined is
// joined once: two texts that IsEmoji takes do not differ in what cannot be seen, but
// for the selector of the emoji look.
func IsEmoji(s string) bool {
	if !utf8.ValidString(s) || len(s) > MaxEmoji {
		return false
	}
	first, size := utf8.DecodeRuneInString(s)
	switch rest := s[size:]; {
	case strings.ContainsRune("0123456789#*", first):
		return size > 0 && strings.TrimPrefix(rest, string(vs16)) == string(keycap)
	case isRegional(first):
		second, size := utf8.DecodeRuneInString(rest)
		return isRegional(second) && len(rest) == size
	case first == blackFlag && slices.Contains(flagTags[:], rest):
		return true
	}
	joined := 0
	for part := range strings.SplitSeq(s, string(zwj)) {
		joined++
		if !isEmojiElement(part) {
			return false
		}
	}
	return joined <= maxJoins+1
}

// isEmojiElement tells whether s is one symbol with its look or its colour.
func isEmojiElement(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	rest := s[size:]
	if unicode.Is(emojiModifier, r) {
		return rest == ""
	}
	if !unicode.Is(pictographic, r) || !unicode.IsPrint(r) && r < 0x1f000 {
		return false
	}
	if rest == "" || rest == string(vs16) {
		return true
	}
	tone, size := utf8.DecodeRuneInString(rest)
	return unicode.Is(emojiModifier, tone) && len(rest) == size
}
