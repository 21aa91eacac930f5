package overlay

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// What lists have in common: a line in which something is typed, keys that move the
// choice, and a line that says which keys do what.

// maxQuery bounds what is typed, in bytes: what the server takes of a search.
const maxQuery = 500

// prompt draws the line in which something is typed. Of a long text the end is seen.
func prompt(t *theme.Theme, asks, query string, room int) string {
	asks, query = promptParts(t, asks, query, room)
	return t.Accent.Render(asks) + query
}

// promptParts are what there is room for, with a cell for the cursor.
func promptParts(t *theme.Theme, asks, query string, room int) (shownAsks, shown string) {
	if t.Measure.StringWidth(asks) > room/2 {
		asks = t.Truncate("> ", room/2, "")
	}
	left := max(room-t.Measure.StringWidth(asks)-1, 0)
	if over := t.Measure.StringWidth(query) - left; over > 0 {
		query = cutLeft(t.Measure, query, over)
	}
	return asks, query
}

// cutLeft takes at least n cells from the beginning of a text.
func cutLeft(m ansi.Method, text string, n int) string {
	for n > 0 && text != "" {
		size, cells := theme.Cluster(text, m)
		text, n = text[size:], n-cells
	}
	return text
}

// promptCursor is where the next character goes.
func promptCursor(t *theme.Theme, asks, query string, width int) *tea.Cursor {
	margin := theme.Margin(width)
	asks, query = promptParts(t, asks, query, width-2*margin)
	x := margin + t.Measure.StringWidth(asks) + t.Measure.StringWidth(query)
	return tea.NewCursor(min(x, max(width-1, 0)), 0)
}

// foot is the first of some texts that fits.
func foot(t *theme.Theme, feet []string, room int) string {
	for i, f := range feet {
		if i == len(feet)-1 || t.Measure.StringWidth(f) <= room {
			return t.Truncate(f, room, "…")
		}
	}
	return ""
}

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
