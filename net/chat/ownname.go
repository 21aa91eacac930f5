package chat

import "strings"

// maxOwnName is how many bytes of what a program calls itself, or its machine, are kept:
// more than fits in a row, and more than a host name has before its domain (63, RFC 1035).
const maxOwnName = 100

// OwnName is what a program calls itself or its machine, as it may be shown to its user; ""
// where nothing of it can be. Of what came it keeps nothing in memory but that. It is
// idempotent, and safe from any goroutine.
func OwnName(s string) string {
	s = SanitizeLine(cutName(s))
	return strings.Clone(strings.TrimSpace(cutName(s))) // signs for what is hidden are longer than that
}

// cutName is as much of a name as is kept, in whole characters.
func cutName(s string) string { return strings.ToValidUTF8(s[:min(len(s), maxOwnName)], "") }
