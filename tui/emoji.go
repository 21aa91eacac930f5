package tui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// maxRecent is how many emoji are offered: a key each, in one row.
const maxRecent = 6

// firstEmoji are offered to who has not reacted yet.
func firstEmoji() []string { return []string{"👍", "❤️", "🎉", "😄", "👀", "🚀"} }

// emojiNames are the emoji people write most, by the names they have elsewhere. Other
// names are sent as they are: a team may know them.
var emojiNames = map[string]string{
	"+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎", "heart": "❤️", "tada": "🎉", "party": "🎉", "smile": "😄", "grin": "😁",
	"joy": "😂", "laughing": "😆", "eyes": "👀", "rocket": "🚀", "fire": "🔥", "clap": "👏", "pray": "🙏", "thanks": "🙏", "wave": "👋",
	"ok": "👌", "ok_hand": "👌", "check": "✅", "white_check_mark": "✅", "done": "✅", "x": "❌", "no": "❌", "warning": "⚠️", "bug": "🐛",
	"thinking": "🤔", "cry": "😢", "sob": "😭", "sad": "😢", "100": "💯", "star": "⭐", "sparkles": "✨", "muscle": "💪", "raised_hands": "🙌",
	"coffee": "☕", "beer": "🍺", "question": "❓", "exclamation": "❗", "hourglass": "⏳", "lock": "🔒", "bulb": "💡", "memo": "📝", "shrug": "🤷",
	"facepalm": "🤦", "wink": "😉", "sunglasses": "😎", "scream": "😱", "angry": "😠", "skull": "💀", "robot": "🤖",
}

// emojiOf is what somebody means by a name or a character.
func emojiOf(text string) string {
	if chat.IsEmoji(text) {
		return text
	}
	word := strings.ToLower(strings.Trim(text, ":"))
	if e := emojiNames[word]; e != "" {
		return e
	}
	return ":" + word + ":"
}

// recent remembers an emoji, to be offered first.
func (m *Model) recent(emoji string) {
	m.reacted = slices.DeleteFunc(m.reacted, func(e string) bool { return e == emoji })
	m.reacted = slices.Insert(m.reacted, 0, emoji)
	m.reacted = m.reacted[:min(len(m.reacted), maxRecent)]
}

// recentLine are the emoji that are offered, with a key each.
func (m *Model) recentLine() string {
	var b strings.Builder
	for i, e := range m.reacted {
		fmt.Fprintf(&b, "%d %s  ", i+1, e)
	}
	return b.String() + "or a name: "
}

// digit is the number that a text of one digit is, 0 if it is none.
func digit(text string) int {
	if len(text) == 1 && text[0] >= '1' && text[0] <= '9' {
		return int(text[0] - '0')
	}
	return 0
}
