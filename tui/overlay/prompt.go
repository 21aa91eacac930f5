package overlay

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// What lists have in common: keys that move the choice, and a line in which something is
// typed.

// maxQuery bounds what is typed, in bytes: what the server takes of a search.
const maxQuery = 500

// chosenBy is by how many rows a key moves the choice.
func chosenBy(msg tea.KeyPressMsg) int {
	switch msg.String() {
	case "up", "ctrl+p", "ctrl+k":
		return -1
	case "down", "ctrl+n", "tab":
		return 1
	}
	return 0
}

// typedBy is what a key makes of what is typed, and whether it was for that.
func typedBy(msg tea.KeyPressMsg, query string) (text string, took bool) {
	switch msg.String() {
	case "backspace", "ctrl+h":
		_, n := utf8.DecodeLastRuneInString(query)
		return query[:len(query)-n], true
	case "ctrl+w", "alt+backspace", "ctrl+backspace":
		query = strings.TrimRight(query, " ")
		return query[:strings.LastIndexByte(query, ' ')+1], true
	case "ctrl+u":
		return "", true
	}
	if msg.Text == "" {
		return query, false
	}
	return joined(query, msg.Text), true
}

// joined is a text with more behind it, if there is room for that.
func joined(query, text string) string {
	text = chat.SanitizeLine(theme.Clip(text, maxQuery))
	if len(query)+len(text) > maxQuery {
		return query
	}
	return query + text
}
